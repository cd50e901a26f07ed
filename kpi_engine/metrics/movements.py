"""Movements: how customers' recurring amounts changed from month end to month end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from sqlglot import exp

from ..account_states import AccountStates
from ..arrays import Floats, Ints
from ..customer_lines import CustomerLines
from ..customer_months import is_whole_months, months_known, moves, paths
from ..named import Held, Named, OfCustomers
from ..period import Period
from ..reading import Reason
from ..supply import Context, Result, Supply
from ..workings import DIALECT, Workings, answer, no_answer, over, share, values

Movement = Literal["new", "expansion", "contraction", "churn", "reactivation"]


class Movements(CustomerLines):
    """Sum (or number of customers) of the named movements over the period's months, `over` the opening if asked.

    Per customer, month end to month end: new (never seen before), expansion, contraction, churn (to
    zero), reactivation (back from zero). `net` subtracts contraction and churn. n is the number of
    customers at the opening where there is an `over`, else of movements: who moved in two months counts twice.
    """

    kind: Literal["movements"]
    movements: tuple[Movement, ...] = Field(min_length=1)
    count: Literal["amount", "customers"] = "amount"
    over: Literal["opening_amount", "opening_customers"] | None = None
    net: bool = False
    divide_by: float = 1

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """The movements of each period."""
        states = supply.states(self.states())
        moved, movers = self._monthly(states)
        value = np.full((len(supply.slices), len(periods)), np.nan)
        n: Ints = np.zeros(value.shape, dtype=np.int64)
        uneven = np.zeros(value.shape, dtype=bool)
        for at, period in enumerate(periods):
            before = states.position(period.start - timedelta(days=1))
            last = states.position(period.end)
            if before is None or last is None:
                uneven[:, at] = True
                continue
            months = slice(before + 1, last + 1)
            value[:, at], n[:, at] = moved[:, months].sum(axis=1), movers[:, months].sum(axis=1)
            if self.over is not None:
                held = states.amounts[:, before] if before >= 0 else np.zeros(len(states.amounts), dtype=np.int64)
                n[:, at] = states.sums(held > 0)
                below = states.sums(held) / 10_000 if self.over == "opening_amount" else n[:, at]
                value[:, at] /= np.where(below > 0, below, np.nan)
        return Result.of(value / self.divide_by, n).refused(uneven, Reason.NOT_WHOLE_MONTHS)

    def _monthly(self, states: AccountStates) -> tuple[Floats, Ints]:
        """Moved amount (or customers) and number of movers, by slice and month."""
        moved = np.zeros((states.slices, len(states.days)))
        movers: Ints = np.zeros(moved.shape, dtype=np.int64)
        for month, (size, hit) in enumerate(self._steps(states)):
            moved[:, month] = states.sums(size) / (10_000 if self.count == "amount" else 1)
            movers[:, month] = states.sums(hit)
        return moved, movers

    def _held(self, states: AccountStates, period: Period) -> Held | None:
        """Who moved in the period (where there is an `over`, who was there at its opening as well), and how far."""
        before, last = states.position(period.start - timedelta(days=1)), states.position(period.end)
        if before is None or last is None:
            return None
        nothing: Ints = np.zeros(len(states.amounts), dtype=np.int64)
        then = states.amounts[:, before] if before >= 0 else nothing
        moved, counts = nothing.copy(), (then > 0) & (self.over is not None)
        for size, hit in islice(self._steps(states), before + 1, last + 1):
            moved += size
            counts |= hit
        return Held(counts, then, states.amounts[:, last], moved)

    def _steps(self, states: AccountStates) -> Iterator[tuple[Ints, NDArray[np.bool_]]]:
        """Month end by month end: what moved of each customer, and whether anything did."""
        before: Ints = np.zeros(len(states.amounts), dtype=np.int64)
        seen = before > 0
        for after in states.amounts.T:
            yield self._moves(before, after, seen)
            seen = seen | (after > 0)
            before = after

    def _moves(self, before: Ints, after: Ints, seen: NDArray[np.bool_]) -> tuple[Ints, NDArray[np.bool_]]:
        """Of each customer: what moved from one month end to the next, and whether anything did."""
        step = after - before
        held, holds = before > 0, after > 0
        is_move = {
            "new": ~seen & holds,
            "reactivation": seen & ~held & holds,
            "expansion": held & (step > 0),
            "contraction": held & (step < 0) & holds,
            "churn": held & ~holds,
        }
        moved, hit = np.zeros_like(step), np.zeros(len(step), dtype=bool)
        size = np.abs(step) if self.count == "amount" else np.ones_like(step)
        for name in self.movements:
            sign = -1 if self.net and name in ("contraction", "churn") else 1
            moved += np.where(is_move[name], size, 0) * sign
            hit |= is_move[name]
        return moved, hit

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"customers": OfCustomers(self.states(), self._held, "moved", self.count == "amount")}

    def recompute(self, sql: Workings) -> exp.Select:
        """The named movements of the period's months, and what customers held at its opening."""
        lines = self.states()
        if not is_whole_months(sql):
            return no_answer()
        path = paths(sql, lines, months_known(sql, lines))
        size = ("change" if self.net else "ABS(change)") if self.count == "amount" else "1"
        if self.count == "customers" and self.net:
            size = "SIGN(change)"
        named = exp.select(f"COALESCE(SUM({size}), 0) AS value", "COUNT(*) AS n", dialect=DIALECT)
        named = named.from_(moves(sql, path)).where(
            f"movement IN ({values(self.movements)})", sql.falls("day"), dialect=DIALECT
        )
        moved = sql.part("moved", named)
        value = over(f"{moved}.value", self.divide_by)
        if self.over is None:
            return answer(value, f"{moved}.n", moved)
        day = sql.period.start - timedelta(days=1)
        below = "SUM(amount)" if self.over == "opening_amount" else "COUNT(*)"
        held = exp.select(f"{below} AS value", "COUNT(*) AS n").from_(path).where(f"day = '{day}'", "amount > 0")
        opening = sql.part("opening", held)
        return answer(share(value, f"{opening}.value"), f"{opening}.n", moved, opening)

    def formula(self) -> str:
        """The formula in words."""
        what = " + ".join(self.movements) if not self.net else " ± ".join(self.movements)
        over = f" ÷ {self.over.replace('_', ' ')}" if self.over else ""
        return f"{what} ({self.count}), per customer from month end to month end{over}"
