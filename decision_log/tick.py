"""Ticks: on which days the clockwork has judged, and on what data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from .entry import Entry
from .event import Event

SUBJECT = "tick/judged"


class TickRan(Event):
    """Every final period up to `as_of` has been judged, on this snapshot."""

    kind: Literal["tick.judged"] = "tick.judged"
    as_of: date
    snapshot: str


def judged_up_to(subjects: Mapping[str, tuple[Entry, ...]]) -> date | None:
    """The latest day that has been judged; None before the first tick."""
    days = [one.event.as_of for lines in subjects.values() for one in lines if isinstance(one.event, TickRan)]
    return max(days, default=None)
