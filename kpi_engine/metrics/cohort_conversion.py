"""Cohort conversion: of the rows that entered in a period, the share that got there within a follow-up time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlglot import exp

from ..measure import Filter, Measure, Spec
from ..named import Named
from ..partial import Partial
from ..period import Period
from ..supply import Context, Result, Supply
from ..workings import Workings, answer, choose, share


class CohortConversion(Spec):
    """Rows with `reached` at most `within_days` after `entered` ÷ rows entered in the period.

    A cohort is judged only when its follow-up time is over; until then its periods are open.
    """

    kind: Literal["cohort_conversion"]
    table: str
    entered: str
    reached: str
    within_days: int
    where: tuple[Filter, ...] = ()

    @property
    def follow_up_days(self) -> int:
        """How long after a period's end its cohort stays immature."""
        return self.within_days

    @property
    def must_be_recorded(self) -> tuple[Partial, ...]:
        """A day of arrival that no row has is missing from the export: nobody arriving is not known."""
        return (Partial(self.table, (self.reached,), since_ever=True),)

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """The rows that got there in time, and all that entered."""
        in_time = (
            *self.where,
            Filter(column=self.reached, empty=False),
            Filter(column=self.entered, at_most_column=self.reached),
            Filter(column=self.reached, at_most_column=self.entered, plus_days=self.within_days),
        )
        return Partial(self.table, (self.entered,), in_time), Partial(self.table, (self.entered,), self.where)

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Converted ÷ entered of each period; an empty cohort is not evaluable."""
        in_time, entered = self.requests(supply.context)
        n = supply.count(entered, periods)
        return Result.of(supply.flow(in_time, periods) / np.where(n == 0, np.nan, n), n)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        in_time, entered = self.requests(context)
        return {"converted": in_time, "entered": entered}

    def recompute(self, sql: Workings) -> exp.Select:
        """Those that got there in time ÷ all that entered."""
        cohort = Measure(table=self.table, date=self.entered, where=self.where)
        entered, reached = sql.column(self.table, self.entered), sql.column(self.table, self.reached)
        in_time = f"COUNT(*) FILTER (WHERE {reached} BETWEEN {entered} AND {entered} + {self.within_days}) AS converted"
        rows = sql.part("cohort", choose(sql.flow(cohort), in_time, "COUNT(*) AS n"))
        return answer(share("converted", "n"), "n", rows)

    def formula(self) -> str:
        """The formula in words."""
        return (
            f"{self.table} with {self.reached} within {self.within_days} days of {self.entered} ÷ all by {self.entered}"
        )
