"""The exceptions: what a forum talks about, what is proposed, decided, escalated and late."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from decision_log.decision import Decision, DecisionTaken
from decision_log.decision import Version as Wording
from decision_log.episode import after, begun
from decision_log.episode_events import ClockMet, EpisodeEscalated, EpisodeOpened, PeriodJudged, Reading
from decision_log.proposal import ExpectedEffect, Hypothesis, Option, Proposal, ProposalFiled, Version
from services.brief import Item
from services.directory import Directory, Member
from services.packet.exceptions import breach, on_the_table, recovering
from tests.pages.assessments import ACTIVATION, FOLDED, RENEWALS, WIN_RATE

NOW = datetime(2026, 6, 29, 9, tzinfo=UTC)
PEOPLE = Directory(people=(Member(id="dana", name="Dana Okafor", email="d@example.org", roles=("executive",)),))
FILED = ProposalFiled(
    episode="e", card_key=WIN_RATE.key, facts={}, narrative="Price. " * 400, preferred=1, preferred_because="Cheap",
    hypotheses=(Hypothesis(cause="List price", evidence=("/drill_down?kpi=win_rate", "https://a.example/notes")),),
    fewer_hypotheses="Only one stands out", forecast_implication="Commit falls", late="after the pre-read went out",
    options=(Option(what="Wait", effect="Nothing"), Option(what="Discount", effect="Costs 3 points")),
    effect=ExpectedEffect(
        kpi="win_rate", dimension="segment", slice="Enterprise", window="4w", start=0.173, to=0.23, by=date(2026, 8, 31)
    ),
)  # fmt: skip


def told(item: Item):
    return breach(1, item, PEOPLE, NOW)


def reading(end: date, status: str) -> Reading:
    return Reading(
        start=end - timedelta(days=6), end=end, status=status, value=0.2, n=80, limit=0.21, snapshot="s", contract="c",
        engine="2",
    )  # fmt: skip


def episode(*statuses: str):
    opened = EpisodeOpened(
        kpi="win_rate", name="Win rate", dimension="segment", slice="Enterprise", rule="fall", window="week",
        period_end=date(2026, 5, 31), since=date(2026, 5, 31), context="", facts={}, contract="c", contract_version=1,
        steps=(), audience=("CEO",), recover_after=2, escalate_after=2,
    )  # fmt: skip
    life = begun("e", opened, NOW - timedelta(days=2))
    for number, status in enumerate(statuses):
        end = date(2026, 5, 31) + timedelta(days=7 * number)
        life = after(life, PeriodJudged(reading=reading(end, status)), "clockwork", NOW - timedelta(days=2))
    return life


def test_without_a_proposal_there_is_none():
    found = told(Item(WIN_RATE, None))

    assert (found.proposal, found.decision) == (None, "")
    assert found.escalated == "Escalated to CEO and CFO"
    assert found.at_risk.replace("\u00a0", " ") == "USD 412.0K at risk"


def test_a_proposal_is_told_in_its_owners_words_and_shortened():
    proposal = Proposal("e", (Version(1, NOW, "dana", FILED),), ())
    found = told(Item(WIN_RATE, None, "e", proposal)).proposal

    assert (found.by, found.version, found.late) == ("Dana Okafor", 1, "after the pre-read went out")
    assert len(found.narrative) <= 700
    assert found.narrative.endswith("…")
    assert found.causes[0].evidence == ("drill-down", "https://a.example/notes")
    assert [option.preferred for option in found.options] == [False, True]
    assert "17.3" in found.effect and "23.0" in found.effect and "trailing 4 weeks" in found.effect


@pytest.mark.parametrize("text", ["Discount by 5 %", "Discount by 5 %."])
def test_a_decision_is_told_in_sentences(text):
    taken = DecisionTaken(
        kpi="win_rate", dimension="segment", slice="Enterprise", period_end=date(2026, 6, 28), context="", facts={},
        decided_on=date(2026, 6, 29), forum="Weekly revenue", decision_owner="CRO", action="mitigate",
        action_text=text, why="", expected_impact="", impact_by=date(2026, 8, 3), metric_kpi="win_rate",
        metric_dimension="segment", metric_slice="Enterprise", metric_target=0.2, check_on=date(2026, 8, 3),
        closeout_criteria="",
    )  # fmt: skip
    decision = Decision(1, "decision/x", (Wording(NOW, "dana", taken),), 1)

    said = "Decided by Dana Okafor on 29 Jun 2026: Discount by 5 %. Checked on 3 Aug 2026."
    assert told(Item(WIN_RATE, decision)).decision == said


def test_clocks_that_ran_out_are_named_and_met_ones_are_not():
    red = replace(episode("red"))
    late = told(Item(WIN_RATE, None, "e", None, red)).overdue
    assert late == ("root cause overdue (24 h)",)

    met = after(red, ClockMet(clock="root_cause", note="found"), "dana", NOW)
    assert told(Item(WIN_RATE, None, "e", None, met)).overdue == ()


def test_an_escalation_names_whom_it_reached():
    event = EpisodeEscalated(period_end=date(2026, 6, 7), red_periods=2, audience=("CEO",), told=("dana",))
    life = after(episode("red", "red"), event, "clockwork", NOW)

    assert told(Item(WIN_RATE, None, "e", None, life)).escalated == "Escalated to CEO (Dana Okafor) after 2 red periods"


def test_caveats_stand_beside_the_number():
    found = told(Item(RENEWALS, None)).caveats

    assert any("Billing export" in text for text in found)
    assert "no_contraction would be yellow" in found
    assert any("medium" in text for text in found)


@pytest.mark.parametrize(
    ("forum", "names"),
    [
        ("weekly revenue", ["Win rate", "Activation rate", "Renewal risk dollars"]),
        ("monthly review", ["Activation rate", "Renewal risk dollars"]),
        ("quarterly strategy", ["Renewal risk dollars"]),
    ],
)
def test_a_forum_sees_its_own_cards_and_those_reviewed_more_rarely(forum, names):
    cards = (
        replace(WIN_RATE, forum="weekly revenue"),
        replace(ACTIVATION, forum="monthly review"),
        replace(RENEWALS, forum="quarterly strategy"),
        FOLDED,
    )
    assert [item.card.name for item in on_the_table([Item(card, None) for card in cards], forum)] == names


def test_what_recovers_is_told_in_a_line():
    (one,) = recovering((episode("red", "green"),))

    assert one.name == "Win rate · Segment: Enterprise"
    assert one.text == "1 of 2 good periods, breached on 31 May 2026."
    assert recovering((episode("red", "not_evaluable"),))[0].text.startswith("Not evaluable of late")
