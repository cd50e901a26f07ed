"""Files to take along: nothing in them runs, and a changed content has a changed name."""

import io

import pandas as pd
import pytest

from services.download import as_csv


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+1", "@sum(A1)", "\tx", "\rx", " =1", '=HYPERLINK("http://x")'])
def test_a_cell_that_would_run_gets_an_apostrophe(cell):
    file = as_csv(pd.DataFrame({"deal": [cell, "Acme"]}), "deals")

    back = pd.read_csv(io.BytesIO(file.content), dtype=str, keep_default_na=False)
    assert list(back["deal"]) == ["'" + cell, "Acme"] or "\r" in cell


def test_numbers_stay_numbers_even_negative_ones():
    file = as_csv(pd.DataFrame({"amount": [-5.0, 2.5]}), "deals")

    assert list(pd.read_csv(io.BytesIO(file.content))["amount"]) == [-5.0, 2.5]


def test_column_names_cannot_run_either():
    assert b"'=cmd" in as_csv(pd.DataFrame({"=cmd": [1]}), "deals").content


def test_the_name_carries_the_content():
    one, same, other = (as_csv(pd.DataFrame({"n": [value]}), "deals") for value in (1, 1, 2))

    assert one == same
    assert one.name != other.name
    assert len(one.content) == len(other.content)
