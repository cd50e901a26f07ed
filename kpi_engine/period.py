"""Weeks, months, quarters and the windows over them, as integers of the company's calendar.

A *grid* cuts time into numbered buckets (weeks, months, or one single span); partial sums are kept per
bucket. A *window* is a run of buckets that ends in a given one: the trailing 4 weeks, a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .company import Company, Weekday

GridName = Literal["week", "month", "span"]
WindowName = Literal["week", "4w", "8w", "13w", "month", "quarter", "span"]

WEEKS_IN: dict[str, int] = {"week": 1, "4w": 4, "8w": 8, "13w": 13}
_WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SOME_MONDAY = date(1900, 1, 1)
# Day numbers (keys of histograms) count from here.
EPOCH = date(1970, 1, 1)


def grid_of(window: WindowName) -> GridName:
    """The grid whose buckets the window is made of."""
    if window in WEEKS_IN:
        return "week"
    return "span" if window == "span" else "month"


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Numbers weeks, months and quarters the way the company counts them."""

    week_start: Weekday = "monday"
    fiscal_year_start_month: int = 1

    @classmethod
    def of(cls, company: Company) -> Calendar:
        """The calendar of a company."""
        return cls(company.week_start, company.fiscal_year_start_month)

    @property
    def first_week_start(self) -> date:
        """First day of week 0; every later week starts a multiple of seven days after it."""
        return _SOME_MONDAY + timedelta(days=_WEEKDAYS.index(self.week_start))

    def week(self, day: date) -> int:
        """Number of the week that holds the day."""
        return (day - self.first_week_start).days // 7

    def week_span(self, week: int) -> tuple[date, date]:
        """First and last day of a week."""
        start = self.first_week_start + timedelta(days=7 * week)
        return start, start + timedelta(days=6)

    def month(self, day: date) -> int:
        """Number of the month: year × 12 + month − 1."""
        return day.year * 12 + day.month - 1

    def month_span(self, month: int) -> tuple[date, date]:
        """First and last day of a month."""
        start = date(month // 12, month % 12 + 1, 1)
        return start, add_months(start, 1) - timedelta(days=1)

    def quarter(self, day: date) -> int:
        """Number of the fiscal quarter that holds the day."""
        return self.quarter_of_month(self.month(day))

    def quarter_of_month(self, month: int) -> int:
        """Number of the fiscal quarter that holds the month."""
        return (month - (self.fiscal_year_start_month - 1)) // 3

    def quarter_first_month(self, quarter: int) -> int:
        """Number of the first month of a fiscal quarter."""
        return quarter * 3 + self.fiscal_year_start_month - 1

    def quarter_span(self, quarter: int) -> tuple[date, date]:
        """First and last day of a fiscal quarter."""
        first = self.quarter_first_month(quarter)
        return self.month_span(first)[0], self.month_span(first + 2)[1]


@dataclass(frozen=True, slots=True)
class Grid:
    """The buckets to sum into: `first`..`last` of the calendar, covering the days `start`..`end`."""

    name: GridName
    first: int
    last: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a window: its days (both inclusive) and the buckets `first`..`last` of its grid."""

    window: WindowName
    start: date
    end: date
    first: int
    last: int


def periods(calendar: Calendar, window: WindowName, earliest: date, as_of: date) -> tuple[Period, ...]:
    """Every period of the window from the one holding `earliest` to the one holding `as_of`.

    Trailing windows start with the first one that lies wholly after the start of `earliest`'s week; so
    the list may be empty.
    """
    if earliest > as_of or window == "span":
        return ()
    if window in WEEKS_IN:
        width = WEEKS_IN[window]
        first_week, last_week = calendar.week(earliest), calendar.week(as_of)
        return tuple(
            Period(window, calendar.week_span(week - width + 1)[0], calendar.week_span(week)[1], week - width + 1, week)
            for week in range(first_week + width - 1, last_week + 1)
        )
    if window == "month":
        return tuple(
            Period(window, *calendar.month_span(month), month, month)
            for month in range(calendar.month(earliest), calendar.month(as_of) + 1)
        )
    found = []
    for quarter in range(calendar.quarter(earliest), calendar.quarter(as_of) + 1):
        first = calendar.quarter_first_month(quarter)
        found.append(Period(window, *calendar.quarter_span(quarter), first, first + 2))
    return tuple(found)


def period_of(calendar: Calendar, window: WindowName, start: date, end: date) -> Period:
    """The period of a window that has these days; of any days where the window is a span."""
    if window == "span":
        return Period(window, start, end, 0, 0)
    number = calendar.week if window in WEEKS_IN else calendar.month
    return Period(window, start, end, number(start), number(end))


def earlier(calendar: Calendar, period: Period, by: int) -> Period:
    """The period of the same window that lies `by` whole windows before."""
    if period.window == "span":
        length = by * ((period.end - period.start).days + 1)
        shift = timedelta(days=length)
        return Period("span", period.start - shift, period.end - shift, period.first - by, period.last - by)
    width = period.last - period.first + 1
    first, last = period.first - by * width, period.last - by * width
    span = calendar.week_span if period.window in WEEKS_IN else calendar.month_span
    return Period(period.window, span(first)[0], span(last)[1], first, last)
