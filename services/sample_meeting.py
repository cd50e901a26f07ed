"""The first weekly meeting of the sample company: a breach is proposed on, decided, acted on and written down."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from decision_log.decision import Assignment, Decision
from decision_log.meeting import Meeting
from decision_log.proposal import ExpectedEffect, Hypothesis, Option, ProposalText
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model

from . import act, run_meeting
from .brief import Item, joined
from .decide import decide, suggested
from .directory import load_directory
from .matter import of_card
from .people import Person
from .propose import proposal_on, propose
from .publication import assessed
from .publish_memo import publish_memo
from .site import Site

FILE = Path(__file__).parents[1] / "data" / "sample" / "first_meeting.yaml"
_FORUM = "weekly_revenue"
_Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Effect(_Part):
    to: float
    by: date


class _Proposal(_Part):
    narrative: _Text
    hypotheses: tuple[Hypothesis, ...]
    options: tuple[Option, ...]
    preferred: int
    preferred_because: _Text
    effect: _Effect
    forecast_implication: _Text


class _Deed(_Part):
    by: _Text
    note: _Text


class FirstMeeting(_Part):
    """`data/sample/first_meeting.yaml`, whole; people are ids of the directory."""

    kpi: _Text
    slice: _Text
    proposed_by: _Text
    proposal: _Proposal
    facilitator: _Text
    attendees: tuple[_Text, ...]
    decided_by: _Text
    actions: tuple[Assignment, ...]
    done: _Deed
    verified: _Deed
    forecast_implications: _Text
    next_pre_read: _Text


def propose_first(site: Site, monday: datetime, file: Path = FILE) -> tuple[Problem, ...]:
    """Propose on Monday, before the pre-read goes out; a company without this breach or these people does not."""
    told, people, item, problems = _scene(site, monday, file)
    if told is None or item is None or item.proposal is not None:
        return problems
    _, refused = propose(
        site, people[told.proposed_by], item, _text(told.proposal, item),
        expected=0, idempotency_key=f"sample/{item.episode}/proposal", now=monday + timedelta(hours=4),
    )  # fmt: skip
    return refused


def hold_first_meeting(site: Site, monday: datetime, file: Path = FILE) -> tuple[Problem, ...]:
    """Meet on Tuesday about what was proposed, act within the week. What the services refuse ends the story there."""
    told, people, item, problems = _scene(site, monday, file)
    if told is None or item is None or item.proposal is None or item.decision is not None:
        return problems
    key = f"sample/{item.episode}"
    decision, refused = _meet(site, told, item, people, monday + timedelta(days=1, hours=5), key)
    return refused or (() if decision is None else _follow(site, told, decision, people, monday, key))


def _scene(
    site: Site, monday: datetime, file: Path
) -> tuple[FirstMeeting | None, dict[str, Person], Item | None, tuple[Problem, ...]]:
    """What is told, the people, and the breach as it stands; None where it or somebody is not there."""
    told, problems = load_model(file, FirstMeeting)
    found, _ = assessed(site, monday.date())
    people = {member.id: member.person for member in load_directory(site)[0].people}
    if told is None or found is None:
        return None, people, None, tuple(problems)
    cast = {told.proposed_by, told.facilitator, told.decided_by, *told.attendees}
    mine = (one for one in joined(site, found).items if (one.card.kpi, one.card.slice) == (told.kpi, told.slice))
    return told, people, next(mine, None) if cast <= set(people) else None, ()


def _text(said: _Proposal, item: Item) -> ProposalText:
    card = item.card
    effect = ExpectedEffect(
        kpi=card.kpi, window=card.window, dimension=card.dimension, slice=card.slice, start=card.value,
        to=said.effect.to, by=said.effect.by,
    )  # fmt: skip
    return ProposalText(**{name: getattr(said, name) for name in _Proposal.model_fields} | {"effect": effect})


def _meet(
    site: Site, told: FirstMeeting, item: Item, people: dict[str, Person], start: datetime, key: str
) -> tuple[Decision | None, tuple[Problem, ...]]:
    """Walk through the agenda, three quarters of its minutes each; decide where the agenda says so."""
    leader = people[told.facilitator]
    meeting, problems = run_meeting.open_meeting(site, leader, _FORUM, start, as_of=item.card.period_end)
    if meeting is None:
        return None, problems
    for id_ in (told.facilitator, *told.attendees):
        run_meeting.join(site, people[id_], meeting, start)
    decision, now = None, start
    for press, place in enumerate(meeting.places):
        if press:
            problems = run_meeting.enter(site, leader, meeting.id, place, seen=press - 1, now=now)
        if not problems and meeting.opened.agenda[place.section].opens == "decide":
            decision, problems = _decide(site, told, item, people[told.decided_by], now + timedelta(minutes=4), key)
        if problems:
            return None, problems
        now += _lasting(meeting, place.section)
    _, problems = publish_memo(
        site, leader, meeting.id,
        forecast_implications=told.forecast_implications, next_pre_read=told.next_pre_read, now=now,
    )  # fmt: skip
    return decision, problems


def _lasting(meeting: Meeting, section: int) -> timedelta:
    """The time that one place of a section takes."""
    sharing = sum(place.section == section for place in meeting.places)
    return timedelta(minutes=meeting.opened.agenda[section].minutes) * 0.75 / sharing


def _decide(
    site: Site, told: FirstMeeting, item: Item, person: Person, now: datetime, key: str
) -> tuple[Decision | None, tuple[Problem, ...]]:
    matter = of_card(item.card, item.episode)
    choice = suggested(matter, now.date(), proposal_on(site, person, item.episode))
    return decide(site, person, matter, choice, told.actions, idempotency_key=f"{key}/decision", now=now)


def _follow(
    site: Site, told: FirstMeeting, decision: Decision, people: dict[str, Person], monday: datetime, key: str
) -> tuple[Problem, ...]:
    """The first action is claimed on Thursday and verified on Friday; the other waits."""
    steps: tuple[tuple[act.Step, _Deed, int], ...] = (("done", told.done, 3), ("verify", told.verified, 4))
    for step, deed, days in steps:
        now = monday + timedelta(days=days, hours=2)
        mine = [one for one in act.actions(site, people[deed.by], now.date())
                if one.action.created.decision == decision.subject]  # fmt: skip
        first = min(mine, key=lambda one: one.action.due_on)
        _, problems = act.take(
            site, people[deed.by], first.action.subject, step, deed.note,
            version=first.action.version, idempotency_key=f"{key}/{step}", now=now,
        )  # fmt: skip
        if problems:
            return problems
    return ()
