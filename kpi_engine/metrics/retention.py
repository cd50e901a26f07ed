"""Retention: what became of the customers of some months ago (NRR, GRR, logo retention)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from sqlglot import exp

from ..account_states import AccountStates
from ..arrays import Ints
from ..customer_lines import CustomerLines
from ..customer_months import held_on, month_before, moves, paths, without_returns
from ..named import Held, Named, OfCustomers
from ..period import Period
from ..reading import Reason
from ..supply import Context, Result, Supply
from ..workings import DIALECT, Workings, answer, share, values


class Retention(CustomerLines):
    """Amount now of the customers of `horizon_months` ago ÷ their amount then.

    `of: net` takes what they pay now, `gross` at most what they paid then, `logo` counts customers.
    `method: snapshot` compares the two month ends. `bridge` adds up the monthly movements between them:
    (start + expansion − contraction − churn) ÷ start; `no_contraction` leaves contraction out of it;
    gross takes no expansion. `reactivation: in` lets a customer who comes back count as expansion of the net
    bridge; `out` treats one who was gone in between as lost. n is the number of customers then.
    """

    kind: Literal["retention"]
    of: Literal["net", "gross", "logo"] = "net"
    method: Literal["snapshot", "bridge", "no_contraction"] = "snapshot"
    reactivation: Literal["in", "out"] = "in"
    horizon_months: Annotated[int, Field(ge=1, le=60)] = 12

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Kept ÷ then, of each period's last month end; without customers then it is not evaluable."""
        states = supply.states(self.states())
        value = np.full((len(supply.slices), len(periods)), np.nan)
        n: Ints = np.zeros(value.shape, dtype=np.int64)
        unknown = np.zeros(value.shape, dtype=bool)
        for at, period in enumerate(periods):
            held = self._held(states, period)
            if held is None:
                unknown[:, at] = True
                continue
            n[:, at] = states.sums(held.counts)
            below = n[:, at] if self.of == "logo" else states.sums(held.then)
            value[:, at] = states.sums(held.counted) / np.where(below > 0, below, np.nan)
        return Result.of(value, n).refused(unknown, Reason.NO_ROWS)

    def _held(self, states: AccountStates, period: Period) -> Held | None:
        """The customers of then, and what is kept of each; None where then lies before everything known."""
        now = states.position(period.end)
        then = -1 if now is None else now - self.horizon_months
        if now is None or then < 0:
            return None
        path = states.amounts[:, then : now + 1 : self._stride()]
        counts = path[:, 0] > 0
        return Held(counts, path[:, 0], states.amounts[:, now], np.where(counts, self._kept(path), 0))

    def _stride(self) -> int:
        """Month ends between two looks: a plain snapshot needs only then and now."""
        in_between = self.method != "snapshot" or self.reactivation == "out"
        return 1 if in_between else self.horizon_months

    def _kept(self, path: Ints) -> Ints:
        """What is kept of each customer, whose amounts, month end by month end, are a row of `path`."""
        if self.reactivation == "out":
            # Lost once is lost for good: nothing that such a customer does later counts.
            path = np.where(np.logical_or.accumulate(path == 0, axis=1), 0, path)
        then, now = path[:, 0], path[:, -1]
        if self.of == "logo":
            return (now > 0).astype(np.int64)
        if self.method == "snapshot":
            return np.minimum(now, then) if self.of == "gross" else now
        return self._bridge(path)

    def _bridge(self, path: Ints) -> Ints:
        before, after = path[:, :-1], path[:, 1:]
        step = after - before
        kept: Ints = path[:, 0] - np.where(after == 0, before, 0).sum(axis=1)
        if self.of == "net":
            kept = kept + np.where(step > 0, step, 0).sum(axis=1)
        if self.method == "bridge":
            kept = kept + np.where((step < 0) & (after > 0), step, 0).sum(axis=1)
        return kept

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"customers": OfCustomers(self.states(), self._held, "kept", self.of != "logo")}

    def recompute(self, sql: Workings) -> exp.Select:
        """What the customers of then hold now, or how they moved in between, ÷ what they held then."""
        lines, day = self.states(), month_before(sql.last, self.horizon_months)
        paying = f"SUM({sql.column(lines.table, lines.amount)}) > 0"
        then = sql.part("customers_then", held_on(sql, lines, day).having(paying))
        if self._stride() > 1:
            now = sql.part("customers_now", held_on(sql, lines, sql.last))
            return self._recomputed_kept(then, now)
        path = paths(sql, lines, self.horizon_months, then)
        if self.reactivation == "out":
            path = without_returns(sql, path)
        if self.of == "logo" or self.method == "snapshot":
            held = exp.select("account_id", "amount").from_(path).where(f"day = '{sql.last}'")
            return self._recomputed_kept(then, sql.part("customers_now", held))
        return self._recomputed_bridge(sql, then, path)

    def _recomputed_kept(self, then: str, now: str) -> exp.Select:
        held = f"COALESCE({now}.amount, 0)"
        kept = {
            "net": f"SUM({held})",
            "gross": f"SUM(LEAST({held}, {then}.amount))",
            "logo": f"COUNT(*) FILTER (WHERE {held} > 0)",
        }[self.of]
        whole = "COUNT(*)" if self.of == "logo" else f"SUM({then}.amount)"
        select = exp.select(f"{share(kept, whole)} AS value", "COUNT(*) AS n", dialect=DIALECT).from_(then)
        return select.join(now, using=["account_id"], join_type="left")

    def _recomputed_bridge(self, sql: Workings, then: str, path: str) -> exp.Select:
        counted = ["churn"]
        if self.of == "net":
            counted += ["expansion", "reactivation"]
        if self.method == "bridge":
            counted += ["contraction"]
        opening = sql.part("opening", exp.select("SUM(amount) AS value", "COUNT(*) AS n").from_(then))
        change = exp.select("COALESCE(SUM(change), 0) AS value").from_(moves(sql, path))
        moved = sql.part("moved", change.where(f"movement IN ({values(counted)})"))
        kept = f"({opening}.value + {moved}.value)"
        return answer(share(kept, f"{opening}.value"), f"{opening}.n", opening, moved)

    def formula(self) -> str:
        """The formula in words."""
        return (
            f"{self.of} retention, {self.method.replace('_', ' ')}, over {self.horizon_months} months, "
            f"reactivation {self.reactivation}: {self.amount} of {self.table} at month end"
        )
