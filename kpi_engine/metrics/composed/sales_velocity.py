"""Sales velocity: money per day that the pipeline yields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlglot import exp

from ...measure import Spec
from ...named import Named
from ...partial import Request
from ...period import Period
from ...supply import Context, Result, Supply
from ...workings import Workings, answer, share
from ..simple import SimpleMetric
from .parts import combined, follow_up_of, named_of, requests_of


class SalesVelocity(Spec):
    """Open opportunities × average won amount × win rate ÷ cycle days, all over one population and window.

    n is the n of the win rate, the smallest sample of the four that is judged.
    """

    kind: Literal["sales_velocity"]
    open_opportunities: SimpleMetric
    won_amount: SimpleMetric
    win_rate: SimpleMetric
    cycle_days: SimpleMetric

    def _inputs(self) -> tuple[SimpleMetric, ...]:
        return self.open_opportunities, self.won_amount, self.win_rate, self.cycle_days

    @property
    def follow_up_days(self) -> int:
        """How long after a period's end it stays immature."""
        return follow_up_of(self._inputs())

    def requests(self, context: Context) -> tuple[Request, ...]:
        """What the four inputs need."""
        return requests_of(self._inputs(), context)

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Money per day, of each period."""
        parts = [metric.finish(supply, periods) for metric in self._inputs()]
        opened, amount, rate, days = (part.value for part in parts)
        return combined(opened * amount * rate / np.where(days == 0, np.nan, days), parts[2].n, parts)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return named_of({"open": self.open_opportunities, "won": self.won_amount, "closed": self.win_rate}, context)

    def recompute(self, sql: Workings) -> exp.Select:
        """The four inputs, then their product and quotient."""
        opened = sql.reading("open_opportunities", self.open_opportunities)
        amount = sql.reading("won_amount", self.won_amount)
        rate = sql.reading("win_rate", self.win_rate)
        days = sql.reading("cycle_days", self.cycle_days)
        value = share(f"{opened}.value * {amount}.value * {rate}.value", f"{days}.value")
        return answer(value, f"{rate}.n", opened, amount, rate, days)

    def formula(self) -> str:
        """The formula in words."""
        names = ("open opportunities", "average won amount", "win rate", "cycle days")
        each = "; ".join(f"{name}: {metric.formula()}" for name, metric in zip(names, self._inputs(), strict=True))
        return f"open opportunities × average won amount × win rate ÷ cycle days ({each})"
