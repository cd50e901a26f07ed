"""Spoilt files: read exactly, read with a word about it, or refused at the right place. Never silently wrong."""

from __future__ import annotations

import pytest

from .census import CLASSES, FILES, case_of, census, counted, measured
from .document import document

# One file of every class, two of every third. The number of a file chooses its layout too, so classes start apart.
SAMPLE = {name: range(index % 5, index % 5 + 1 + (index % 3 == 0)) for index, name in enumerate(CLASSES)}


@pytest.mark.parametrize("name", CLASSES)
def test_a_sample_of_each_class(name: str) -> None:
    assert not counted(name, SAMPLE[name]).failures


@pytest.mark.all
@pytest.mark.parametrize("name", CLASSES)
def test_all_files_of_each_class(name: str) -> None:
    assert not measured(name, census(FILES)[name]).failures


def test_the_census_has_three_thousand_files_and_equal_seeds_give_equal_files() -> None:
    assert sum(map(len, census(FILES).values())) == FILES
    assert case_of("totals rows", 7).files == case_of("totals rows", 7).files
    assert case_of("totals rows", 7).files != case_of("totals rows", 12).files


def test_the_document_has_a_line_for_every_class() -> None:
    name = "empty files"
    text = document({name: counted(name, (0,))})
    assert f"| {name} |  |  | 1 | 0 |" in text
