"""CAC payback: months until the margin of new customers has paid for their acquisition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from ...measure import Spec
from ...partial import Request
from ...period import Period
from ...supply import Context, Result, Supply
from ..simple import SimpleMetric
from .parts import combined, finish_earlier, requests_of


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

    def requests(self, context: Context) -> tuple[Request, ...]:
        """What spend and new recurring revenue need."""
        return requests_of((self.spend, self.new_mrr), context)

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Months of each period; without new revenue it is not evaluable."""
        spend = finish_earlier(self.spend, supply, periods, self.spend_lag)
        gained = self.new_mrr.finish(supply, periods)
        margin = gained.value * self.gross_margin
        return combined(spend.value / np.where(margin == 0, np.nan, margin), gained.n, (spend, gained))

    def formula(self) -> str:
        """The formula in words."""
        when = f"{self.spend_lag} period(s) earlier" if self.spend_lag else "of the same period"
        return f"({self.spend.formula()}) {when} ÷ (({self.new_mrr.formula()}) × {self.gross_margin:g})"
