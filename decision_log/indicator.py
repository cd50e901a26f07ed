"""An indicator that no data holds, as its owner entered it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .entry import Entry
from .event import Event


class IndicatorEntered(Event):
    """The owner's judgement on a day, and why; the newest day counts, of one day the latest entry."""

    kind: Literal["indicator.entered"] = "indicator.entered"
    value: float
    why: str
    on: date


@dataclass(frozen=True, slots=True)
class Judgement:
    """One entry: who made it and when it was logged (UTC)."""

    value: float
    why: str
    on: date
    by: str
    at: datetime


def subject_of(indicator: str) -> str:
    """The log's subject of an indicator."""
    return f"indicator/{indicator}"


def judgements(lines: tuple[Entry, ...]) -> tuple[Judgement, ...]:
    """The entries of one indicator, one for each day, oldest first."""
    by_day = {
        entry.event.on: Judgement(entry.event.value, entry.event.why, entry.event.on, entry.by, entry.at)
        for entry in lines
        if isinstance(entry.event, IndicatorEntered)
    }
    return tuple(by_day[on] for on in sorted(by_day))
