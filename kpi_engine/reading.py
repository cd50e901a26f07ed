"""Readings: one KPI × one slice × one period × one window → a value, a true zero, or not evaluable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from .period import WindowName

TOTAL_SLICE = "(all)"
EMPTY_SLICE = "(none)"

State = Literal["value", "zero", "not_evaluable"]


class Reason(StrEnum):
    """Why a reading is not evaluable."""

    OPEN = "period still open"
    NO_ROWS = "no rows"
    STALE = "source stale"
    MISSING = "segment missing"
    ZERO_DENOMINATOR = "zero denominator"
    BELOW_MIN_N = "below min_n"
    NO_LOSSES = "no losses"
    NO_TARGET = "no target"
    NO_SNAPSHOT = "no snapshot"
    NOT_WHOLE_MONTHS = "not whole months"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a KPI read, for one slice and period, and on what it stands.

    `value` is None unless evaluable; rates are fractions, money is in major units. `provisional` is the
    number so far where only openness or a small `n` forbid a judgement: to be drawn, never judged.
    `n` counts the rows of the population, `left_out` those that an empty tier 1 cell kept out.
    """

    kpi: str
    dimension: str
    slice: str
    window: WindowName
    period_start: date
    period_end: date
    value: float | None
    n: int
    state: State
    reason: str
    variant: str
    provisional: float | None = None
    left_out: int = 0
