"""Why there is no value is said in words that nobody has to look up."""

import pytest

from kpi_engine.reading import Reason
from rendering.reasons import reason_in_words
from tests.pages.fake_engine import WIN_RATE


def test_too_few_says_how_many_are_needed():
    assert WIN_RATE.min_n == 20
    assert reason_in_words("below min_n", WIN_RATE) == "fewer than 20 cases: too few to judge"
    assert reason_in_words("below min_n") == "too few to judge"
    assert reason_in_words("comparison: below min_n", WIN_RATE).endswith("fewer than 20 cases: too few to judge")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_words(reason):
    words = reason_in_words(reason.value, WIN_RATE)

    assert words and not {"_", "min", "denominator", "snapshot"} & set(words.replace("_", " _ ").split())


@pytest.mark.parametrize("said", ["", "fewer than six weeks", "the entry is 90 days old"])
def test_what_is_plain_already_stays(said):
    assert reason_in_words(said, WIN_RATE) == said
