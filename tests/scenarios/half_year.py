"""Half a year of the sample company, lived Monday by Monday through the services, with no page in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from decision_log.action import actions
from decision_log.decision import Assignment, Choice, Decision, decisions
from decision_log.proposal import ExpectedEffect, Hypothesis, Option, Proposal, ProposalText
from services import act, close_out, decide, propose, work_on_episode
from services.brief import Item, brief
from services.directory import load_directory
from services.matter import Matter, of_card, of_reading
from services.measurable import measurable
from services.people import Person
from services.publication import Publication, published
from services.publish_packet import publish
from services.read_packet import open_packet
from services.site import Site
from services.tick import tick

from . import half_year_plan as plan
from .half_year_company import deliver, found_company, tighten_contract
from .half_year_exports import SUNDAYS, Row
from .half_year_meeting import hold_meeting

FORUM = "weekly_revenue"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day, UTC."""
    return datetime.combine(day, time(hour, minute), UTC)


@dataclass
class HalfYear:
    """What was lived: the site, the publication of each Sunday, and the steps still to be taken with actions."""

    site: Site
    exports: Path
    publications: dict[date, Publication] = field(default_factory=dict)
    to_do: list[tuple[date, str, plan.Step]] = field(default_factory=list)

    def person(self, id_: str) -> Person:
        """Somebody of the directory."""
        found = load_directory(self.site)[0].person(id_)
        assert found is not None
        return found

    def exports_of(self, sunday: date) -> Path:
        """The folder that was delivered for a Sunday."""
        return self.exports / sunday.isoformat()


def live(home: Path, sample: dict[str, list[Row]]) -> HalfYear:
    """The 26 weeks."""
    half = HalfYear(found_company(home), home / "exports")
    for sunday in SUNDAYS:
        deliver(half.site, sample, sunday, half.exports_of(sunday))
        monday = sunday + timedelta(days=1)
        if monday == plan.NEW_CONTRACT_ON:
            tighten_contract(half.site)
        _tick(half, at(monday, 12))
        size = half.site.log().size
        _tick(half, at(monday, 12))
        assert half.site.log().size == size, "a tick that comes again finds nothing to do"
        publication, problems = published(half.site)
        assert publication is not None and not problems
        assert not publication.readings.empty  # stored from here on, as for whoever opens a drill-down
        half.publications[sunday] = publication
        _prepare(half, monday)
        _meet(half, sunday)
        for day in (monday + timedelta(days=days) for days in range(2, 7)):
            _work(half, day)
        _tick(half, at(monday + timedelta(days=4), 12))
    return half


def _tick(half: HalfYear, now: datetime) -> None:
    report = tick(half.site, None, now)
    assert (report.failures, report.problems) == ((), ()), report


def _prepare(half: HalfYear, monday: date) -> None:
    """The day before the meeting: owners propose, RevOps says what is no breach, the pre-read goes out again."""
    found, _ = brief(half.site, half.person("remy"))
    assert found is not None
    for item in found.to_decide:
        if _breach(item) == plan.FALSE_ALARM:
            reason = "Four of five acceptances are missing from the export; the CRM shows them."
            work_on_episode.give_feedback(
                half.site, half.person("remy"), item.episode, "false_alarm", reason,
                idempotency_key=f"feedback/{monday}", now=at(monday, 14),
            )  # fmt: skip
        elif _breach(item) in plan.PLANS and plan.PLANS[_breach(item)].stance != "no proposal":
            _propose(half, item, at(monday, 15), expected=0)
    publish(half.site, half.person("remy"), FORUM, as_of=None, idempotency_key=f"evening/{monday}", now=at(monday, 21))


def _propose(half: HalfYear, item: Item, now: datetime, *, expected: int) -> Proposal:
    owners = (half.person(id_) for id_ in ("carla", "gus", "hugo"))
    owner = next(one for one in owners if not propose.why_not(half.site, one, item.card))
    key = f"proposal/{item.episode}/{expected}"
    text = _text(item, plan.PLANS[_breach(item)], expected)
    proposal, problems = propose.propose(half.site, owner, item, text, expected=expected, idempotency_key=key, now=now)
    assert proposal is not None, problems
    return proposal


def _text(item: Item, planned: plan.Plan, version: int) -> ProposalText:
    card = item.card
    evidence = (f"/drill_down?kpi={card.kpi}",)
    effect = ExpectedEffect(
        kpi=card.kpi, window=card.window, dimension=card.dimension, slice=card.slice, start=card.value,
        to=planned.target, by=planned.check_on,
    )  # fmt: skip
    return ProposalText(
        narrative=f"{card.trigger}." + " Seen again in the calendars." * version,
        hypotheses=tuple(Hypothesis(cause=cause, evidence=evidence) for cause in ("People", "Process", "Product")),
        options=(Option(what="Take the cause away", effect="Two weeks"), Option(what="Wait", effect="Costs nothing")),
        preferred=0,
        preferred_because="It does not go away by itself.",
        effect=effect,
        forecast_implication="None this quarter.",
    )


def _meet(half: HalfYear, sunday: date) -> None:
    """The weekly meeting on Tuesday: a packet is read, exceptions are decided on or put off, the memo goes out."""
    tuesday = sunday + timedelta(days=2)
    opened = open_packet(half.site, half.person("dana"), f"{FORUM}-{tuesday}-1", at(tuesday, 12))
    assert opened is not None
    found, _ = brief(half.site, half.person("dana"))
    assert found is not None
    for item in found.to_decide:
        planned = plan.PLANS.get(_breach(item))
        if planned is not None and planned.versions > 1:
            _propose(half, item, at(tuesday, 13), expected=1)

    def settle(item: Item, now: datetime) -> str:
        """Decide on the exception, or say why not today."""
        if _breach(item) == plan.FALSE_ALARM:
            return "The export is being corrected."
        _decide(half, of_card(item.card, item.episode), plan.PLANS[_breach(item)], item.proposal, now)
        return ""

    hold_meeting(half.site, [half.person(id_) for id_ in ("remy", "anna", "dana", "hugo")], sunday, settle)
    if tuesday == plan.UNASKED_ON:
        measured = measurable(half.site, half.person("dana"), plan.GATES)
        assert measured is not None
        _decide(half, of_reading(measured, "total", "(all)"), plan.UNASKED, None, at(tuesday, 18))


def _decide(half: HalfYear, matter: Matter, planned: plan.Plan, proposal: Proposal | None, now: datetime) -> None:
    today = now.date()
    choice = decide.suggested(matter, today, proposal, follow=planned.stance == "follows")
    if planned.stance != "follows":
        own = {
            "action_text": "Stop new pilots until the gates hold",
            "why": "A smaller step has been tried before.",
            "expected_impact": "Fewer failures",
            "override_reason": "It takes too long." if planned.stance == "overrides" else "",
            "metric_target": planned.target,
            "impact_by": planned.check_on,
            "check_on": planned.check_on,
        }
        choice = choice.model_copy(update=own)
    assert choice.stance == planned.stance
    people = (half.person(id_) for id_ in ("dana", "hugo", "ines"))
    decider = next(one for one in people if not decide.why_not(half.site, one, matter.decision_owner))
    assigned: Assignment = decide.first_assignment(half.site, matter, choice.action_text, today)
    key = f"decision/{matter.key or matter.kpi}/{today}"
    decision, problems = decide.decide(half.site, decider, matter, choice, [assigned], idempotency_key=key, now=now)
    assert decision is not None, problems
    (action,) = [one for one in actions(half.site.log().stream("action")) if one.created.decision == decision.subject]
    half.to_do += [(today + timedelta(days=days), action.subject, step) for days, step in planned.steps]


def _work(half: HalfYear, day: date) -> None:
    """What is done on a day between two meetings."""
    for due, subject, step in half.to_do:
        if due == day:
            _take(half, subject, step, day)
    if day == plan.CORRECTED_ON:
        decision = _decision_on(half, plan.GATES, "follows")
        carla, episode = half.person("carla"), decision.taken.episode
        work_on_episode.tick_step(half.site, carla, episode, 0, True, at(day, 9))
        note = "Retried after the fix: failures fell by half."
        assert work_on_episode.meet_clock(half.site, carla, episode, "intervention", note, at(day, 9)) == ()
        wording = {name: getattr(decision.taken, name) for name in Choice.model_fields}
        choice = Choice(**wording | {"expected_impact": "Failures back under 15 % within four weeks"})
        _, problems = decide.correct(
            half.site, half.person("dana"), decision, choice, "The time was missing.",
            expected=decision.entries, idempotency_key="correction", now=at(day, 10),
        )  # fmt: skip
        assert problems == ()
    if day == plan.EXTENDED_ON + timedelta(days=1):
        decision = _decision_on(half, plan.GATES, "overrides")
        problems = close_out.extend(
            half.site, half.person("dana"), decision.subject, plan.EXTENDED_TO, "Half of the pilots had not restarted.",
            version=decision.entries, idempotency_key="extension", now=at(day, 10),
        )  # fmt: skip
        assert problems == ()


def _take(half: HalfYear, subject: str, step: plan.Step, day: date) -> None:
    """The assignee claims or moves the action; somebody else verifies, refuses or cancels it."""
    (action,) = [one for one in actions(half.site.log().stream("action")) if one.subject == subject]
    own = step in ("done", "move")
    person = half.person(action.created.assignee if own else "remy")
    later = action.due_on + timedelta(days=7) if step == "move" else None
    _, problems = act.take(
        half.site, person, subject, step, f"Said on {day}: {step}", due_on=later,
        version=action.version, idempotency_key=f"{subject}/{day}", now=at(day, 9),
    )  # fmt: skip
    assert problems == ()


def _decision_on(half: HalfYear, kpi: str, stance: str) -> Decision:
    known = decisions(half.site.log().stream("decision"))
    return next(one for one in known if (one.taken.kpi, one.taken.stance) == (kpi, stance))


def _breach(item: Item) -> tuple[str, date]:
    return item.card.kpi, item.card.period_end
