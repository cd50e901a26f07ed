"""Snapshot difference: what became of the pipeline between two stored snapshots (slippage, waterfall)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlglot import exp

from ..measure import Filter, Spec
from ..named import Named
from ..partial import Partial, SnapshotPair, Term
from ..period import Period
from ..reading import Reason
from ..sources import snapshot_table
from ..supply import Context, Result, Supply
from ..tables.catalogue import BY_NAME
from ..tables.resolve import ACCOUNT_PREFIX
from ..workings import DIALECT, Workings, between, no_answer, passes, share

Part = Literal[
    "start", "new", "amount_up", "amount_down", "moved_in", "moved_out", "lost", "won", "end",
    "slipped_share", "slipped_amount_share",
]  # fmt: skip

# What is added up of which deals, for each part of the waterfall.
_PARTS = {
    "start": ("before", "came = 'start'"),
    "new": ("after", "came = 'new'"),
    "moved_in": ("after", "came = 'moved in'"),
    "amount_up": ("GREATEST(after - before, 0)", "came = 'start' AND went IN ('won', 'lost', 'end')"),
    "amount_down": ("GREATEST(before - after, 0)", "came = 'start' AND went IN ('won', 'lost', 'end')"),
    "moved_out": ("before", "came = 'start' AND went = 'moved out'"),
    "lost": ("CASE WHEN went = 'gone' THEN before ELSE after END", "came IS NOT NULL AND went IN ('lost', 'gone')"),
    "won": ("after", "came IS NOT NULL AND went = 'won'"),
    "end": ("after", "came IS NOT NULL AND went = 'end'"),
}


class SnapshotDifference(Spec):
    """One part of the pipeline waterfall of a period, or the share of its deals that slipped.

    The pipeline of a period is its open deals with a close date in it. It starts as in the last snapshot
    on or before the period's first day and ends as in the last one within the period:
    start + new + amount_up + moved_in − amount_down − moved_out − lost − won = end. Slipped deals stood
    in the start and are still open with a later close date. n is the number of deals at the start.
    """

    kind: Literal["snapshot_difference"]
    part: Part

    def _partials(self, pair: SnapshotPair) -> tuple[Partial, ...]:
        started = Partial(pair, (), (Filter(column="in_start", is_=True),))
        if self.part == "slipped_share":
            return Partial(pair, (), (Filter(column="slipped", is_=True),)), started, started
        if self.part == "slipped_amount_share":
            slipped = Partial(pair, (), (Filter(column="slipped", is_=True),), Term("column", ("start",)))
            return slipped, Partial(pair, (), (), Term("column", ("start",))), started
        return Partial(pair, (), (), Term("column", (self.part,))), started

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """The parts of each period that has a snapshot at its opening and one at its end."""
        pairs = [pair for period in context.periods if (pair := context.pair(period))]
        return tuple(partial for pair in pairs for partial in self._partials(pair))

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """The part of each period; without two snapshots it is not evaluable."""
        value = np.full((len(supply.slices), len(periods)), np.nan)
        n = np.zeros(value.shape, dtype=np.int64)
        absent = np.zeros(value.shape, dtype=bool)
        for at, period in enumerate(periods):
            pair = supply.context.pair(period)
            if pair is None:
                absent[:, at] = True
                continue
            top, *below, started = self._partials(pair)
            value[:, at], n[:, at] = supply.total(top), supply.total(started)
            for bottom in below:
                whole = supply.total(bottom)
                value[:, at] /= np.where(whole == 0, np.nan, whole)
        return Result.of(value, n).refused(absent, Reason.NO_SNAPSHOT)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        pairs = [pair for period in context.periods if (pair := context.pair(period))]
        return {"pipeline": Partial(pairs[-1], ())} if pairs else {}

    def recompute(self, sql: Workings) -> exp.Select:
        """Each deal by how it came into the period's pipeline and how it went, then the part asked for."""
        pair = sql.context.pair(sql.period)
        if pair is None:
            return no_answer()
        deals = _deals(sql, pair)
        started = "COUNT(*) FILTER (WHERE came = 'start') AS n"
        if self.part == "slipped_share":
            value = share("COUNT(*) FILTER (WHERE slipped)", "COUNT(*) FILTER (WHERE came = 'start')")
        elif self.part == "slipped_amount_share":
            slipped = "COALESCE(SUM(before) FILTER (WHERE slipped), 0)"
            value = share(slipped, "SUM(before) FILTER (WHERE came = 'start')")
        else:
            amount, where = _PARTS[self.part]
            value = f"COALESCE(SUM({amount}) FILTER (WHERE {where}), 0)"
        return exp.select(f"{value} AS value", started, dialect=DIALECT).from_(deals)

    def formula(self) -> str:
        """The formula in words."""
        return f"{self.part.replace('_', ' ')} of the period's pipeline between the snapshots at its opening and end"


def _deals(sql: Workings, pair: SnapshotPair) -> str:
    """Each deal of either snapshot: its amounts, how it came into the period's pipeline and how it went."""
    before, after = (
        f"{sql.file(snapshot_table(name))} AS {alias}"
        for name, alias in ((pair.opening, "opening"), (pair.closing, "closing"))
    )
    stood = f"opening.status = 'open' AND {between('opening.close_on', pair.start, pair.end)}"
    closes_within = between("closing.close_on", pair.start, pair.end)
    came = f"""CASE
      WHEN {stood} THEN 'start'
      WHEN NOT COALESCE({closes_within}, FALSE) THEN NULL
      WHEN opening.opportunity_id IS NULL OR (opening.status <> 'open' AND closing.status = 'open') THEN 'new'
      WHEN opening.status = 'open' THEN 'moved in'
    END AS came"""
    went = f"""CASE
      WHEN closing.opportunity_id IS NULL THEN 'gone'
      WHEN closing.status IN ('won', 'lost') THEN closing.status
      WHEN {closes_within} THEN 'end'
      ELSE 'moved out'
    END AS went"""
    slipped = f"{stood} AND closing.status = 'open' AND closing.close_on > '{pair.end}' AS slipped"
    amounts = ("COALESCE(opening.amount, 0) AS before", "COALESCE(closing.amount, 0) AS after")
    deals = exp.select("opportunity_id", *amounts, came, went, slipped, dialect=DIALECT)
    deals = deals.from_(before, dialect=DIALECT)
    deals = deals.join(after, using=["opportunity_id"], join_type="full", dialect=DIALECT)
    if sql.within:
        sql.used.setdefault("accounts", {})
        account = "accounts.account_id = COALESCE(closing.account_id, opening.account_id)"
        deals = deals.join("accounts", on=account, join_type="left", dialect=DIALECT)
    for kept in sql.within:
        deals = deals.where(passes(kept, _known_of_deal(kept.column)), dialect=DIALECT)
    return sql.part("deals", deals)


def _known_of_deal(name: str) -> str:
    """A column of a deal as the later snapshot has it, else as the earlier one, else as its account has it."""
    if name.startswith(ACCOUNT_PREFIX):
        return f"accounts.{name.removeprefix(ACCOUNT_PREFIX)}"
    table = BY_NAME["opportunities"]
    found = [f"closing.{name}", f"opening.{name}"] if table.column(name) else []
    return f"COALESCE({', '.join([*found, f'accounts.{name}'] if table.lookup(name) else found)})"
