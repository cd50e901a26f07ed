"""Duration: the time between two dates of the same row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ..measure import QUANTILES, Filter, Spec, Statistic
from ..named import Named
from ..partial import ONE, Partial, Term
from ..period import Period
from ..reading import Reason
from ..supply import Context, Result, Supply


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

    def _where(self) -> tuple[Filter, ...]:
        started = Filter(column=self.start, empty=False)
        if self.unfinished == "age_so_far":
            return (*self.where, started)
        return (*self.where, started, Filter(column=self.start, at_most_column=self.end))

    def _span(self) -> Term:
        kind: Literal["days", "hours", "hours_so_far"] = self.unit
        if self.unfinished == "age_so_far":
            kind = "hours_so_far"
        return Term(kind, (self.start, self.end))

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """Spans (their sum, or their histogram), their number, and the rows left out for a missing start."""
        where, date = self._where(), (self.date,)
        spans = (
            Partial(self.table, date, where, self._span())
            if self.statistic == "mean"
            else Partial(self.table, date, where, ONE, self._span())
        )
        missing = Partial(self.table, date, (*self.where, Filter(column=self.start, empty=True)))
        return spans, Partial(self.table, date, where), missing

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """The statistic of each period; without rows there is none."""
        spans, rows, missing = self.requests(supply.context)
        n, left_out = supply.count(rows, periods), supply.count(missing, periods)
        if self.statistic == "mean":
            return Result.of(supply.flow(spans, periods) / np.where(n == 0, np.nan, n), n, left_out, nan=Reason.NO_ROWS)
        value, n = supply.quantile(spans, periods, QUANTILES[self.statistic])
        return Result.of(value, n, left_out, nan=Reason.NO_ROWS)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"timed": self.requests(context)[1]}

    def formula(self) -> str:
        """The formula in words."""
        kept = "".join(f", {condition.in_words()}" for condition in self.where)
        open_ones = ", unfinished ones with their age so far" if self.unfinished == "age_so_far" else ""
        return (
            f"{self.statistic} {self.unit} from {self.start} to {self.end} over {self.table} by {self.date}"
            f"{kept}{open_ones}"
        )
