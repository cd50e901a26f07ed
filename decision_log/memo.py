"""A memo: what a meeting decided, deferred and took time for; published once, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from .entry import Entry
from .event import Event


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class MemoSection(_Part):
    """A part of the agenda: minutes planned, seconds spent."""

    name: str
    planned_minutes: int
    spent_seconds: int


class MemoTask(_Part):
    """An action of a decision; `assignee` is a name."""

    text: str
    assignee: str
    due_on: date


class MemoDecision(_Part):
    """A decision of the meeting, in the words it was logged with.

    `breach_to_decision_hours` counts from the first recording of the breach; None where there was none.
    """

    number: int
    subject: str
    kpi: str
    where: str
    context: str
    text: str
    why: str
    stance: str
    owner: str
    decided_by: str
    expected_impact: str
    check_on: date
    tasks: tuple[MemoTask, ...]
    breach_to_decision_hours: float | None = None


class MemoItem(_Part):
    """Something named, and what is said of it."""

    name: str
    text: str


class MemoNote(_Part):
    """What was agreed on a topic: first what changed, then what is done."""

    name: str
    changed: str
    do: str


class MemoPublished(Event):
    """The memo, whole.

    Names are those of the day it was published. `log_size` and `log_hash` are the log's checkpoint then:
    its number of entries, and the hash of the last one.
    """

    kind: Literal["memo.published"] = "memo.published"
    meeting: str
    forum: str
    name: str
    held_on: date
    time_zone: str
    judged_on: date
    began_at: datetime
    ended_at: datetime
    facilitator: str
    attendees: tuple[str, ...]
    sections: tuple[MemoSection, ...]
    exception_seconds: int
    decisions: tuple[MemoDecision, ...]
    actions_reviewed: tuple[MemoItem, ...]
    notes: tuple[MemoNote, ...]
    deferred: tuple[MemoItem, ...]
    undecided: tuple[MemoItem, ...]
    forecast_implications: str
    next_pre_read: str
    log_size: int
    log_hash: str

    @property
    def spent_seconds(self) -> int:
        """How long the meeting took, pauses left out."""
        return sum(section.spent_seconds for section in self.sections)

    @property
    def planned_minutes(self) -> int:
        """How long it was to take."""
        return sum(section.planned_minutes for section in self.sections)


@dataclass(frozen=True, slots=True)
class Memo:
    """A published memo: its entry in the log says who published it, when, and its hash."""

    id: str
    entry: Entry
    published: MemoPublished


def subject_of(meeting: str) -> str:
    """The log's subject of a meeting's memo: there is room for one."""
    return f"memo/{meeting}"


def memos(subjects: Mapping[str, tuple[Entry, ...]]) -> tuple[Memo, ...]:
    """Every memo of the stream, newest first."""
    first = [lines[0] for lines in subjects.values()]
    return tuple(
        Memo(entry.subject.partition("/")[2], entry, entry.event)
        for entry in reversed(first)
        if isinstance(entry.event, MemoPublished)
    )
