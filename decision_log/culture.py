"""A data-aware culture: the metric of the week, retrospectives, questions, learnings, goals and rotating owners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .entry import Entry
from .event import Event


class MetricChosen(Event):
    """A KPI that the meeting of a week opens with; `week` is its first day."""

    kind: Literal["culture.metric_chosen"] = "culture.metric_chosen"
    week: date
    kpi: str
    why: str


class Retrospective(Event):
    """What moved a KPI in a span of days, what worked and what is to be done differently."""

    kind: Literal["culture.retrospective"] = "culture.retrospective"
    kpi: str
    first: date
    last: date
    what_happened: str
    what_we_learned: str


class QuestionAsked(Event):
    """A question, or a challenge to a number; `facts` are the reading it is about, as it was shown."""

    kind: Literal["culture.question"] = "culture.question"
    kpi: str
    text: str
    challenges: bool = False
    facts: dict[str, str | float | None]


class QuestionAnswered(Event):
    """The owner's answer; `agreed` says of a challenge whether the number turned out wrong."""

    kind: Literal["culture.answer"] = "culture.answer"
    text: str
    agreed: bool | None = None


class Learning(Event):
    """Something learned, or a win worth knowing beyond its team."""

    kind: Literal["culture.learning"] = "culture.learning"
    sort: Literal["learning", "win"]
    title: str
    text: str
    kpi: str = ""


class GoalSet(Event):
    """A KPI's goal for a quarter (its first day), what it was suggested from, and the reading it starts at."""

    kind: Literal["culture.goal"] = "culture.goal"
    kpi: str
    quarter: date
    start: float | None
    target: float
    suggested: float | None
    because: str


class OwnerRotated(Event):
    """Who owns a KPI besides its title, from a day until another (exclusive; None: for good)."""

    kind: Literal["culture.rotation"] = "culture.rotation"
    kpi: str
    owner: str
    since: date
    until: date | None
    why: str


AnyCultureEvent = MetricChosen | Retrospective | QuestionAsked | QuestionAnswered | Learning | GoalSet | OwnerRotated


@dataclass(frozen=True, slots=True)
class Noted:
    """An event as somebody noted it."""

    by: str
    at: datetime
    event: AnyCultureEvent


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers, oldest first."""

    subject: str
    by: str
    at: datetime
    asked: QuestionAsked
    answers: tuple[tuple[str, datetime, QuestionAnswered], ...]


@dataclass(frozen=True, slots=True)
class Culture:
    """All of it, newest first; of goals and of metrics of the week the last word counts."""

    metrics: tuple[Noted, ...]
    retrospectives: tuple[Noted, ...]
    questions: tuple[Question, ...]
    learnings: tuple[Noted, ...]
    goals: tuple[Noted, ...]
    rotations: tuple[Noted, ...]

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """Questions that nobody has answered yet, oldest first."""
        return tuple(reversed([one for one in self.questions if not one.answers]))

    def metric_of(self, week: date) -> Noted | None:
        """What the week's meeting opens with."""
        chosen = (one for one in self.metrics if isinstance(one.event, MetricChosen) and one.event.week == week)
        return next(chosen, None)

    def owner_of(self, kpi: str, day: date) -> OwnerRotated | None:
        """Who owns a KPI by rotation on a day; the latest word on it counts."""
        for one in self.rotations:
            said = one.event
            if isinstance(said, OwnerRotated) and said.kpi == kpi and said.since <= day:
                return said if said.until is None or day < said.until else None
        return None


def culture(stream: dict[str, tuple[Entry, ...]]) -> Culture:
    """The state of the stream."""
    entries = sorted((entry for lines in stream.values() for entry in lines), key=lambda entry: -entry.seq)
    noted = [Noted(entry.by, entry.at, entry.event) for entry in entries if isinstance(entry.event, AnyCultureEvent)]

    def of(kind: type[Event]) -> tuple[Noted, ...]:
        return tuple(one for one in noted if isinstance(one.event, kind))

    return Culture(
        of(MetricChosen),
        of(Retrospective),
        tuple(sorted(_questions(stream.items()), key=lambda one: one.at, reverse=True)),
        of(Learning),
        _latest(of(GoalSet)),
        of(OwnerRotated),
    )


def _latest(goals: tuple[Noted, ...]) -> tuple[Noted, ...]:
    """One goal a KPI and quarter: the last that was set."""
    found: dict[tuple[str, date], Noted] = {}
    for one in goals:
        if isinstance(one.event, GoalSet):
            found.setdefault((one.event.kpi, one.event.quarter), one)
    return tuple(found.values())


def _questions(subjects: Iterable[tuple[str, tuple[Entry, ...]]]) -> Iterable[Question]:
    for subject, lines in subjects:
        first = lines[0]
        if isinstance(first.event, QuestionAsked):
            answers = [(one.by, one.at, one.event) for one in lines if isinstance(one.event, QuestionAnswered)]
            yield Question(subject, first.by, first.at, first.event, tuple(answers))
