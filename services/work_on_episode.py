"""Working on an episode: steps of the runbook, what the clocks ask for, and what one thinks of the breach."""

from __future__ import annotations

from datetime import datetime

from decision_log.entry import Addition, Entry
from decision_log.episode import Episode, episode_of, subject_of
from decision_log.episode_events import ClockMet, ClockName, FeedbackGiven, Opinion, StepTicked
from decision_log.event import Event
from kpi_engine.problem import Problem

from .directory import load_directory
from .people import Person, require
from .site import Site
from .watch_clocks import CLOCKS
from .written import unfit

_FORM = "episode"


def tick_step(site: Site, person: Person, id_: str, step: int, done: bool, now: datetime) -> None:
    """Mark a step of the runbook (counted from 0) as done, or take the mark back. Twice is once."""
    require(person, "investigate")
    lines = site.log().of(subject_of(id_))
    if (episode_of(lines).steps[step] is not None) == done:
        return
    told = sum(isinstance(entry.event, StepTicked) and entry.event.step == step for entry in lines)
    _add(site, person, id_, StepTicked(step=step, done=done), f"step/{step}/{told + 1}", now)


def meet_clock(site: Site, person: Person, id_: str, clock: ClockName, note: str, now: datetime) -> tuple[Problem, ...]:
    """Deliver what a clock asks for, in a line; whoever comes first has met it, in time or late."""
    require(person, "investigate")
    problems = unfit(_FORM, "note", note, f"Say in a line what was found or done: {CLOCKS[clock].lower()}.")
    if problems:
        return problems
    standing = next((one for one in _episode(site, id_).clocks if one.name == clock), None)
    if standing is None:
        return (Problem(_FORM, "has no clocks", "Clocks start with the first red."),)
    # Under the clock's key the log gives back whoever was first, be it in this very moment.
    entry = _add(site, person, id_, ClockMet(clock=clock, note=note.strip()), f"met/{clock}", now)
    if entry.by == person.id:
        return ()
    assert isinstance(entry.event, ClockMet)
    name = load_directory(site)[0].name_of(entry.by)
    return (Problem(_FORM, f"{name} has met this clock already", f"It says: {entry.event.note}"),)


def give_feedback(
    site: Site, person: Person, id_: str, opinion: Opinion, reason: str, *, idempotency_key: str, now: datetime
) -> tuple[Problem, ...]:
    """Say whether the breach is real, expected, a false alarm or the new normal, and why. The newest counts."""
    require(person, "comment")
    problems = unfit(_FORM, "reason", reason, "Say why: the rule's report card lives from it.")
    if problems:
        return problems
    subject = subject_of(_episode(site, id_).id)
    event = FeedbackGiven(opinion=opinion, reason=reason.strip())
    site.log().add([Addition(subject, event, idempotency_key)], person.id, now)
    return ()


def met(site: Site, id_: str, clock: ClockName, note: str) -> tuple[Addition, ...]:
    """What another deed of the same moment adds when it delivers what a clock asks for; nothing if it is met."""
    lines = site.log().of(subject_of(id_))
    waiting = lines and any(one.name == clock and one.met is None for one in episode_of(lines).clocks)
    key = f"{subject_of(id_)}/met/{clock}"
    return (Addition(subject_of(id_), ClockMet(clock=clock, note=note), key),) if waiting else ()


def _episode(site: Site, id_: str) -> Episode:
    return episode_of(site.log().of(subject_of(id_)))


def _add(site: Site, person: Person, id_: str, event: Event, key: str, now: datetime) -> Entry:
    subject = subject_of(id_)
    return site.log().add([Addition(subject, event, f"{subject}/{key}")], person.id, now)[0]
