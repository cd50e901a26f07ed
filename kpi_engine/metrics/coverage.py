"""Coverage: open pipeline that closes in a quarter ÷ what is still to be won of its target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from pydantic import model_validator
from sqlglot import exp

from ..measure import Filter, Measure, Spec, Stock
from ..named import Named
from ..partial import Partial, Term
from ..period import Period
from ..reading import Reason
from ..standing import Standing, reach_of
from ..supply import Context, Result, Supply
from ..workings import DIALECT, Workings, answer, between, choose, literal


class Coverage(Spec):
    """Pipeline standing at the period's end with its close date in the quarter of its horizon ÷ target.

    The target is the sum of `targets` rows for `target_metric` in that quarter; `target: remaining`
    takes off what was `won` in that quarter by the period's end. n is the number of open deals.
    """

    kind: Literal["coverage"]
    pipeline: Stock
    won: Measure
    target_metric: str = "bookings"
    target: Literal["remaining", "full"] = "remaining"

    @model_validator(mode="after")
    def _looks_a_quarter_ahead(self) -> Self:
        if self.pipeline.horizon is None or self.pipeline.horizon.quarters_ahead is None or not self.pipeline.sum:
            raise ValueError("coverage needs a pipeline with a sum and a horizon in quarters_ahead")
        return self

    def _target(self) -> Partial:
        metric = Filter(column="metric", is_=self.target_metric)
        return Partial("targets", (), (metric,), Term("column", ("amount",)), Term("quarter", ("period_on",)))

    def _won(self) -> Partial:
        key = Term("quarter", (self.won.date,))
        value = Term("column", (self.won.sum or "amount",))
        return Partial(self.won.table, (self.won.date,), self.won.where, value, key, since_ever=True)

    @property
    def may_be_absent(self) -> tuple[Partial, ...]:
        """What need not have happened yet: nothing won so far leaves the whole target."""
        return (self._won(),)

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """The open pipeline, the targets and what was won, by quarter."""
        return *Standing(self.pipeline).requests(), self._target(), self._won()

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Pipeline ÷ target at each period's end; without a target it is not evaluable."""
        horizon = self.pipeline.horizon
        assert horizon is not None

        def reach(period: Period) -> tuple[int, int]:
            return reach_of(horizon, supply.context.calendar, period)

        standing = Standing(self.pipeline)
        target = supply.total_by_key(self._target(), periods, reach)
        absent = target <= 0
        if self.target == "remaining":
            target = target - supply.level_ahead(self._won(), None, periods, reach)
        value = standing.value(supply, periods) / np.where(target <= 0, np.nan, target)
        result = Result.of(value, standing.rows(supply, periods), standing.left_out(supply, periods))
        return result.refused(absent, Reason.NO_TARGET)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"pipeline": self.pipeline}

    def recompute(self, sql: Workings) -> exp.Select:
        """Open pipeline of the quarter ÷ its target, less what is won of it already."""
        horizon = self.pipeline.horizon
        assert horizon is not None
        quarter = sql.ahead(horizon)
        amount, rows = sql.added(self.pipeline), sql.counted(self.pipeline)
        pipeline = sql.part("pipeline", choose(sql.standing(self.pipeline), f"{amount} AS value", f"{rows} AS n"))
        targets = sql.rows("targets").where(
            f"metric = {literal(self.target_metric)}", between("period_on", *quarter), dialect=DIALECT
        )
        target = sql.part("target", choose(targets, "COALESCE(SUM(amount), 0) AS value"))
        parts, left = [pipeline, target], f"{target}.value"
        if self.target == "remaining":
            won_on = sql.column(self.won.table, self.won.date)
            deals = sql.rows(self.won.table, self.won.where).where(
                between(won_on, *quarter), f"{won_on} <= '{sql.last}'", dialect=DIALECT
            )
            amount = sql.column(self.won.table, self.won.sum or "amount")
            won = sql.part("won", choose(deals, f"COALESCE(SUM({amount}), 0) AS value"))
            parts, left = [*parts, won], f"({target}.value - {won}.value)"
        value = f"CASE WHEN {target}.value > 0 AND {left} > 0 THEN {pipeline}.value / {left} END"
        return answer(value, f"{pipeline}.n", *parts)

    def formula(self) -> str:
        """The formula in words."""
        return f"({self.pipeline.in_words()}) ÷ {self.target} {self.target_metric} target of that quarter"
