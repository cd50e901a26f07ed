"""Rows of a contract's own test as they are written and as they are read."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kpi_engine.contract_case import ContractTest

EXPECT = [{"period_end": "2026-01-11", "window": "week"}]


def rows(*given: dict[str, object]) -> tuple[dict[str, object], ...]:
    test = {"name": "t", "as_of": "2026-01-11", "rows": {"pilots": given}, "expect": EXPECT}
    return ContractTest.model_validate(test).rows["pilots"]


def test_times_repeats_a_row_and_keys_are_numbered() -> None:
    assert rows({"kickoff_on": "2026-01-05", "times": 2}, {"pilot_id": "P9"}) == (
        {"pilot_id": "pilots 1", "kickoff_on": "2026-01-05"},
        {"pilot_id": "pilots 2", "kickoff_on": "2026-01-05"},
        {"pilot_id": "P9"},
    )


@pytest.mark.parametrize("times", [0, -1, 1.5, "many", 1001])
def test_times_is_a_sensible_number(times: object) -> None:
    with pytest.raises(ValidationError, match="times must be"):
        rows({"times": times})


def test_a_column_made_on_import_is_refused() -> None:
    test = {"name": "t", "as_of": "2026-01-11", "rows": {"stage_history": [{"left_on": "2026-01-11"}]}}

    with pytest.raises(ValidationError, match=r"stage_history\.left_on is made on import"):
        ContractTest.model_validate({**test, "expect": EXPECT})
