"""Proposing as a service: who may, what is asked for, versions that stay, receipts, and what a decision makes of it."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from decision_log.decision import Assignment, Choice
from decision_log.entry import Addition
from decision_log.packet import PacketPublished, subject_of
from decision_log.proposal import ExpectedEffect, Hypothesis, Option, ProposalText
from services.brief import Brief, Item
from services.decide import correct, decide, suggested
from services.directory import load_directory
from services.matter import of_card
from services.people import Denied
from services.propose import exceptions_without_proposal, mark_read, not_read_by, proposal_on, propose
from services.review_decisions import decisions, override_rate
from services.site import Site
from tests.pages.assessments import AS_OF, WIN_RATE, assessment
from tests.services.small_company import ROOT

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)  # a Wednesday
CARD = replace(WIN_RATE, forum="weekly revenue")
ASKED = Assignment(text="Set the guardrail", assignee="hugo", due_on=date(2026, 7, 8))
EPISODE = "win_rate|segment=Enterprise|fall|4w 2026-06-14"
TEXT = ProposalText(
    narrative="Enterprise wins fell by a third.",
    hypotheses=(
        Hypothesis(cause="Price", evidence=("/drill_down?kpi=win_rate&window=4w",)),
        Hypothesis(cause="Competitor", evidence=("https://crm.example.org/77",)),
        Hypothesis(cause="Few proofs", evidence=("https://wiki.example.org/proofs",)),
    ),
    options=(Option(what="Guardrail", effect="3 points of price"), Option(what="Wait", effect="400k short")),
    preferred=0,
    preferred_because="Cheapest reversible step",
    effect=ExpectedEffect(
        kpi="win_rate", window="4w", dimension="segment", slice="Enterprise", start=0.173, to=0.22, by=date(2026, 8, 12)
    ),
    forecast_implication="None for commit",
)

BAD_LINK = Hypothesis(cause="x", evidence=("javascript:1",))


@pytest.fixture
def site(tmp_path):
    (tmp_path / "config").mkdir()
    for file in ("people.yaml", "forums.yaml"):
        shutil.copy(ROOT / "config" / file, tmp_path / "config")
    return Site(tmp_path / "workspace", tmp_path / "config")


def _person(site, id_):
    return load_directory(site)[0].person(id_)


def _propose(site, text=TEXT, *, by="hugo", expected=0, key="form-1", now=NOW):
    item = Item(CARD, None, EPISODE, None)
    return propose(site, _person(site, by), item, text, expected=expected, idempotency_key=key, now=now)


def _changed(**fields):
    return TEXT.model_copy(update=fields)


def test_a_proposal_is_kept_with_the_facts_it_was_written_on(site):
    proposal, problems = _propose(site)

    assert problems == ()
    assert proposal.current.filed.facts["value"] == CARD.value
    assert (proposal.current.number, proposal.current.by, proposal.current.filed.late) == (1, "hugo", "")
    assert _propose(site) == (proposal, ())


@pytest.mark.parametrize("by", ["carla", "vik", "remy"])
def test_only_owners_of_the_kpi_and_those_above_propose(site, by):
    with pytest.raises(Denied):
        _propose(site, by=by)
    assert site.log().size == 0


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"narrative": " "}, "narrative"),
        ({"hypotheses": TEXT.hypotheses[:2]}, "hypotheses"),
        ({"hypotheses": ()}, "hypotheses"),
        ({"hypotheses": (*TEXT.hypotheses[:2], Hypothesis(cause="Luck"))}, "hypotheses.2.evidence"),
        ({"hypotheses": (*TEXT.hypotheses[:2], BAD_LINK)}, "hypotheses.2.evidence"),
        ({"options": TEXT.options[:1]}, "options"),
        ({"options": (TEXT.options[0], Option(what="Wait", effect=""))}, "options.1.effect"),
        ({"preferred": -1}, "preferred"),
        ({"preferred_because": ""}, "preferred_because"),
        ({"forecast_implication": ""}, "forecast_implication"),
        ({"effect": TEXT.effect.model_copy(update={"by": date(2026, 7, 1)})}, "effect.by"),
        ({"effect": TEXT.effect.model_copy(update={"kpi": "no_such_kpi"})}, "effect.kpi"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(site, fields, column):
    proposal, problems = _propose(site, _changed(**fields))

    assert proposal is None
    assert [problem.column for problem in problems] == [column]


def test_fewer_than_three_causes_need_a_reason(site):
    proposal, problems = _propose(
        site, _changed(hypotheses=TEXT.hypotheses[:1], fewer_hypotheses="One deal explains it")
    )

    assert problems == ()
    assert len(proposal.current.filed.hypotheses) == 1


def test_a_new_version_keeps_the_old_one_and_says_what_changed(site):
    _propose(site)

    proposal, _ = _propose(site, _changed(preferred=1, preferred_because="Free"), expected=1, key="form-2")

    assert [version.filed.preferred for version in proposal.versions] == [0, 1]
    assert [one.field for one in proposal.current.changed] == ["preferred", "preferred_because"]


def test_two_tabs_cannot_overwrite_each_other(site):
    _propose(site)

    proposal, problems = _propose(site, _changed(narrative="Mine"), key="form-2")

    assert proposal is None
    assert "Hugo Sanders has filed version 1 meanwhile" in problems[0].message
    assert proposal_on(site, _person(site, "hugo"), EPISODE).current.filed.narrative == TEXT.narrative


def test_reading_is_noted_once_for_each_person_and_version_and_does_not_hinder_writing(site):
    proposal, _ = _propose(site)
    for _ in range(2):
        mark_read(site, _person(site, "dana"), proposal_on(site, _person(site, "dana"), EPISODE), now=NOW)
    mark_read(site, _person(site, "hugo"), proposal, now=NOW)

    read = proposal_on(site, _person(site, "vik"), EPISODE)
    assert [(one.person, one.version) for one in read.receipts] == [("dana", 1)]
    unread = [one.id for one in not_read_by(site, _person(site, "vik"), CARD, read)]
    assert "felix" in unread
    assert not {"dana", "hugo"} & set(unread)

    again, problems = _propose(site, _changed(narrative="More"), expected=1, key="form-2")
    assert problems == ()
    assert again.readers == ()
    assert len(again.receipts) == 1


def test_what_comes_after_the_pre_read_is_late(site):
    _propose(site)
    meeting = next(day for day in (NOW.date() + timedelta(n) for n in range(7)) if _meets(site, day))
    published = PacketPublished(
        forum="weekly_revenue", forum_name="Weekly", meeting_on=meeting, edition=1, as_of=AS_OF, published_at="",
        snapshot="", snapshots=1, configuration="", engine="", layout=1, log_size=1, log_root="", content="", html="",
        pdf="", pages=1, cut=(),
    )  # fmt: skip
    site.log().add([Addition(subject_of("weekly_revenue", meeting), published, "packet")], "clockwork", NOW)

    proposal, _ = _propose(site, _changed(narrative="Late news"), expected=1, key="form-2", now=NOW)

    assert [bool(version.filed.late) for version in proposal.versions] == [False, True]
    assert "after the pre-read" in proposal.current.filed.late


def _meets(site, day):
    from services.forum_calendar import next_meeting
    from services.forums import load_forums

    return next_meeting(load_forums(site)[0][0], day) == day


def _decide(site, follow, **fields):
    matter, dana = of_card(CARD, EPISODE), _person(site, "dana")
    proposal = proposal_on(site, dana, EPISODE)
    choice = suggested(matter, NOW.date(), proposal, follow=follow)
    choice = choice.model_copy(update={"why": "Price", "expected_impact": "Back", **fields})
    return decide(site, dana, matter, choice, (ASKED,), idempotency_key="decision", now=NOW)


def test_a_decision_that_follows_starts_from_the_preferred_option(site):
    _propose(site)

    decision, problems = _decide(site, follow=True)

    assert problems == ()
    assert (decision.taken.stance, decision.taken.proposal, decision.taken.action_text) == ("follows", 1, "Guardrail")
    assert decision.taken.rejected_options == ("Wait (400k short)",)
    assert (decision.taken.metric_target, decision.taken.check_on) == (0.22, date(2026, 8, 12))
    assert override_rate(site, _person(site, "vik")).rate == 0


def test_a_decision_that_overrides_says_why_and_is_counted(site):
    _propose(site)
    assert [one.column for one in _decide(site, follow=False)[1]] == ["override_reason"]

    decision, _ = _decide(site, follow=False, override_reason="Price is not the point")

    assert decision.taken.rejected_options == ("Guardrail (3 points of price)",)
    rate = override_rate(site, _person(site, "vik"))
    assert (rate.overridden, rate.proposed, rate.rate) == (1, 1, 1.0)
    (entry,) = decisions(site, _person(site, "vik"), NOW.date())
    assert [(action.created.assignee, action.state) for action in entry.actions] == [("hugo", "open")]


def test_who_follows_takes_the_preferred_option_also_when_correcting(site):
    _propose(site)
    assert [one.column for one in _decide(site, follow=True, action_text="Something else")[1]] == ["action_text"]
    decision, _ = _decide(site, follow=True)
    _propose(site, _changed(preferred=1), expected=1, key="form-2")

    def corrected(reason="Misheard", **fields):
        wording = {name: getattr(decision.taken, name) for name in Choice.model_fields} | fields
        dana = _person(site, "dana")
        return correct(
            site, dana, decision, Choice(**wording), reason, expected=decision.entries, idempotency_key="c", now=NOW
        )[1]

    assert [one.column for one in corrected(action_text="Wait")] == ["action_text"]
    assert [one.column for one in corrected("x" * 4001, why="Product")] == ["correction"]
    assert corrected(action_text="Wait", stance="overrides", override_reason="Price holds") == ()


def test_a_version_filed_while_the_form_was_open_must_be_read_first(site):
    _propose(site)
    choice = suggested(of_card(CARD, EPISODE), NOW.date(), proposal_on(site, _person(site, "dana"), EPISODE))
    _propose(site, _changed(narrative="More"), expected=1, key="form-2")

    _, problems = _decide(site, follow=True, proposal=choice.proposal)

    assert [problem.column for problem in problems] == ["proposal"]
    assert "version 2" in problems[0].message


def test_who_does_not_hold_the_title_may_not_decide(site):
    matter, hugo = of_card(CARD, EPISODE), _person(site, "hugo")

    with pytest.raises(Denied, match="CRO"):
        decide(site, hugo, matter, suggested(matter, NOW.date()), (ASKED,), idempotency_key="d", now=NOW)


def test_exceptions_without_a_proposal_are_those_that_still_need_a_decision(site, monkeypatch):
    items = (Item(CARD, None, EPISODE), Item(replace(CARD, key="y", status="yellow"), None, "y"))
    found = Brief(assessment(CARD), items)
    monkeypatch.setattr("services.propose.brief", lambda *_: (found, ()))

    assert exceptions_without_proposal(site, _person(site, "vik")) == (CARD,)

    proposal, _ = _propose(site)
    proposed = replace(found, items=(replace(items[0], proposal=proposal),))
    monkeypatch.setattr("services.propose.brief", lambda *_: (proposed, ()))
    assert exceptions_without_proposal(site, _person(site, "vik")) == ()
