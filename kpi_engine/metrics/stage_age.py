"""Stage age: how long open deals have stood in their stage at the period's end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlglot import exp

from ..measure import QUANTILES, Filter, Spec, Statistic, Stock
from ..named import Named
from ..partial import ONE, Partial, Term, entering, leaving
from ..period import EPOCH, Period
from ..reading import Reason
from ..supply import Context, Result, Supply
from ..workings import Workings, choose, quantile


class StageAge(Spec):
    """Statistic of the days since open deals entered the stage they stand in; n is the number of deals.

    `stages` limits it to some stages; by default all open ones count.
    """

    kind: Literal["stage_age"]
    stages: tuple[str, ...] = ()
    statistic: Statistic = "median"

    def _standing(self, context: Context) -> Stock:
        where = (Filter(column="stage", in_=self.stages or context.company.stages),)
        return Stock(table="stage_history", start="entered_on", end="left_on", where=where)

    def _pair(self, context: Context) -> tuple[Partial, Partial]:
        standing = self._standing(context)
        day = Term("day", ("entered_on",))
        return entering(standing, ONE, day), leaving(standing, ONE, day)

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """Stages entered and left, by the day of the entry."""
        return self._pair(context)

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """The statistic at each period's end; without open deals there is none."""
        entry, leave = self._pair(supply.context)
        ends = np.array([(period.end - EPOCH).days for period in periods])
        if self.statistic == "mean":
            entered, n = supply.standing_mean(entry, leave, periods)
            return Result.of(ends - entered, n, nan=Reason.NO_ROWS)
        # Age falls as the day of entry rises, so the upper quantile of one is the lower of the other.
        entered, n = supply.standing_quantile(entry, leave, periods, 1 - QUANTILES[self.statistic])
        return Result.of(ends - entered, n, nan=Reason.NO_ROWS)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"standing": self._standing(context)}

    def recompute(self, sql: Workings) -> exp.Select:
        """The statistic of the days from each entry to the period's end."""
        age = f"DATE '{sql.period.end}' - entered_on"
        value = f"AVG({age})" if self.statistic == "mean" else quantile(age, QUANTILES[self.statistic])
        return choose(sql.standing(self._standing(sql.context)), f"{value} AS value", "COUNT(*) AS n")

    def formula(self) -> str:
        """The formula in words."""
        return (
            f"{self.statistic} days since entering the stage, over deals in {', '.join(self.stages) or 'open stages'}"
        )
