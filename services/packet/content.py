"""What a packet says. The app, the HTML file and the PDF draw nothing but this, so they cannot disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

from pydantic import TypeAdapter

from kpi_engine.card import Point

# Raise it with any change of content, templates or layout: packets of other layouts cannot be rebuilt.
LAYOUT = 2
Status = Literal["red", "yellow", "green", "not_evaluable"]


@dataclass(frozen=True, slots=True)
class Delta:
    """The value against an earlier one: `shown` is the relative change, `was` that value or why there is none."""

    against: str
    shown: str
    was: str


@dataclass(frozen=True, slots=True)
class Row:
    """A KPI on the first page. `before` to `year` are its deltas; a slice has a row only if it is not green.

    `note` counts the slices that have none. `limit` is the edge drawn in the small chart.
    """

    kpi: str
    name: str
    where: str
    status: Status
    value: float | None
    shown: str
    n: int
    period: str
    threshold: str
    note: str
    before: Delta | None
    weeks4: Delta | None
    weeks8: Delta | None
    weeks13: Delta | None
    year: Delta | None
    points: tuple[Point, ...]
    limit: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one forum, the packet's own first."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """Where a breach concentrates: the slice, its value with n, and its share of the gap."""

    where: str
    value: str
    share: str


@dataclass(frozen=True, slots=True)
class Cause:
    """A possible root cause and the addresses of what speaks for it."""

    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a proposal; exactly one is preferred."""

    text: str
    effect: str
    preferred: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the KPI owner filed; `late` says what had happened already when it came."""

    by: str
    version: int
    late: str
    narrative: str
    causes: tuple[Cause, ...]
    fewer_causes: str
    options: tuple[Choice, ...]
    because: str
    effect: str
    forecast: str


@dataclass(frozen=True, slots=True)
class Breach:
    """An exception: how far, since when, whose, where it comes from, and what is proposed or decided.

    `whole` ones are told in full, others in one line. `escalated` says to whom, `overdue` which clocks ran out.
    """

    rank: int
    key: str
    name: str
    where: str
    status: Status
    value: float | None
    shown: str
    n: int
    limit_text: str
    limit: float | None
    limit_shown: str
    period: str
    at_risk: str
    age: str
    owners: str
    decides: str
    escalated: str
    overdue: tuple[str, ...]
    deltas: tuple[Delta, ...]
    shares: tuple[Share, ...]
    points: tuple[Point, ...]
    caveats: tuple[str, ...]
    default_action: str
    proposal: Proposed | None
    decision: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Mover:
    """A KPI that moved further than it usually does: `size` is the step in units of its usual one."""

    name: str
    where: str
    status: Status
    shown: str
    n: int
    delta: Delta
    size: str


@dataclass(frozen=True, slots=True)
class Caveat:
    """A known issue, or why a number is to be read with care."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """An action that is open or waits for verification."""

    text: str
    context: str
    assignee: str
    due_on: date
    standing: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A decision whose success metric is to be read, or was read since the packet before."""

    decision: str
    context: str
    owner: str
    check_on: date
    outcome: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the packet rests on: all that is needed to build it again."""

    snapshot: str
    snapshots: int
    configuration: str
    engine: str
    layout: int
    log_size: int
    log_root: str


@dataclass(frozen=True, slots=True)
class Content:
    """A packet, whole.

    `asked` is what the meeting before wanted to know, `cut` says what was left out to keep it within its pages.
    """

    id: str
    company: str
    forum: str
    meeting_on: date
    edition: int
    as_of: date
    data_on: date
    published: str
    headline: str
    counts: str
    asked: str
    groups: tuple[Group, ...]
    more_slices: int
    breaches: tuple[Breach, ...]
    recovering: tuple[Caveat, ...]
    movers: tuple[Mover, ...]
    caveats: tuple[Caveat, ...]
    confidence: tuple[Caveat, ...]
    tasks: tuple[Task, ...]
    checks: tuple[Check, ...]
    cut: tuple[str, ...]
    provenance: Provenance


_CONTENT = TypeAdapter(Content)


def as_json(content: Content) -> bytes:
    """The content, one spelling for each."""
    return _CONTENT.dump_json(content)


def from_json(stored: bytes) -> Content:
    """The content of stored bytes."""
    return _CONTENT.validate_json(stored)


def digest(stored: bytes) -> str:
    """SHA-256 of an output."""
    return sha256(stored).hexdigest()
