"""What a report says. The app, the HTML file and the PDF draw nothing but this, so they cannot disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from kpi_engine.card import Point

from ..packet.content import Caveat, Check, Delta, Mover, Provenance, Status, Task

# Raise it with any change of content, templates or layout: reports of other layouts cannot be rebuilt.
LAYOUT = 1


@dataclass(frozen=True, slots=True)
class Win:
    """Something that went well: somebody's note, a decision that worked, an objective reached."""

    sort: str
    title: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Risk:
    """A red that stands: how far it is off, since when, what it may cost, whose it is, what is done about it."""

    name: str
    where: str
    shown: str
    n: int
    limit_text: str
    age: str
    at_risk: str
    owners: str
    standing: str


@dataclass(frozen=True, slots=True)
class Row:
    """An operating KPI against its threshold, its target and the goal of the quarter; its worst slice, if worse."""

    name: str
    where: str
    status: Status
    value: float | None
    shown: str
    n: int
    period: str
    threshold: str
    target: str
    goal: str
    before: Delta | None
    points: tuple[Point, ...]
    owners: str


@dataclass(frozen=True, slots=True)
class Area:
    """The rows of a focus area."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A key result: where it stands, where it is to be, and by when."""

    name: str
    shown: str
    target: str
    by: date
    state: str


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective with its key results."""

    objective: str
    owner: str
    results: tuple[KeyResult, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a drill-down: the latest final reading and the one before it that does not overlap."""

    name: str
    shown: str
    before: str
    change: str
    n: int


@dataclass(frozen=True, slots=True)
class DrillDown:
    """A panel of one of the forum's dashboards as a table; `more` counts the lines left out."""

    title: str
    what: str
    figures: tuple[Figure, ...]
    more: int
    note: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A dashboard of the forum: what its owners say, then its panels."""

    title: str
    narrative: str
    by: str
    said_on: date | None
    drill_downs: tuple[DrillDown, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """What an owner says about one KPI: of a breach, or looking back."""

    name: str
    where: str
    what: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Step:
    """A decision taken since the report before: what was chosen, and when data will tell whether it worked."""

    text: str
    context: str
    by: str
    check_on: date
    standing: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A KPI of the report: what it means, by which formula, whose it is and how far it is trusted."""

    name: str
    definition: str
    formula: str
    owners: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A line of a contract's change log."""

    effective: date
    name: str
    version: int
    change: str
    approver: str


@dataclass(frozen=True, slots=True)
class Content:
    """A report, whole; the fields stand in the order in which it is read."""

    id: str
    company: str
    forum: str
    edition: int
    as_of: date
    data_on: date
    published: str
    headline: str
    counts: str
    wins: tuple[Win, ...]
    risks: tuple[Risk, ...]
    trends: tuple[Mover, ...]
    areas: tuple[Area, ...]
    objectives: tuple[Objective, ...]
    chapters: tuple[Chapter, ...]
    comments: tuple[Comment, ...]
    tasks: tuple[Task, ...]
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    definitions: tuple[Definition, ...]
    changes: tuple[Edit, ...]
    caveats: tuple[Caveat, ...]
    provenance: Provenance


_CONTENT = TypeAdapter(Content)


def as_json(content: Content) -> bytes:
    """The content, one spelling for each."""
    return _CONTENT.dump_json(content)


def from_json(stored: bytes) -> Content:
    """The content of stored bytes."""
    return _CONTENT.validate_json(stored)
