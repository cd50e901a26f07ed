"""Exact quantiles of keys that are counted by bucket, for many periods at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Floats, Ints

# Cells of one table of a histogram's keys by period: larger ones are made in parts.
_TABLE_LIMIT = 4_000_000


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often each key occurs in each bucket; entries are in the order of their buckets."""

    buckets: Ints
    keys: Ints
    counts: Ints

    def quantiles(self, first: Ints, last: Ints, q: float) -> tuple[Floats, Ints]:
        """Quantile of the keys in buckets `first` to `last` of each period, in order of time, and their number."""
        starts = np.searchsorted(self.buckets, first, side="left")
        ends = np.searchsorted(self.buckets, last, side="right")
        entries = slice(starts[0], ends[-1])
        keys, columns = np.unique(self.keys[entries], return_inverse=True)
        if len(keys) * len(first) > _TABLE_LIMIT and len(first) > 1:
            # Many keys (hours to the second) make a large table of few entries: half the periods at a time.
            half = len(first) // 2
            parts = (self.quantiles(first[part], last[part], q) for part in (slice(half), slice(half, None)))
            values, numbers = zip(*parts, strict=True)
            return np.concatenate(values), np.concatenate(numbers)
        upto = np.zeros((last[-1] - first[0] + 2, len(keys)), dtype=np.int64)
        np.add.at(upto, (self.buckets[entries] - first[0] + 1, columns), self.counts[entries])
        np.cumsum(upto, axis=0, out=upto)
        return quantiles(keys, upto[last - first[0] + 1] - upto[first - first[0]], q)


def quantiles(keys: Ints, counts: Ints, q: float) -> tuple[Floats, Ints]:
    """For each row of `counts` the quantile of the ordered `keys`, linear between ranks; and how many there are."""
    n = counts.sum(axis=1)
    value = np.full(len(n), np.nan)
    some = np.flatnonzero(n)
    upto = np.cumsum(counts[some])
    before = upto[len(keys) - 1 :: len(keys)] - n[some] if len(some) else upto
    position = q * (n[some] - 1)
    low = np.floor(position).astype(np.int64)
    high = np.minimum(low + 1, n[some] - 1)
    # Row after row, sums only rise: one search finds for every row the first key up to which more than a rank lie.
    below, above = (
        keys[np.searchsorted(upto, before + rank, side="right") - np.arange(len(some)) * len(keys)]
        for rank in (low, high)
    )
    value[some] = below + (above - below) * (position - low)
    return value, n
