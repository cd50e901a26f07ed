"""The episode on its card: recorded by a tick, its clocks, its runbook, feedback, and the rule's report card."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kpi_engine.card import JudgedPeriod, Judgement
from services.episodes import all_episodes
from services.judge_episodes import judge_episodes
from services.people import Person
from services.site import Site

from .assessments import AS_OF, LAST, WIN_RATE, assessment
from .conftest import text_of

PERIODS = tuple(
    JudgedPeriod(end - timedelta(days=27), end, end, status, value, 81, 0.21, "")
    for end, status, value in ((LAST - timedelta(days=28), "red", 0.19), (LAST, "red", 0.173))
)
JUDGEMENT = Judgement(
    "win_rate", WIN_RATE.rule, WIN_RATE.dimension, WIN_RATE.slice, "4w", "win_rate@1", 1, 2, 2, ("CEO", "CFO"), PERIODS
)
BREACHED = replace(assessment(WIN_RATE), judgements=(JUDGEMENT,))


@pytest.fixture
def ticked(show):
    """The exceptions page after a tick, some hours ago."""

    def run(ago: timedelta = timedelta(hours=1), **told):
        show("exceptions", BREACHED)
        judge_episodes(Site.from_environment(), AS_OF, datetime.now(UTC) - ago)
        return show("exceptions", BREACHED, **told)

    return run


def _episode():
    (episode,) = all_episodes(Site.from_environment()).values()
    return episode


def _open(at):
    return at.button(key=f"runbook-{WIN_RATE.key}").click().run()


def test_a_page_never_ticks(show):
    at = show("exceptions", BREACHED)

    assert "Not yet recorded" in text_of(at)
    assert [button.label for button in at.button if button.label == "Runbook"] == []
    assert Site.from_environment().log().size == 0


def test_the_card_shows_clocks_and_who_was_told(ticked):
    text = text_of(ticked(timedelta(hours=25)))

    assert "1\u00a0h over" in text
    assert "23\u00a0h left" in text
    assert "47\u00a0h left" in text
    assert "to Ines Marchetti, Felix Brandt" in text
    assert "runbook 0 of 2" in text


def test_a_clock_long_gone_is_missed(ticked):
    assert text_of(ticked(timedelta(days=30))).count("missed") == 3


def test_a_clock_is_met_in_the_dialog(ticked):
    at = _open(ticked())
    at.button(key=f"{_episode().id}/meet").click().run()
    assert "Say in a line what was found" in at.error[0].value

    _field(at, "What was found").set_value("Two reps left").run()
    at.button(key=f"{_episode().id}/meet").click().run()

    assert not at.exception
    clock = _episode().clocks[0]
    assert (clock.met.by, clock.met.note) == ("local", "Two reps left")


def test_a_step_is_ticked_off(ticked):
    at = _open(ticked())
    at.checkbox[0].check().run()

    assert not at.exception
    assert [mark is not None for mark in _episode().steps] == [True, False]
    assert "Local user" in at.checkbox[0].label


def test_feedback_is_kept_and_shows_on_the_report_card(ticked, show):
    at = _open(ticked())
    next(one for one in at.get("button_group") if one.label == "Opinion").set_value("false_alarm").run()
    _field(at, "Why").set_value("A bulk close").run()
    at.button(key=f"{_episode().id}/send").click().run()

    assert not at.exception
    assert [(one.opinion, one.reason) for one in _episode().feedback] == [("false_alarm", "A bulk close")]
    contracts = show("contracts", BREACHED)
    contracts.session_state["contract-win_rate"] = True
    assert "1 false alarms" in text_of(contracts.run())


def test_who_only_looks_can_change_nothing_in_the_dialog(ticked):
    at = _open(ticked(person=Person("vik", "Vik", frozenset({"viewer"}))))

    assert all(box.disabled for box in at.checkbox)
    assert [button.label for button in at.button if button.label in ("Meet the clock", "Send")] == []


def _field(at, label):
    return next(one for one in at.text_input if one.label.startswith(label))
