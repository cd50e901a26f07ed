"""Duration: the time between two dates of the same row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Literal, Self

import numpy as np
from pydantic import model_validator
from sqlglot import exp

from ..measure import QUANTILES, Filter, Measure, Spec, Statistic
from ..named import Named
from ..partial import ONE, Partial, Term
from ..period import Period
from ..reading import Reason
from ..supply import Context, Result, Supply
from ..workings import DIALECT, Workings, choose, quantile


class Duration(Spec):
    """Median, mean or percentile of the time from column `start` to column `end`.

    Rows fall into periods by `date`, and count if both ends are filled and the end is not before the
    start. `unfinished: age_so_far` counts rows without an end with their age at the as-of day's end
    (hours, mean only). Days are calendar days.
    """

    kind: Literal["duration"]
    table: str
    date: str
    start: str
    end: str
    where: tuple[Filter, ...] = ()
    unit: Literal["days", "hours"] = "days"
    statistic: Statistic = "median"
    unfinished: Literal["leave_out", "age_so_far"] = "leave_out"

    @model_validator(mode="after")
    def _ages_in_hours(self) -> Self:
        if self.unfinished == "age_so_far" and (self.unit, self.statistic) != ("hours", "mean"):
            raise ValueError("unfinished: age_so_far needs unit: hours and statistic: mean")
        return self

    def _kept(self) -> tuple[tuple[Filter, ...], ...]:
        """Conditions of the rows that count: those that ended in order and, where asked, the unfinished ones."""
        started = (*self.where, Filter(column=self.start, empty=False))
        ended = (*started, Filter(column=self.start, at_most_column=self.end))
        return (ended,) if self.unfinished == "leave_out" else (ended, (*started, Filter(column=self.end, empty=True)))

    def _spans(self) -> tuple[Partial, ...]:
        so_far = self.unfinished == "age_so_far"
        span = Term("hours_so_far" if so_far else self.unit, (self.start, self.end))
        value, key = (span, None) if self.statistic == "mean" else (ONE, span)
        return tuple(Partial(self.table, (self.date,), where, value, key) for where in self._kept())

    def _rows(self) -> tuple[Partial, ...]:
        return tuple(Partial(self.table, (self.date,), where) for where in self._kept())

    def _missing(self) -> Partial:
        return Partial(self.table, (self.date,), (*self.where, Filter(column=self.start, empty=True)))

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """Spans (their sum, or their histogram), their number, and the rows left out for a missing start."""
        return *self._spans(), *self._rows(), self._missing()

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """The statistic of each period; without rows there is none."""
        left_out = supply.count(self._missing(), periods)
        if self.statistic == "mean":
            n = reduce(np.add, (supply.count(rows, periods) for rows in self._rows()))
            total = reduce(np.add, (supply.flow(spans, periods) for spans in self._spans()))
            return Result.of(total / np.where(n == 0, np.nan, n), n, left_out, nan=Reason.NO_ROWS)
        value, n = supply.quantile(self._spans()[0], periods, QUANTILES[self.statistic])
        return Result.of(value, n, left_out, nan=Reason.NO_ROWS)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return dict(zip(("timed", "unfinished"), self._rows(), strict=False))

    def recompute(self, sql: Workings) -> exp.Select:
        """The statistic over the rows of the period that have both ends in order, or are unfinished."""
        of = Measure(table=self.table, date=self.date, where=self.where)
        start, end = sql.column(self.table, self.start), sql.column(self.table, self.end)
        kept = f"{start} <= {end}"
        if self.unfinished == "age_so_far":
            now = sql.end_of_as_of_day()
            kept = f"{start} <= COALESCE({end}, {start})"
            end = f"LEAST(COALESCE({end}, {now}), {now})"
        span = f"DATE_DIFF('day', {start}, {end})"
        if self.unit == "hours":
            span = f"DATE_DIFF('second', {start}, {end}) / 3600"
        value = f"AVG({span})" if self.statistic == "mean" else quantile(span, QUANTILES[self.statistic])
        return choose(sql.flow(of).where(kept, dialect=DIALECT), f"{value} AS value", "COUNT(*) AS n")

    def formula(self) -> str:
        """The formula in words."""
        kept = "".join(f", {condition.in_words()}" for condition in self.where)
        open_ones = ", unfinished ones with their age so far" if self.unfinished == "age_so_far" else ""
        return (
            f"{self.statistic} {self.unit} from {self.start} to {self.end} over {self.table} by {self.date}"
            f"{kept}{open_ones}"
        )
