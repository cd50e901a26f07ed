"""Stock: what stands at the period's end (open pipeline, ARR, renewals at risk)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlglot import exp

from ..measure import Spec, Stock
from ..named import Named
from ..partial import Partial
from ..period import Period
from ..reading import Reason
from ..standing import Standing
from ..supply import Context, Result, Supply
from ..workings import Workings, choose, over


class PointInTime(Spec):
    """Rows (or the sum of a column) that hold at the period's end; n is the number of rows."""

    kind: Literal["stock"]
    of: Stock
    divide_by: float = 1

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """What enters and what leaves."""
        return Standing(self.of).requests()

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """What stands at each period's end; nothing is a true zero."""
        standing = Standing(self.of)
        n, out = standing.rows(supply, periods), standing.left_out(supply, periods)
        # Rows that all lack the amount add up to nothing known, not to zero.
        value = np.where((n == 0) & (out > 0), np.nan, standing.value(supply, periods) / self.divide_by)
        return Result.of(value, n, out, nan=Reason.NO_ROWS)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"standing": self.of}

    def recompute(self, sql: Workings) -> exp.Select:
        """The rows that hold at the period's end."""
        total, rows = over(sql.added(self.of), self.divide_by), sql.counted(self.of)
        return choose(sql.standing(self.of), f"{total} AS value", f"{rows} AS n")

    def formula(self) -> str:
        """The formula in words."""
        return self.of.in_words() + (f", ÷ {self.divide_by:g}" if self.divide_by != 1 else "")
