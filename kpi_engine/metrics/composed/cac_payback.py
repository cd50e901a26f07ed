"""CAC payback: months until the margin of new customers has paid for their acquisition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from sqlglot import exp

from ...measure import Spec
from ...named import Named
from ...partial import Request
from ...period import Period, earlier
from ...supply import Context, Result, Supply
from ...workings import Workings, answer, literal, share
from ..simple import SimpleMetric
from .parts import combined, finish_earlier, follow_up_of, named_earlier, named_of, requests_of


class CacPayback(Spec):
    """`spend` of `spend_lag` periods earlier ÷ (`new_mrr` × gross margin), in months.

    A margin of 1 reads it without margin, a lag of 0 takes the same period's spend. n is the number of
    new customers.
    """

    kind: Literal["cac_payback"]
    spend: SimpleMetric
    new_mrr: SimpleMetric
    gross_margin: Annotated[float, Field(gt=0, le=1)]
    spend_lag: Annotated[int, Field(ge=0, le=4)] = 1

    @property
    def follow_up_days(self) -> int:
        """How long after a period's end it stays immature."""
        return follow_up_of((self.spend, self.new_mrr))

    def requests(self, context: Context) -> tuple[Request, ...]:
        """What spend and new recurring revenue need."""
        return requests_of((self.spend, self.new_mrr), context)

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Months of each period; without new revenue it is not evaluable."""
        spend = finish_earlier(self.spend, supply, periods, self.spend_lag)
        gained = self.new_mrr.finish(supply, periods)
        margin = gained.value * self.gross_margin
        return combined(spend.value / np.where(margin == 0, np.nan, margin), gained.n, (spend, gained))

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        spend = named_earlier(named_of({"spend": self.spend}, context), self.spend_lag)
        return spend | named_of({"new": self.new_mrr}, context)

    def recompute(self, sql: Workings) -> exp.Select:
        """Spend, perhaps of an earlier period, ÷ the margin of new recurring revenue."""
        when = earlier(sql.context.calendar, sql.period, self.spend_lag)
        spent = sql.reading("acquisition_spend", self.spend, when)
        gained = sql.reading("new_mrr", self.new_mrr)
        margin = f"({gained}.value * {literal(self.gross_margin)})"
        return answer(share(f"{spent}.value", margin), f"{gained}.n", spent, gained)

    def formula(self) -> str:
        """The formula in words."""
        when = f"{self.spend_lag} period(s) earlier" if self.spend_lag else "of the same period"
        return f"({self.spend.formula()}) {when} ÷ (({self.new_mrr.formula()}) × {self.gross_margin:g})"
