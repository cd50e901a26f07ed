"""Ratio: one measure ÷ another, each added up over the whole window first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal, Self

import numpy as np
from pydantic import model_validator
from sqlglot import exp

from ..arrays import Ints
from ..measure import Filter, Measure, Spec, Stock
from ..named import Active, Named
from ..partial import ONE, Partial, entering, leaving, partial_of, rows_of
from ..period import Period
from ..supply import Context, Result, Supply
from ..workings import DIALECT, Workings, answer, choose, share, stands


class Ratio(Spec):
    """Numerator ÷ denominator, aggregated before dividing; n is the number of the denominator's rows.

    `basis: same_period` takes each measure by its own date, so a ratio may mix cohorts and pass 100 %;
    `basis: cohort` counts the numerator's rows in the period of the denominator's date. A denominator
    that is a stock counts what was active at any time in the period, on its last day too. `complement`
    reads 1 − ratio.
    """

    kind: Literal["ratio"]
    numerator: Measure
    denominator: Measure | Stock
    basis: Literal["same_period", "cohort"] = "same_period"
    complement: bool = False

    @model_validator(mode="after")
    def _counts_active_rows(self) -> Self:
        if isinstance(self.denominator, Stock) and (self.denominator.sum or self.denominator.horizon):
            raise ValueError("a stock as denominator counts the rows active in the period: no sum, no horizon")
        return self

    @model_validator(mode="after")
    def _cohort_shares_rows(self) -> Self:
        if self.basis == "cohort" and (
            isinstance(self.denominator, Stock) or self.numerator.table != self.denominator.table
        ):
            raise ValueError("basis: cohort needs numerator and denominator measured on rows of the same table")
        return self

    @property
    def must_be_recorded(self) -> tuple[Partial, ...]:
        """The numerator's day, which a cohort is not put into periods by: no row may have it."""
        if self.basis == "same_period":
            return ()
        return (Partial(self.numerator.table, (self.numerator.date,), since_ever=True),)

    def _numerator(self) -> Partial:
        if self.basis == "same_period" or isinstance(self.denominator, Stock):
            return partial_of(self.numerator)
        reached = Filter(column=self.numerator.date, empty=False)
        where = (*self.denominator.where, *self.numerator.where, reached)
        return partial_of(self.numerator.model_copy(update={"date": self.denominator.date, "where": where}))

    def _denominators(self) -> tuple[Partial, ...]:
        """What is divided by, and its rows (which are the same for a count); of a stock, what came and went."""
        if isinstance(self.denominator, Stock):
            gone = leaving(self.denominator, ONE)
            return entering(self.denominator, ONE), gone, replace(gone, since_ever=False)
        return partial_of(self.denominator), rows_of(self.denominator)

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """Numerator and denominator."""
        return self._numerator(), *self._denominators()

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Numerator ÷ denominator of each period; nothing to divide by is not evaluable."""
        top, bottom, *rows = self.requests(supply.context)
        n: Ints
        if isinstance(self.denominator, Stock):
            gone, gone_within = rows
            # Active at some time in the period: what stands at its end, and what left in it.
            below = supply.level(bottom, gone, periods) + supply.flow(gone_within, periods)
            n = np.rint(below).astype(np.int64)
        else:
            below, n = supply.flow(bottom, periods), supply.count(rows[0], periods)
        above = supply.flow(top, periods)
        # Subtracted before dividing: 1 − 0.7 is not 0.3 in doubles, and a value on an edge must stay on it.
        share = (below - above if self.complement else above) / np.where(below == 0, np.nan, below)
        return Result.of(share, n)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        below = self.denominator
        counted: Named = Active(below) if isinstance(below, Stock) else rows_of(below)
        return {"numerator": self._numerator(), "denominator": counted}

    def recompute(self, sql: Workings) -> exp.Select:
        """Numerator ÷ denominator, each added up on its own."""
        of = self.numerator
        rows = sql.flow(of)
        if self.basis == "cohort" and isinstance(self.denominator, Measure):
            reached = Filter(column=of.date, empty=False)
            rows = sql.flow(self.denominator, (*of.where, reached))
        top = sql.part("numerator", choose(rows, f"{sql.added(of)} AS value", f"{sql.counted(of)} AS n"))
        bottom = sql.part("denominator", self._recomputed_denominator(sql))
        value = share(f"{top}.value", f"{bottom}.value")
        return answer(f"1 - {value}" if self.complement else value, f"{bottom}.n", top, bottom)

    def _recomputed_denominator(self, sql: Workings) -> exp.Select:
        below = self.denominator
        if isinstance(below, Measure):
            return choose(sql.flow(below), f"{sql.added(below)} AS value", f"{sql.counted(below)} AS n")
        start, end = sql.column(below.table, below.start), sql.column(below.table, below.end)
        # Active at the opening, or begun since.
        at_opening = " AND ".join(stands(start, end, sql.period.start - timedelta(days=1)))
        active = sql.rows(below.table, below.where).where(f"({at_opening}) OR {sql.falls(start)}", dialect=DIALECT)
        return choose(active, "COUNT(*) AS value", "COUNT(*) AS n")

    def formula(self) -> str:
        """The formula in words."""
        basis = "cohort of the denominator's date" if self.basis == "cohort" else "both by the period they fall in"
        below = self.denominator.in_words()
        if isinstance(self.denominator, Stock):
            below = f"{self.denominator.table} active in the period"
        return f"{'1 − ' if self.complement else ''}({self.numerator.in_words()}) ÷ ({below}); {basis}"
