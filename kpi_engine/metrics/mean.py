"""Mean: a column added up over the rows of the period ÷ those rows."""

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
from ..workings import Workings, choose


class Mean(Spec):
    """Sum of the measure's column ÷ rows that have it. Rows with an empty cell are left out and said."""

    kind: Literal["mean"]
    of: Measure

    @model_validator(mode="after")
    def _has_column(self) -> Self:
        if not self.of.sum:
            raise ValueError("a mean names the column it averages: of.sum")
        return self

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """The sum, its rows, and the rows left out."""
        left_out = left_out_of(self.of)
        assert left_out is not None
        return partial_of(self.of), rows_of(self.of), left_out

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Sum ÷ rows of each period; without rows there is no mean."""
        total, rows, left_out = self.requests(supply.context)
        n = supply.count(rows, periods)
        value = supply.flow(total, periods) / np.where(n == 0, np.nan, n)
        return Result.of(value, n, supply.count(left_out, periods), nan=Reason.NO_ROWS)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"averaged": rows_of(self.of)}

    def recompute(self, sql: Workings) -> exp.Select:
        """The column's average over the rows of the period that have it."""
        column = sql.column(self.of.table, self.of.sum or "")
        return choose(sql.flow(self.of), f"AVG({column}) AS value", f"COUNT({column}) AS n")

    def formula(self) -> str:
        """The formula in words."""
        return f"({self.of.in_words()}) ÷ rows that have {self.of.sum}"
