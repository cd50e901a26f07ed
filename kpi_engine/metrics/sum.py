"""Sum: a column added up over the rows of the period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from pydantic import model_validator
from sqlglot import exp

from ..measure import Measure, Spec
from ..named import Named
from ..partial import Partial, left_out_of, partial_of, rows_of
from ..period import Period
from ..reading import Reason
from ..supply import Context, Result, Supply
from ..workings import Workings, choose, over


class Sum(Spec):
    """Sum of the measure's column, divided by `divide_by`. Rows with an empty cell are left out and said."""

    kind: Literal["sum"]
    of: Measure
    divide_by: float = 1

    @model_validator(mode="after")
    def _has_column(self) -> Self:
        if not self.of.sum:
            raise ValueError("a sum names the column it adds up: of.sum")
        return self

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """The sum, its rows, and the rows left out."""
        left_out = left_out_of(self.of)
        assert left_out is not None
        return partial_of(self.of), rows_of(self.of), left_out

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """The sum of each period; none is a true zero."""
        total, rows, left_out = self.requests(supply.context)
        n, out = supply.count(rows, periods), supply.count(left_out, periods)
        # Rows that all lack the amount add up to nothing known, not to zero.
        value = np.where((n == 0) & (out > 0), np.nan, supply.flow(total, periods) / self.divide_by)
        return Result.of(value, n, out, nan=Reason.NO_ROWS)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"added up": rows_of(self.of)}

    def recompute(self, sql: Workings) -> exp.Select:
        """The column added up over the rows of the period."""
        total, rows = over(sql.added(self.of), self.divide_by), sql.counted(self.of)
        return choose(sql.flow(self.of), f"{total} AS value", f"{rows} AS n")

    def formula(self) -> str:
        """The formula in words."""
        return self.of.in_words() + (f", ÷ {self.divide_by:g}" if self.divide_by != 1 else "")
