"""The life of a breach: opened, carried on, restated, escalated, recovered, opened again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from decision_log.outbox import MessageQueued
from services.brief import joined
from services.episodes import all_episodes
from services.site import Site

from .lives import JUDGEMENT, Company, monday, sunday

RED, YELLOW, GREEN, MISSING = "red", "yellow", "green", "not_evaluable"


@pytest.fixture
def company(tmp_path, monkeypatch):
    return Company(Site(tmp_path / "workspace", tmp_path / "config"), monkeypatch)


def _messages(company):
    lines = company.site.log().stream("message").values()
    return [entry.event for subject in lines for entry in subject if isinstance(entry.event, MessageQueued)]


def test_a_breach_opens_an_episode_with_everything_that_held_then(company):
    (episode,) = company.live(GREEN, RED)

    opened = episode.opened
    assert episode.id == "win_rate|segment=Enterprise|fall|week 2026-01-18"
    assert (opened.contract, opened.contract_version, opened.audience) == ("version one", 1, ("CEO", "CFO"))
    assert opened.steps == ("0–24 h: list lost deals", "24–72 h: interview five buyers")
    assert opened.facts["value"] == 0.173
    (period,) = episode.periods
    assert (period.now.status, period.now.value, period.now.n, period.now.limit) == (RED, 0.1, 40, 0.21)
    assert (period.now.snapshot, period.now.contract, period.now.engine) == ("snapshot one", "version one", "1")
    assert episode.opened_at == monday(2)


def test_the_next_breach_merges_with_the_running_episode(company):
    (episode,) = company.live(RED, YELLOW, RED)
    assert [period.now.status for period in episode.periods] == [RED, YELLOW, RED]


def test_ticking_twice_changes_nothing(company):
    company.live(RED, RED)
    before = company.site.log().size

    assert company.tick() == ()
    assert company.site.log().size == before


# --- Escalation -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "escalated_on"),
    [
        ((RED, RED), 2),
        ((RED, MISSING, RED), 3),
        ((RED, MISSING), None),
        ((RED, YELLOW, RED), None),
        ((RED, GREEN, RED), None),
        ((YELLOW, RED, RED), 3),
        ((RED, RED, RED, RED), 2),
    ],
)
def test_two_red_evaluable_periods_in_a_row_escalate_once(company, statuses, escalated_on):
    (episode,) = company.live(*statuses)

    assert episode.escalated_at == (monday(escalated_on) if escalated_on else None)
    assert [message.to for message in _messages(company)] == ([("CEO", "CFO")] if escalated_on else [])


def test_overlapping_windows_are_not_two_periods(company):
    company.weeks = 4
    (episode,) = company.live(RED, RED, RED, RED)
    assert episode.escalated is None

    (episode,) = company.live(RED)
    assert (episode.escalated.red_periods, episode.escalated_at) == (2, monday(5))


def test_before_the_first_tick_the_running_breach_is_counted_back(company):
    company.statuses = [GREEN, RED, MISSING]
    (episode,) = company.live(RED)

    assert [period.now.status for period in episode.periods] == [RED, MISSING, RED]
    assert episode.escalated is not None


def test_a_stricter_contract_does_not_make_judged_weeks_red(company):
    company.live(GREEN, GREEN)
    company.judgement = replace(JUDGEMENT, contract="version two", version=2)
    company.statuses = [RED, RED]
    (episode,) = company.live(RED)

    assert [period.now.end for period in episode.periods] == [sunday(3)]
    assert episode.escalated is None


# --- Clocks -----------------------------------------------------------------------------------------------------


def test_yellow_starts_no_clock_and_red_starts_three(company):
    (episode,) = company.live(YELLOW)
    assert episode.clocks == ()

    (episode,) = company.live(RED)
    started = monday(2)
    assert [(clock.name, clock.due_at - started) for clock in episode.clocks] == [
        ("root_cause", timedelta(hours=24)),
        ("corrective_plan", timedelta(hours=48)),
        ("intervention", timedelta(hours=72)),
    ]
    (later,) = company.live(YELLOW, RED)
    assert later.clocks == episode.clocks


# --- Recovery ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "phase"),
    [
        ((RED, GREEN), "recovering"),
        ((RED, GREEN, GREEN), "closed"),
        ((RED, MISSING, MISSING), "open"),
        ((RED, GREEN, MISSING), "recovering"),
        ((RED, GREEN, MISSING, GREEN), "closed"),
        ((RED, GREEN, YELLOW, GREEN), "recovering"),
        ((RED, GREEN, RED, GREEN), "recovering"),
    ],
)
def test_it_recovers_after_the_contracts_number_of_good_periods(company, statuses, phase):
    (episode,) = company.live(*statuses)
    assert episode.phase == phase


def test_good_windows_that_overlap_count_once(company):
    company.weeks = 4
    (episode,) = company.live(RED, GREEN, GREEN, GREEN, GREEN)
    assert (episode.phase, episode.good_periods) == ("recovering", 1)

    (episode,) = company.live(GREEN)
    assert (episode.phase, episode.closed_at) == ("closed", monday(6))


def test_a_breach_after_recovery_opens_a_new_episode_linked_to_the_old(company):
    old, new = company.live(RED, GREEN, GREEN, RED)

    assert (old.phase, new.phase) == ("closed", "open")
    assert new.opened.earlier == old.id
    assert [period.now.end for period in new.periods] == [sunday(4)]
    assert new.clocks[0].due_at == monday(4) + timedelta(hours=24)


# --- What comes in between --------------------------------------------------------------------------------------


def test_an_edited_contract_rewrites_no_episode(company):
    company.live(RED)
    company.judgement = replace(JUDGEMENT, contract="version two", version=2, recover_after=1, audience=("Board",))
    company.statuses = [GREEN]
    (episode,) = company.live(GREEN)

    assert [(one.published.status, one.restated) for one in episode.periods] == [(RED, None), (GREEN, None)]
    assert [one.published.contract for one in episode.periods] == ["version one", "version two"]
    assert (episode.opened.recover_after, episode.opened.audience, episode.phase) == (2, ("CEO", "CFO"), "recovering")


def test_late_data_restate_what_was_published_and_leave_it_standing(company):
    company.live(RED, RED)
    company.statuses, company.snapshot = [RED, GREEN], "snapshot two"
    (episode,) = company.live(GREEN)

    second = episode.periods[1]
    assert (second.published.status, second.published.snapshot) == (RED, "snapshot one")
    assert (second.restated.status, second.restated.snapshot) == (GREEN, "snapshot two")
    assert episode.escalated is not None
    assert episode.phase == "closed"


def test_late_data_that_make_a_judged_period_red_start_the_clocks(company):
    company.live(YELLOW)
    company.statuses, company.snapshot = [RED], "snapshot two"
    later = monday(1) + timedelta(days=2)
    company.tick(later)

    (episode,) = all_episodes(company.site).values()
    assert episode.clocks[0].due_at == later + timedelta(hours=24)


def test_weeks_without_a_tick_are_caught_up(company):
    company.live(RED)
    company.statuses += [GREEN, RED, RED]
    company.tick()

    (episode,) = all_episodes(company.site).values()
    assert [one.now.status for one in episode.periods] == [RED, GREEN, RED, RED]
    assert episode.escalated is not None


def test_an_earlier_day_judges_nothing(company):
    company.live(GREEN, GREEN)
    company.statuses = [RED]

    assert "judged already" in company.tick()[0]
    assert all_episodes(company.site) == {}


def test_an_explained_breach_waits_until_the_known_issue_ends(company):
    company.folded = True
    assert company.live(RED, RED) == []

    company.folded = False
    (episode,) = company.live(RED)
    assert (len(episode.periods), episode.escalated) == (1, None)
    assert episode.clocks[0].due_at == monday(3) + timedelta(hours=24)


def test_a_red_that_a_known_issue_explains_does_not_escalate_a_running_episode(company):
    company.live(RED)
    company.folded = True
    (episode,) = company.live(RED)
    assert episode.escalated is None

    company.folded = False
    company.tick(monday(2) + timedelta(hours=1))
    (episode,) = all_episodes(company.site).values()
    assert episode.escalated is not None


def test_without_its_rule_an_episode_ends(company):
    company.live(RED)
    company.judgement = None
    company.statuses.append(RED)
    company.tick()

    (episode,) = all_episodes(company.site).values()
    assert (episode.closed.why, episode.phase) == ("rule gone", "closed")


# --- On the brief -----------------------------------------------------------------------------------------------


def test_cards_know_their_episode_and_episodes_without_a_card_stay_in_sight(company):
    def seen():
        return joined(company.site, company.assessed(company.site, sunday(len(company.statuses)))[0])

    company.statuses = [RED]
    assert [(item.phase, item.card.escalated) for item in seen().items] == [("not yet recorded", True)]

    company.live(RED)
    first = seen().items[0]
    assert (first.phase, first.card.escalated, first.episode) == ("open", True, first.life.id)

    (episode,) = company.live(GREEN)
    assert (seen().items, seen().quiet) == ((), (episode,))
    company.live(GREEN)
    assert seen().quiet == ()
