"""Readings: one KPI × one slice × one period × one window → a value, a true zero, or not evaluable."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

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
