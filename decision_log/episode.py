"""An episode: the life of a breach, from the red or yellow that opened it to its recovery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from .entry import Entry
from .episode_events import (
    ClockMet,
    ClockMissed,
    ClockName,
    EpisodeClosed,
    EpisodeEscalated,
    EpisodeOpened,
    FeedbackGiven,
    Opinion,
    PeriodJudged,
    PeriodsRestated,
    Reading,
    StepTicked,
)
from .event import Event

CLOCK_HOURS: dict[ClockName, int] = {"root_cause": 24, "corrective_plan": 48, "intervention": 72}
"""Calendar hours from the first recording of a red until each answer is due."""


@dataclass(frozen=True, slots=True)
class Period:
    """A judged period: as it was published, and as later data restated it (the newest restatement)."""

    published: Reading
    restated: Reading | None = None

    @property
    def now(self) -> Reading:
        """The reading that counts from here on."""
        return self.restated or self.published


@dataclass(frozen=True, slots=True)
class Mark:
    """That somebody did something, and when (UTC)."""

    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One of the clocks that a red starts: when it is due, who met it, whether its time ran out on record."""

    name: ClockName
    due_at: datetime
    met: Mark | None = None
    missed: bool = False

    def left(self, now: datetime) -> timedelta:
        """Time left at `now`, or when it was met; negative once it was too late."""
        return self.due_at - (self.met.at if self.met else now)


@dataclass(frozen=True, slots=True)
class Feedback:
    """A person's opinion of the breach."""

    opinion: Opinion
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode as its entries tell it. `periods` stand in the order of time, `steps` beside the runbook's.

    `clocks` are empty until the first red is recorded, `version` is the place of the newest entry.
    """

    id: str
    version: int
    opened: EpisodeOpened
    opened_at: datetime
    periods: tuple[Period, ...] = ()
    clocks: tuple[Clock, ...] = ()
    steps: tuple[Mark | None, ...] = ()
    escalated: EpisodeEscalated | None = None
    escalated_at: datetime | None = None
    closed: EpisodeClosed | None = None
    closed_at: datetime | None = None
    feedback: tuple[Feedback, ...] = ()
    restatements: int = 0

    @property
    def breach(self) -> tuple[str, str, str, str]:
        """What breaches here: KPI, dimension, slice and rule. At most one episode of each is running."""
        return self.opened.kpi, self.opened.dimension, self.opened.slice, self.opened.rule

    @property
    def evaluable(self) -> tuple[Reading, ...]:
        """The readings that count, oldest first; what is not evaluable neither advances nor resets anything."""
        return tuple(one.now for one in self.periods if one.now.status != "not_evaluable")

    @property
    def good_periods(self) -> int:
        """Green periods since the last breach that do not overlap one another."""
        count, counted_to = 0, date.min
        for reading in self.evaluable:
            if reading.status != "green":
                count, counted_to = 0, date.min
            elif reading.start > counted_to:
                count, counted_to = count + 1, reading.end
        return count

    @property
    def red_periods(self) -> int:
        """Red periods in a row up to the latest, each ended before the next began."""
        counting = [reading for reading in self.evaluable if not reading.explained]
        if not counting:
            return 0
        count, at = 0, counting[-1]
        while at.status == "red":
            count += 1
            before = [reading for reading in counting if reading.end < at.start]
            if not before:
                break
            at = before[-1]
        return count

    @property
    def was_red(self) -> bool:
        """Whether any period was ever published or restated as red."""
        return any("red" in (one.published.status, one.now.status) for one in self.periods)

    @property
    def phase(self) -> Literal["open", "recovering", "closed"]:
        """How far the data say it is; whether it is proposed or decided stands elsewhere in the log."""
        if self.closed is not None:
            return "closed"
        return "recovering" if self.good_periods else "open"


def subject_of(episode: str) -> str:
    """The log's subject of an episode, whose id is the key of the card that opened it."""
    return f"episode/{episode}"


def episodes(subjects: Mapping[str, tuple[Entry, ...]]) -> dict[str, Episode]:
    """Every episode of the stream by its id, in the order in which they were opened."""
    found = (episode_of(lines) for lines in subjects.values())
    return {episode.id: episode for episode in found}


def episode_of(lines: Iterable[Entry]) -> Episode:
    """The episode of one subject's entries, oldest first."""
    first, *rest = lines
    assert isinstance(first.event, EpisodeOpened), "an episode begins with being opened"
    episode = begun(first.subject.partition("/")[2], first.event, first.at)
    for entry in rest:
        episode = after(episode, entry.event, entry.by, entry.at)
    return episode


def begun(id_: str, opened: EpisodeOpened, at: datetime) -> Episode:
    """The episode as it is just opened."""
    return Episode(id_, 1, opened, at, steps=(None,) * len(opened.steps))


def after(episode: Episode, event: Event, by: str, at: datetime) -> Episode:
    """The episode once this has happened to it as well."""
    now = replace(episode, version=episode.version + 1)
    match event:
        case PeriodJudged(reading=reading):
            return _clocked(replace(now, periods=_in_order((*now.periods, Period(reading)))), at)
        case PeriodsRestated(readings=readings):
            anew = {reading.end: reading for reading in readings}
            periods = (replace(one, restated=anew.get(one.published.end, one.restated)) for one in now.periods)
            return _clocked(replace(now, periods=tuple(periods), restatements=now.restatements + 1), at)
        case EpisodeEscalated():
            return replace(now, escalated=event, escalated_at=at)
        case EpisodeClosed():
            return replace(now, closed=event, closed_at=at)
        case ClockMissed(clock=name):
            return replace(now, clocks=tuple(replace(c, missed=c.missed or c.name == name) for c in now.clocks))
        case ClockMet(clock=name, note=note):
            met = Mark(by, at, note)
            clocks = (replace(c, met=met) if c.name == name and c.met is None else c for c in now.clocks)
            return replace(now, clocks=tuple(clocks))
        case StepTicked(step=step, done=done):
            mark = Mark(by, at) if done else None
            return replace(now, steps=tuple(mark if n == step else old for n, old in enumerate(now.steps)))
        case FeedbackGiven(opinion=opinion, reason=reason):
            return replace(now, feedback=(*now.feedback, Feedback(opinion, reason, by, at)))
    return now


def _in_order(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    return tuple(sorted(periods, key=lambda one: one.published.end))


def _clocked(episode: Episode, at: datetime) -> Episode:
    """The first recording of a red that no known issue explains starts the clocks."""
    red = any(one.now.status == "red" and not one.now.explained for one in episode.periods)
    if episode.clocks or not red:
        return episode
    return replace(
        episode, clocks=tuple(Clock(name, at + timedelta(hours=hours)) for name, hours in CLOCK_HOURS.items())
    )
