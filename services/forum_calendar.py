"""When a forum meets: from its first meeting on, at its cadence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from .forums import Forum

_WEEKS = {"weekly": 1, "biweekly": 2}
_MONTHS = {"monthly": 1, "quarterly": 3}


def next_meeting(forum: Forum, day: date) -> date | None:
    """The first meeting on the day or after it; None for a forum without a calendar."""
    first = forum.first_meeting
    if first is None:
        return None
    if forum.cadence in _WEEKS:
        every = 7 * _WEEKS[forum.cadence]
        return first + timedelta(days=max(0, -(-(day - first).days // every)) * every)
    return next(meeting for meeting in _monthly(first, _MONTHS[forum.cadence], day) if meeting >= day)


def _monthly(first: date, every: int, day: date) -> Iterator[date]:
    """Every so many months on the same weekday of the month ("the second Thursday"), from just before the day on."""
    nth = min((first.day - 1) // 7, 3)
    months = (day.year - first.year) * 12 + day.month - first.month
    at = first.year * 12 + first.month - 1 + max(0, months // every) * every
    while True:
        start = date(at // 12, at % 12 + 1, 1)
        yield start + timedelta(days=(first.weekday() - start.weekday()) % 7 + 7 * nth)
        at += every
