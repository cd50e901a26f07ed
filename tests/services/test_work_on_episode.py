"""Working on an episode: clocks met by whom, steps of the runbook, feedback, and the report card of the rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decision_log.decision import DecisionTaken
from decision_log.entry import Addition
from services.brief import Item
from services.decide import decide
from services.episodes import all_episodes, episode_of
from services.matter import of_card
from services.people import LOCAL_PERSON, Denied, Person
from services.propose import propose
from services.rule_report import RuleReport, rule_reports
from services.site import Site
from services.watch_clocks import watch_clocks
from services.work_on_episode import give_feedback, meet_clock, met, tick_step
from tests.pages.assessments import WIN_RATE
from tests.services.test_decide import ASKED, CHOICE
from tests.services.test_propose import TEXT

from .lives import Company, monday, sunday

OWNER = Person("hugo", "Hugo", frozenset({"kpi_owner"}))
OTHER = Person("carla", "Carla", frozenset({"executive"}))
VIEWER = Person("vik", "Vik", frozenset({"viewer"}))
HOUR = timedelta(hours=1)


@pytest.fixture
def company(tmp_path, monkeypatch):
    return Company(Site(tmp_path / "workspace", tmp_path / "config"), monkeypatch)


def _now(company):
    (episode,) = all_episodes(company.site).values()
    return episode


def test_who_meets_a_clock_first_has_met_it(company):
    (episode,) = company.live("red")
    at = monday(1) + 5 * HOUR

    assert meet_clock(company.site, OWNER, episode.id, "root_cause", " Two reps left ", at) == ()
    assert meet_clock(company.site, OWNER, episode.id, "root_cause", "Two reps left", at + HOUR) == ()
    (problem,) = meet_clock(company.site, OTHER, episode.id, "root_cause", "Price", at + HOUR)

    assert problem.message == "hugo has met this clock already"
    first = _now(company).clocks[0]
    assert (first.met.by, first.met.at, first.met.note) == ("hugo", at, "Two reps left")
    assert first.left(at + 100 * HOUR) == 19 * HOUR
    assert met(company.site, episode.id, "root_cause", "again") == ()
    assert met(company.site, "win_rate|no such episode", "root_cause", "again") == ()


def test_a_proposal_meets_the_first_clock_and_a_decision_the_second(company):
    (episode,) = company.live("red")
    at = monday(1) + 5 * HOUR

    item = Item(WIN_RATE, None, episode.id)
    assert propose(company.site, LOCAL_PERSON, item, TEXT, expected=0, idempotency_key="p", now=at)[1] == ()
    matter = of_card(WIN_RATE, episode.id)
    choice = CHOICE.model_copy(update={"stance": "overrides", "override_reason": "Too slow", "proposal": 1})
    decided = decide(company.site, LOCAL_PERSON, matter, choice, (ASKED,), idempotency_key="d", now=at + HOUR)
    assert decided[1] == ()

    first, second, third = _now(company).clocks
    assert (first.met.note, second.met.at, third.met) == ("Proposed: Price", at + HOUR, None)


def test_a_clock_needs_a_word_and_a_red(company):
    (episode,) = company.live("yellow")
    assert meet_clock(company.site, OWNER, episode.id, "root_cause", " ", monday(1))[0].column == "note"
    assert "no clocks" in meet_clock(company.site, OWNER, episode.id, "root_cause", "Price", monday(1))[0].message


def test_a_clock_that_runs_out_is_on_record_once_and_may_be_met_late(company):
    (episode,) = company.live("red")
    day = sunday(1)

    assert watch_clocks(company.site, day, monday(1) + 24 * HOUR) == ()
    assert [line.split(" is")[0] for line in watch_clocks(company.site, day, monday(1) + 25 * HOUR)] == ["Root cause"]
    assert watch_clocks(company.site, day, monday(1) + 26 * HOUR) == ()

    meet_clock(company.site, OWNER, episode.id, "root_cause", "Two reps left", monday(1) + 30 * HOUR)
    first, second, _ = _now(company).clocks
    assert (first.missed, first.left(monday(9))) == (True, -6 * HOUR)
    assert (second.missed, second.met) == (False, None)


def test_clocks_of_a_closed_episode_stand_still(company):
    company.live("red", "green", "green")
    assert watch_clocks(company.site, sunday(3), monday(3)) == ()


def test_steps_are_ticked_off_and_back(company):
    (episode,) = company.live("red")
    tick_step(company.site, OWNER, episode.id, 1, True, monday(1))
    tick_step(company.site, OTHER, episode.id, 1, True, monday(1) + HOUR)
    assert [mark and mark.by for mark in _now(company).steps] == [None, "hugo"]

    tick_step(company.site, OTHER, episode.id, 1, False, monday(1) + 2 * HOUR)
    tick_step(company.site, OTHER, episode.id, 1, True, monday(1) + 3 * HOUR)
    assert [mark and mark.by for mark in _now(company).steps] == [None, "carla"]


def test_the_newest_feedback_counts_and_the_older_stays(company):
    (episode,) = company.live("red")

    def say(person, opinion, reason, key):
        return give_feedback(
            company.site, person, episode.id, opinion, reason, idempotency_key=key, now=monday(1) + HOUR
        )

    assert say(OWNER, "real", "", "one")[0].column == "reason"
    say(OWNER, "real", "Seen in the pipeline too", "two")
    say(OWNER, "real", "Seen in the pipeline too", "two")
    say(OTHER, "false_alarm", "A bulk close", "three")
    assert [(one.opinion, one.by) for one in _now(company).feedback] == [("real", "hugo"), ("false_alarm", "carla")]


def test_who_only_looks_changes_nothing(company):
    (episode,) = company.live("red")
    with pytest.raises(Denied):
        tick_step(company.site, VIEWER, episode.id, 0, True, monday(1))
    with pytest.raises(Denied):
        meet_clock(company.site, VIEWER, episode.id, "root_cause", "x", monday(1))
    with pytest.raises(Denied):
        give_feedback(company.site, VIEWER, episode.id, "real", "x", idempotency_key="k", now=monday(1))


def test_a_card_finds_the_episode_that_ran_in_its_period(company):
    company.live("red", "green", "green", "red", "yellow")
    known = all_episodes(company.site)
    old, new = known.values()

    def of(week, **changes):
        return episode_of(company.card(company.period(week, "red")), known)

    assert [of(week) for week in (1, 3, 4, 5)] == [old, old, new, new]
    assert episode_of(company.card(company.period(4, "red")), {old.id: old}) is None


def test_the_report_card_of_a_rule(company):
    first, *_ = company.live("red", "green", "green", "yellow", "green", "green")
    *_, third = company.live("red", "green", "green")
    company.live("red")
    give_feedback(company.site, OWNER, third.id, "false_alarm", "A bulk close", idempotency_key="f", now=monday(9))
    for key, episode, breach in (("a", first.id, "red"), ("b", "", "")):
        taken = DecisionTaken(
            card_key=key, episode=episode, breach=breach, kpi="win_rate", dimension="segment", slice="Enterprise",
            period_end=sunday(1), context="", facts={}, **CHOICE.model_dump(),
        )  # fmt: skip
        company.site.log().add([Addition(f"decision/{key}", taken, key)], "hugo", monday(9))

    assert rule_reports(company.site, OWNER)["win_rate"] == RuleReport(
        kpi="win_rate", reds=3, decided=1, false_alarms=1, undecided=1, watched=1, decisions_without_red=1
    )
