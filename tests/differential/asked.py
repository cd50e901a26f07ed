"""One question of the differential test: which rows, which slice, which days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kpi_engine.company import Company

from .days import earlier_span, month_start, quarter_start
from .rows import Row, Rows, event_dates, kept

Spec = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A metric by hand: exact value or None, n, and its own reason for having no value."""

    value: Fraction | None
    n: int
    reason: str = ""


@dataclass(frozen=True)
class Asked:
    """Completed rows, one slice and one period. `column` is the slice's column, empty for the total."""

    company: Company
    rows: Rows
    as_of: date
    window: str
    start: date
    end: date
    column: str = ""
    value: str = "(all)"

    @property
    def until(self) -> date:
        """The last day of the period that has happened."""
        return min(self.end, self.as_of)

    @property
    def fiscal_start(self) -> int:
        """First month of the fiscal year."""
        return self.company.fiscal_year_start_month

    def mine(self, table: str, where: Any = ()) -> list[Row]:
        """The rows of a table that belong to the slice and pass the filters."""
        return [row for row in kept(self.rows.get(table, []), where) if self.belongs(row)]

    def belongs(self, row: Row) -> bool:
        """Whether a row lies in the slice; an empty cell is the slice "(none)"."""
        if not self.column:
            return True
        cell = row.get(self.column)
        return (cell if cell is not None else "(none)") == self.value

    def happened(self, day: date | None) -> bool:
        """Whether a day lies in the period and is not after the as-of day."""
        return day is not None and self.start <= day <= self.until

    def flowing(self, measure: Spec, where: Any = ()) -> list[Row]:
        """The rows of a measure that fall into the period."""
        rows = self.mine(measure["table"], [*measure.get("where", ()), *where])
        return [row for row in rows if self.happened(row.get(measure["date"]))]

    def standing(self, stock: Spec) -> list[Row]:
        """The rows of a stock that hold at the period's end."""
        return [
            row
            for row in self.mine(stock["table"], stock.get("where"))
            if row.get(stock["start"]) is not None
            and row[stock["start"]] <= self.until
            and (row.get(stock["end"]) is None or row[stock["end"]] > self.until)
            and self.within(stock.get("horizon"), row)
        ]

    def within(self, horizon: Spec | None, row: Row) -> bool:
        """Whether a row lies within a stock's horizon."""
        if not horizon:
            return True
        day = row.get(horizon["column"])
        if day is None:
            return False
        if "days" in horizon:
            return bool(0 < (day - self.end).days <= horizon["days"])
        return self.quarter_of(day) == self.quarter_ahead(horizon["quarters_ahead"])

    def quarter_of(self, day: date) -> date:
        """First day of the fiscal quarter that holds a day."""
        return quarter_start(day, self.fiscal_start)

    def quarter_ahead(self, quarters: int) -> date:
        """First day of a later fiscal quarter than the one that holds the period's end."""
        return quarter_start(self.end, self.fiscal_start, quarters)

    def earlier(self, by: int) -> Asked:
        """The same question of the period `by` whole windows before."""
        start, end = earlier_span(self.window, self.start, self.end, by)
        return replace(self, start=start, end=end)

    def begins_before_data(self, table: str) -> bool:
        """Whether the period's first bucket lies before the one with the table's first event."""
        first = min(event_dates(self.rows, table), default=None)
        if first is None:
            return True
        if self.window in ("month", "quarter"):
            return self.start < month_start(first)
        return (first - self.start).days >= 7


def added(rows: list[Row], column: str | None) -> Fraction:
    """A column added up over rows (empty cells add nothing), or the number of rows."""
    if column is None:
        return Fraction(len(rows))
    return sum((Fraction(row[column]) for row in rows if row.get(column) is not None), Fraction(0))


def filled(rows: list[Row], column: str | None) -> list[Row]:
    """The rows that have something in a column."""
    return rows if column is None else [row for row in rows if row.get(column) is not None]


def exactly(number: float) -> Fraction:
    """A number of a contract as it is written."""
    return Fraction(str(number))


def divided(top: Fraction, bottom: Fraction, n: int) -> Answer:
    """One number ÷ another, or no value."""
    return Answer(None, n, "zero denominator") if bottom == 0 else Answer(top / bottom, n)


def percentile(values: list[Fraction], share: Fraction) -> Fraction | None:
    """Percentile of values, linear between the two nearest ranks."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = place.numerator // place.denominator
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


STATISTICS = {"median": Fraction(1, 2), "p75": Fraction(3, 4), "p90": Fraction(9, 10)}


def statistic(values: list[Fraction], name: str) -> Answer:
    """Mean or percentile of values."""
    n = len(values)
    if not values:
        return Answer(None, 0, "no rows")
    if name == "mean":
        return Answer(sum(values, Fraction(0)) / n, n)
    found = percentile(values, STATISTICS[name])
    return Answer(found, n)
