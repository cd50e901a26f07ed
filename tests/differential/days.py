"""Weeks, months and fiscal quarters by stepping through the calendar."""

from __future__ import annotations

from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKS = {"week": 1, "4w": 4, "8w": 8, "13w": 13}
ONE_DAY = timedelta(days=1)


def week_start(day: date, starts_on: str) -> date:
    """The last day, up to this one, on which a week starts."""
    while WEEKDAYS[day.weekday()] != starts_on:
        day -= ONE_DAY
    return day


def month_start(day: date, later: int = 0) -> date:
    """First day of the month that lies `later` months after the day's own."""
    first = day.replace(day=1)
    for _ in range(abs(later)):
        first = (first + timedelta(days=31)).replace(day=1) if later > 0 else (first - ONE_DAY).replace(day=1)
    return first


def month_end(day: date, later: int = 0) -> date:
    """Last day of such a month."""
    return month_start(day, later + 1) - ONE_DAY


def quarter_start(day: date, fiscal_start: int, later: int = 0) -> date:
    """First day of the fiscal quarter that lies `later` quarters after the day's own."""
    first = month_start(day)
    while (first.month - fiscal_start) % 3:
        first = month_start(first, -1)
    return month_start(first, 3 * later)


def same_quarter(one: date | None, other: date, fiscal_start: int) -> bool:
    """Whether a day lies in the fiscal quarter that begins on `other`."""
    return one is not None and quarter_start(one, fiscal_start) == other


def earlier_span(window: str, start: date, end: date, by: int) -> tuple[date, date]:
    """The span of the same window, `by` whole windows before."""
    if window in WEEKS:
        step = timedelta(days=7 * WEEKS[window] * by)
        return start - step, end - step
    months = by * (3 if window == "quarter" else 1)
    return month_start(start, -months), month_end(end, -months)


def spans(window: str, first: date, as_of: date, starts_on: str, fiscal_start: int) -> list[tuple[date, date]]:
    """Every period of a window from the one that holds `first` (trailing ones: begin with its week) to as_of's."""
    found = []
    if window in WEEKS:
        start = week_start(first, starts_on)
        end = start + timedelta(days=7 * WEEKS[window] - 1)
        while end - timedelta(days=6) <= as_of:
            found.append((start, end))
            start, end = start + timedelta(days=7), end + timedelta(days=7)
        return found
    start = month_start(first) if window == "month" else quarter_start(first, fiscal_start)
    while start <= as_of:
        end = month_end(start, 0 if window == "month" else 2)
        found.append((start, end))
        start = end + ONE_DAY
    return found
