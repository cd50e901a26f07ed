"""`docs/contracts.md` documents every field the model has."""

from __future__ import annotations

from pathlib import Path

from kpi_engine.contract import Contract
from kpi_engine.contract_docs import MEANINGS, with_tables

PAGE = Path(__file__).parents[2] / "docs" / "contracts.md"


def test_the_tables_are_those_of_the_model() -> None:
    page = PAGE.read_text("utf-8")
    assert page == with_tables(page), "run: python -m kpi_engine.contract_docs docs/contracts.md"


def test_every_field_has_a_meaning_and_every_meaning_a_field() -> None:
    assert set(MEANINGS) == set(Contract.model_fields)
