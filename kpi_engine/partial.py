"""What the metric kinds ask of a backend: additive partial sums, and customers' states at month ends.

Nothing else ever reaches a backend. Medians, windows and ratios are made of these in numpy, because
they are what differs, or breaks, between engines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal

from .measure import Filter, Measure, Stock


@dataclass(frozen=True, slots=True)
class StageCohort:
    """One row a deal: its first days in `from_stages` (or beyond) and `to_stages` (or beyond), its last change."""

    from_stages: tuple[str, ...]
    to_stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SnapshotPair:
    """Opportunities in two stored snapshots, side by side: what became of each deal between `start` and `end`."""

    opening: str
    closing: str
    start: date
    end: date


Source = str | StageCohort | SnapshotPair


@dataclass(frozen=True, slots=True)
class Term:
    """A number made of one row: 1, a column, the days or hours between two columns, or a column's day.

    `hours_so_far` counts an unfinished span up to the as-of day's end. `day` and `quarter` number a date
    column's day or fiscal quarter.
    """

    kind: Literal["one", "column", "days", "hours", "hours_so_far", "day", "quarter"] = "one"
    columns: tuple[str, ...] = ()


ONE = Term()


@dataclass(frozen=True, slots=True)
class Partial:
    """Sum of `value` over the rows of `source` kept by `where`, per bucket of `date` × slice (× `key`).

    `date` names a column; more names mean the latest of them, none that time does not matter (all rows
    fall into the first bucket). `since_ever` pulls everything before the first bucket into it (the
    opening balance of a stock).
    """

    source: Source
    date: tuple[str, ...]
    where: tuple[Filter, ...] = ()
    value: Term = ONE
    key: Term | None = None
    since_ever: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it looks at."""
        filtered = ((kept.column, kept.equals_column, kept.at_most_column) for kept in self.where)
        named = [*self.date, *self.value.columns, *(self.key.columns if self.key else ()), *chain(*filtered)]
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True, slots=True)
class States:
    """Each account's recurring amount at each month end: lines from `start` until `end` (exclusive)."""

    table: str
    start: str
    end: str
    amount: str
    where: tuple[Filter, ...] = ()


Request = Partial | States


def partial_of(measure: Measure) -> Partial:
    """The partial that counts or adds up a measure."""
    value = Term("column", (measure.sum,)) if measure.sum else ONE
    return Partial(measure.table, (measure.date,), measure.where, value)


def rows_of(measure: Measure) -> Partial:
    """The partial that counts a measure's rows; of a sum, those that have something to add."""
    where = (*measure.where, Filter(column=measure.sum, empty=False)) if measure.sum else measure.where
    return Partial(measure.table, (measure.date,), where)


def left_out_of(measure: Measure) -> Partial | None:
    """The partial that counts the rows an empty cell keeps out of a sum; None for a count."""
    if not measure.sum:
        return None
    return Partial(measure.table, (measure.date,), (*measure.where, Filter(column=measure.sum, empty=True)))


def entering(stock: Stock, value: Term, key: Term | None = None) -> Partial:
    """What enters a stock."""
    return Partial(stock.table, (stock.start,), stock.where, value, key, since_ever=True)


def leaving(stock: Stock, value: Term, key: Term | None = None) -> Partial:
    """What leaves a stock: at its end, or on the day it entered if the end is recorded as earlier."""
    where = (*stock.where, Filter(column=stock.start, empty=False), Filter(column=stock.end, empty=False))
    return Partial(stock.table, (stock.start, stock.end), where, value, key, since_ever=True)


def table_of(source: Source) -> str:
    """The canonical table a source stands on."""
    if isinstance(source, StageCohort):
        return "stage_history"
    if isinstance(source, SnapshotPair):
        return "opportunities"
    return source
