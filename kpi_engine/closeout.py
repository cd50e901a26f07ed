"""Closing out: what the readings say about a success metric at its check date, and when they can say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from .period import Calendar, Period, WindowName, periods
from .reading import Reason

Outcome = Literal["met", "not met", "not evaluable"]
# Longer than any window, so that one always ends within it.
_LOOK_BACK = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Success:
    """What a decision is to reach: a slice of a KPI, in a window, at its target or better on the check date.

    `target` is in the KPI's unit (rates as fractions), None where nobody named one.
    """

    dimension: str
    slice: str
    window: WindowName
    target: float | None
    direction: Literal["higher_is_better", "lower_is_better"]
    decided_on: date
    check_on: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """Met, not met, or not evaluable for a reason; with the reading it rests on, where there is one."""

    outcome: Outcome
    reason: str = ""
    period: Period | None = None
    value: float | None = None
    n: int = 0
    variant: str = ""


def checked_period(calendar: Calendar, window: WindowName, check_on: date) -> Period:
    """The last period that ends on or before the check date; found by the calendar, not by what rows there are."""
    ended = [one for one in periods(calendar, window, check_on - _LOOK_BACK, check_on) if one.end <= check_on]
    return ended[-1]


def verdict(success: Success, readings: pd.DataFrame, calendar: Calendar, as_of: date) -> Verdict | None:
    """The verdict of a day, None while it is too early for one.

    `readings` are those of the KPI in the window as of that day, as in `readings_table`. The target itself
    counts as reached. Nothing is read from a period that had ended when the decision was taken.
    """
    if as_of < success.check_on:
        return None
    if success.target is None:
        return Verdict("not evaluable", Reason.NO_TARGET)
    period = checked_period(calendar, success.window, success.check_on)
    if period.end <= success.decided_on:
        return Verdict("not evaluable", "no period ended between the decision and its check date")
    then = readings[readings["period_end"] == period.end]
    if (then["reason"] == Reason.OPEN.value).any():
        return None
    ours = then[(then["dimension"] == success.dimension) & (then["slice"] == success.slice)]
    if ours.empty:
        return Verdict("not evaluable", Reason.NO_ROWS if then.empty else Reason.MISSING, period)
    row = ours.iloc[0]
    if row["state"] == "not_evaluable":
        return Verdict("not evaluable", str(row["reason"]), period, None, int(row["n"]), str(row["variant"]))
    value = float(row["value"])
    reached = value >= success.target if success.direction == "higher_is_better" else value <= success.target
    return Verdict("met" if reached else "not met", "", period, value, int(row["n"]), str(row["variant"]))
