"""Loads: which snapshot was put in force, rolled back or discarded, by whom and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from .entry import Entry
from .event import Event

SUBJECT = "load/snapshots"


class LoadPublished(Event):
    """A checked load was put in force; `suspicions` are what its reason answers, `left_out` unreadable rows."""

    kind: Literal["load.published"] = "load.published"
    snapshot: str
    onto: str | None
    data_on: date
    files: tuple[str, ...]
    suspicions: tuple[str, ...] = ()
    reason: str = ""
    left_out: int = 0
    left_out_reason: str = ""


class LoadRolledBack(Event):
    """An earlier snapshot was put in force again, in place of `from_snapshot`."""

    kind: Literal["load.rolled_back"] = "load.rolled_back"
    snapshot: str
    from_snapshot: str
    reason: str


class LoadDiscarded(Event):
    """A checked load was not published; `problems` counts what was to mend in it."""

    kind: Literal["load.discarded"] = "load.discarded"
    snapshot: str | None
    files: tuple[str, ...]
    problems: int = 0
    reason: str = ""


AnyLoadEvent = LoadPublished | LoadRolledBack | LoadDiscarded


def load_entries(subjects: Mapping[str, tuple[Entry, ...]]) -> tuple[Entry, ...]:
    """What happened to loads, oldest first."""
    return subjects.get(SUBJECT, ())
