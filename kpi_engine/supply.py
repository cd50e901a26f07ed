"""What a metric kind gets back: its partials as arrays over slices and buckets, and how to window them.

Arrays are [slices, buckets] going in and [slices, periods] coming out. Partial sums are whole numbers
(counts, ten-thousandths of a unit, seconds), so that differences of cumulative sums are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .account_states import AccountStates
from .arrays import Floats, Ints
from .company import Company
from .histogram import Histogram, quantiles
from .partial import Partial, Request, SnapshotPair, States, Term, table_of
from .period import Calendar, Grid, Period
from .reading import Reason

Slice = tuple[str, str]
# First and last key that lies within a period's reach.
Reach = Callable[[Period], tuple[int, int]]

REASONS: tuple[Reason | None, ...] = (None, *Reason)
_CODES = {reason: code for code, reason in enumerate(REASONS)}


def code(reason: Reason) -> int:
    """The small integer that stands for a reason in arrays."""
    return _CODES[reason]


def scale(term: Term) -> int:
    """How many whole units of a partial sum make one unit of the term."""
    return {"column": 10_000, "hours": 3_600, "hours_so_far": 3_600}.get(term.kind, 1)


@dataclass(frozen=True, slots=True)
class Result:
    """A metric over slices and periods: value (NaN where none), n, reason codes, rows an empty cell left out."""

    value: Floats
    n: Ints
    reason: NDArray[np.int8]
    left_out: Ints

    @classmethod
    def of(
        cls, value: Floats, n: Ints, left_out: Ints | None = None, *, nan: Reason = Reason.ZERO_DENOMINATOR
    ) -> Result:
        """A result whose value stands wherever it is a number; a NaN is not evaluable for the reason `nan`."""
        reason = np.where(np.isnan(value), code(nan), 0).astype(np.int8)
        return cls(value, n, reason, np.zeros_like(n) if left_out is None else left_out)

    def refused(self, where: NDArray[np.bool_], reason: Reason) -> Result:
        """The same result, not evaluable for this reason in these places."""
        return Result(
            np.where(where, np.nan, self.value),
            self.n,
            np.where(where, code(reason), self.reason).astype(np.int8),
            self.left_out,
        )


@dataclass(frozen=True, slots=True)
class Cells:
    """A partial's non-empty cells: slice code, bucket (from the grid's first), key, sum in whole units."""

    slices: Ints
    buckets: Ints
    keys: Ints
    sums: Ints

    def by_slice(self, slices: int) -> list[Ints]:
        """Each slice's positions in the arrays, ordered by bucket."""
        order = np.argsort(self.slices * (self.buckets.max(initial=0) + 1) + self.buckets)
        return np.split(order, np.searchsorted(self.slices[order], np.arange(1, slices)))


_NOTHING = np.zeros(0, dtype=np.int64)
NO_CELLS = Cells(_NOTHING, _NOTHING, _NOTHING, _NOTHING)


@dataclass(frozen=True, slots=True)
class Context:
    """What a metric kind must know before it can say which partials it needs."""

    company: Company
    calendar: Calendar
    as_of: date
    periods: tuple[Period, ...]
    snapshots: tuple[tuple[str, date], ...] = ()

    def pair(self, period: Period) -> SnapshotPair | None:
        """The snapshots at a period's opening and end, or None where there are not two."""
        before = [name for name, day in self.snapshots if day <= period.start]
        until = [name for name, day in self.snapshots if day <= period.end]
        if not before or not until or until[-1] == before[-1]:
            return None
        return SnapshotPair(before[-1], until[-1], period.start, period.end)


@dataclass(frozen=True, slots=True)
class Supply:
    """The answers to one contract's requests on one grid.

    `first_buckets` numbers the bucket of each table's first event: before it the table knows nothing.
    """

    context: Context
    grid: Grid
    slices: tuple[Slice, ...]
    cells: Mapping[Partial, Cells]
    customers: Mapping[States, AccountStates]
    first_buckets: Mapping[str, int]

    @property
    def buckets(self) -> int:
        """Number of buckets of the grid."""
        return self.grid.last - self.grid.first + 1

    def bounds(self, periods: Sequence[Period]) -> tuple[Ints, Ints]:
        """First and last bucket of each period, counted from the grid's first; a quarter may still be under way."""
        first = np.array([period.first - self.grid.first for period in periods], dtype=np.int64)
        last = np.array([period.last - self.grid.first for period in periods], dtype=np.int64)
        return np.maximum(first, 0), np.minimum(last, self.buckets - 1)

    def _dense(self, partial: Partial) -> Ints:
        cells = self.cells[partial]
        dense = np.zeros((len(self.slices), self.buckets), dtype=np.int64)
        np.add.at(dense, (cells.slices, cells.buckets), cells.sums)
        return dense

    def flow(self, partial: Partial, periods: Sequence[Period]) -> Floats:
        """The partial's sum over each period."""
        total = np.cumsum(self._dense(partial), axis=1)
        total = np.concatenate([np.zeros((len(self.slices), 1), dtype=np.int64), total], axis=1)
        first, last = self.bounds(periods)
        windowed: Floats = (total[:, last + 1] - total[:, first]) / scale(partial.value)
        return windowed

    def count(self, partial: Partial, periods: Sequence[Period]) -> Ints:
        """The partial's sum over each period as whole numbers, for partials that count."""
        return np.rint(self.flow(partial, periods)).astype(np.int64)

    def level(self, entry: Partial, leave: Partial, periods: Sequence[Period]) -> Floats:
        """What stands at each period's end: all that entered less all that left."""
        standing = np.cumsum(self._dense(entry) - self._dense(leave), axis=1)
        _, last = self.bounds(periods)
        return standing[:, last] / scale(entry.value)

    def level_ahead(
        self,
        entry: Partial,
        leave: Partial | None,
        periods: Sequence[Period],
        reach: Reach,
    ) -> Floats:
        """What stands at each period's end with its key within `reach(period)`, both ends included."""
        found = np.zeros((len(self.slices), len(periods)))
        _, last = self.bounds(periods)
        lowest, highest = np.array([reach(period) for period in periods], dtype=np.int64).T
        for index, (keys, standing) in self._standing_by_key(entry, leave):
            up_to = np.concatenate([np.zeros((standing.shape[0], 1), dtype=np.int64), np.cumsum(standing, axis=1)], 1)
            low, high = np.searchsorted(keys, lowest), np.searchsorted(keys, highest, side="right")
            found[index] = up_to[last, high] - up_to[last, low]
        return found / scale(entry.value)

    def _standing_by_key(self, entry: Partial, leave: Partial | None) -> Iterator[tuple[int, tuple[Ints, Ints]]]:
        """For each slice the keys in order, and [buckets, keys] of what stands."""
        come = self.cells[entry]
        gone = NO_CELLS if leave is None else self.cells[leave]
        parts = zip(come.by_slice(len(self.slices)), gone.by_slice(len(self.slices)), strict=True)
        for index, (mine, theirs) in enumerate(parts):
            keys = np.unique(np.concatenate([come.keys[mine], gone.keys[theirs]]))
            change = np.zeros((self.buckets, len(keys)), dtype=np.int64)
            np.add.at(change, (come.buckets[mine], np.searchsorted(keys, come.keys[mine])), come.sums[mine])
            np.subtract.at(change, (gone.buckets[theirs], np.searchsorted(keys, gone.keys[theirs])), gone.sums[theirs])
            yield index, (keys, np.cumsum(change, axis=0))

    def quantile(self, partial: Partial, periods: Sequence[Period], q: float) -> tuple[Floats, Ints]:
        """Exact quantile of the keys in each period (linear between the two middle ones), and how many there are."""
        cells = self.cells[partial]
        assert partial.key is not None
        value = np.full((len(self.slices), len(periods)), np.nan)
        n = np.zeros((len(self.slices), len(periods)), dtype=np.int64)
        first, last = self.bounds(periods)
        for index, mine in enumerate(cells.by_slice(len(self.slices))):
            found = Histogram(cells.buckets[mine], cells.keys[mine], cells.sums[mine])
            value[index], n[index] = found.quantiles(first, last, q)
        return value / scale(partial.key), n

    def standing_quantile(
        self, entry: Partial, leave: Partial, periods: Sequence[Period], q: float
    ) -> tuple[Floats, Ints]:
        """Exact quantile of the keys of what stands at each period's end, and how many there are."""
        value = np.full((len(self.slices), len(periods)), np.nan)
        n = np.zeros((len(self.slices), len(periods)), dtype=np.int64)
        _, last = self.bounds(periods)
        for index, (keys, standing) in self._standing_by_key(entry, leave):
            value[index], n[index] = quantiles(keys, standing[last], q)
        return value, n

    def standing_mean(self, entry: Partial, leave: Partial, periods: Sequence[Period]) -> tuple[Floats, Ints]:
        """Mean of the keys of what stands at each period's end, and how many there are."""
        value = np.full((len(self.slices), len(periods)), np.nan)
        n = np.zeros((len(self.slices), len(periods)), dtype=np.int64)
        _, last = self.bounds(periods)
        for index, (keys, standing) in self._standing_by_key(entry, leave):
            n[index] = standing.sum(axis=1)[last]
            value[index] = (standing @ keys)[last] / np.where(n[index] == 0, np.nan, n[index])
        return value, n

    def total(self, partial: Partial) -> Floats:
        """The sum over all time, for partials without a date."""
        total: Floats = self._dense(partial).sum(axis=1) / scale(partial.value)
        return total

    def total_by_key(self, partial: Partial, periods: Sequence[Period], reach: Reach) -> Floats:
        """The sum over all time of the rows whose key lies within `reach(period)`, both ends included."""
        cells = self.cells[partial]
        found = np.zeros((len(self.slices), len(periods)))
        for at, period in enumerate(periods):
            low, high = reach(period)
            within = (cells.keys >= low) & (cells.keys <= high)
            np.add.at(found[:, at], cells.slices[within], cells.sums[within])
        return found / scale(partial.value)

    def states(self, request: States) -> AccountStates:
        """Customers' states at month ends."""
        return self.customers[request]


def tables_of(requests: Sequence[Request]) -> tuple[str, ...]:
    """The canonical tables that requests stand on, each once."""
    names = [request.table if isinstance(request, States) else table_of(request.source) for request in requests]
    return tuple(dict.fromkeys(names))
