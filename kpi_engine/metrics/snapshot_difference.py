"""Snapshot difference: what became of the pipeline between two stored snapshots (slippage, waterfall)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ..measure import Filter, Spec
from ..named import Named
from ..partial import Partial, SnapshotPair, Term
from ..period import Period
from ..reading import Reason
from ..supply import Context, Result, Supply

Part = Literal[
    "start", "new", "amount_up", "amount_down", "moved_in", "moved_out", "lost", "won", "end",
    "slipped_share", "slipped_amount_share",
]  # fmt: skip


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

    def formula(self) -> str:
        """The formula in words."""
        return f"{self.part.replace('_', ' ')} of the period's pipeline between the snapshots at its opening and end"
