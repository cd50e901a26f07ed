"""Which signs a file holds decides which checks its cells get: one that is there must never be missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_engine.exports.artefacts import artefact
from kpi_engine.exports.signs import FOREIGN, SIGNS, signs_of
from kpi_engine.tables.catalogue import BY_NAME

ACCOUNT_ID = next(column for column in BY_NAME["accounts"].columns if column.name == "account_id")


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_a_sign_is_found_wherever_it_stands(tmp_path: Path, sign: str) -> None:
    written = "é" if sign == FOREIGN else sign
    file = tmp_path / "accounts.csv"
    file.write_text("id\n" + "a" * (5 << 20) + written, encoding="utf-8", newline="")
    assert signs_of(file) == {sign}


def test_a_plain_file_holds_none(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("id,name\n1,Acme\n", encoding="utf-8")
    assert signs_of(file) == frozenset()


@pytest.mark.parametrize("sign", list("#='`E"))
def test_each_sign_of_an_artefact_calls_for_its_check(sign: str) -> None:
    assert artefact(ACCOUNT_ID, "c0", {sign})
    assert artefact(ACCOUNT_ID, "c0", set()) == ""
