"""Percentile: the exact median (or another percentile) of a column over the rows of the period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from sqlglot import exp

from ..measure import Filter, Measure, Spec
from ..named import Named
from ..partial import ONE, Partial, Term, left_out_of
from ..period import Period
from ..reading import Reason
from ..supply import Context, Result, Supply
from ..workings import Workings, choose, quantile


class Percentile(Spec):
    """Exact percentile of the measure's column, linear between the two nearest ranks; 50 is the median."""

    kind: Literal["percentile"]
    of: Measure
    percentile: Annotated[float, Field(gt=0, lt=100)] = 50

    @model_validator(mode="after")
    def _has_column(self) -> Self:
        if not self.of.sum:
            raise ValueError("a percentile names the column it is taken of: of.sum")
        return self

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """The histogram of the column, and the rows left out."""
        left_out = left_out_of(self.of)
        assert left_out is not None and self.of.sum
        where = (*self.of.where, Filter(column=self.of.sum, empty=False))
        histogram = Partial(self.of.table, (self.of.date,), where, ONE, Term("column", (self.of.sum,)))
        return histogram, left_out

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """The percentile of each period; without rows there is none."""
        histogram, left_out = self.requests(supply.context)
        value, n = supply.quantile(histogram, periods, self.percentile / 100)
        return Result.of(value, n, supply.count(left_out, periods), nan=Reason.NO_ROWS)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"ranked": self.requests(context)[0]}

    def recompute(self, sql: Workings) -> exp.Select:
        """The column's quantile over the rows of the period that have it."""
        column = sql.column(self.of.table, self.of.sum or "")
        value = quantile(column, self.percentile / 100)
        return choose(sql.flow(self.of), f"{value} AS value", f"COUNT({column}) AS n")

    def formula(self) -> str:
        """The formula in words."""
        name = "median" if self.percentile == 50 else f"percentile {self.percentile:g}"
        return f"{name} of {self.of.sum} ({self.of.in_words()})"
