"""The exceptions page: the answer first, breaches only, a decision on the spot."""

import re
from base64 import b64decode

import pytest

from kpi_engine.problem import Problem

from .assessments import ACTIVATION, BUSY, FOLDED, HOSTILE, QUIET, RENEWALS, WIN_RATE, assessment
from .conftest import text_of

PROBLEM = Problem("config/contracts/nrr.yaml", "unknown field", "write 'owners'", line=12, column="ownr")


def test_the_headline_counts_what_needs_a_decision(show):
    at = show("exceptions", BUSY)

    assert not at.exception
    assert "2 exceptions need a decision" in text_of(at)
    assert "1 to watch" in text_of(at)


def test_one_exception_is_said_in_the_singular(show):
    assert "1 exception needs a decision" in text_of(show("exceptions", assessment(WIN_RATE)))


def test_the_strip_says_what_was_checked_and_what_is_hidden(show):
    shown = re.sub(r"<[^>]+>", "", text_of(show("exceptions", BUSY)))

    for part in ("31 checked", "2 red", "1 yellow", "1 not evaluable", "1 stale source", "30 Jun 2026", "9f2c4a7b"):
        assert part in shown


def test_a_card_says_everything_about_the_breach(show):
    shown = text_of(show("exceptions", assessment(WIN_RATE)))

    for part in (
        "Win rate",
        "Segment: Enterprise",
        "trailing 4 weeks to 28 Jun 2026",
        "17.3\u00a0%",
        "red below 21 %",
        "n = 81",
        "3 periods, since 14 Jun 2026",
        "Escalated",
        "USD\u00a0412.0K at risk",
        "Head of Sales owns",
        "CRO decides",
        "▼\u00a0−31.1\u00a0%",
        "was 25.1\u00a0%",
        "by region",
        "EMEA",
        "72\u00a0%",
        "within 48 h",
        "Run a loss review",
        "won ÷ (won + lost), by close date, count",
        "By value",
        "2 rows with an empty required cell",
    ):
        assert part in shown, part


def test_known_issue_and_disagreeing_variants_stand_on_the_card(show):
    shown = text_of(show("exceptions", assessment(RENEWALS)))

    assert "Billing export is two days late" in shown
    assert "no_contraction would be yellow" in shown
    assert "not evaluable: no rows" in shown


def test_every_card_draws_its_line_with_words_for_those_who_do_not_see_it(show):
    at = show("exceptions", assessment(WIN_RATE))

    (chart,) = re.findall(r"<img src='data:image/svg\+xml;base64,([^']+)' alt='([^']+)'>", text_of(at))
    assert chart[1] == "Win rate over 11 periods: from 25.0\u00a0% to 17.3\u00a0%, threshold 21.0\u00a0%"
    assert b64decode(chart[0]).startswith(b"<svg")


def test_all_clear_is_a_success(show):
    at = show("exceptions", QUIET)

    assert "No exceptions this week" in text_of(at)
    assert "31 checked" in text_of(at)
    assert [button.label for button in at.button] == ["Change password", "Sign out"]


def test_a_check_without_answer_is_no_all_clear(show):
    at = show("exceptions", assessment())

    assert "No exceptions this week" not in text_of(at)
    assert "not all clear" in text_of(at)
    assert any("could not be evaluated" in expander.label for expander in at.expander)
    assert "source out of date" in text_of(at)


def test_an_explained_card_is_folded_away_and_not_counted(show):
    at = show("exceptions", assessment(FOLDED))

    assert "need" not in text_of(at).split("strip")[0]
    assert any(expander.label == "1 explained by a known issue" for expander in at.expander)


def test_text_of_others_never_becomes_markup(show):
    shown = text_of(show("exceptions", assessment(HOSTILE)))

    assert "<script>" not in shown
    assert "<b>Bold</b>" not in shown
    assert "&lt;script&gt;" in shown


def test_yellow_is_not_pressed_to_be_decided(show):
    at = show("exceptions", assessment(ACTIVATION))

    assert "Nothing needs a decision" in text_of(at)


def test_presenting_keeps_only_what_is_to_be_decided(show):
    at = show("exceptions", BUSY, present="1")

    assert at.toggle(key="present").value is True
    assert "Activation rate" not in text_of(at)
    assert not at.expander
    assert not at.date_input


def test_without_data_the_page_says_how_to_begin(show):
    at = show("exceptions", None)

    assert not at.exception
    assert "No data yet" in text_of(at)


def test_problems_are_listed_with_place_and_remedy(show):
    at = show("exceptions", BUSY, PROBLEM)

    assert at.error
    assert "12" in text_of(at)
    assert "write" in text_of(at)


@pytest.mark.parametrize("day", ["2026-06-01", "nonsense"])
def test_another_day_may_be_asked_for_in_the_address(show, day):
    assert not show("exceptions", BUSY, as_of=day).exception
