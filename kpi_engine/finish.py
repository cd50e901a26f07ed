"""From partials to readings: align slices, window, and say where a number may not be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .arrays import Floats, Ints
from .compile import BUCKET, KEY, SET, Statement
from .contract import Contract
from .partial import Partial
from .period import Period
from .reading import EMPTY_SLICE, TOTAL_SLICE, Reason
from .snapshot import Snapshot
from .supply import Cells, Result, Slice, code

TOTAL: Slice = ("total", TOTAL_SLICE)


# A slice as a backend names it: a dimension column (None for the total) and its value.
Found = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A partial's cells as a statement gave them: bucket, key, slice (a number of `found`) and sum of each.

    What lies before the grid is in bucket -1: it is the opening balance of what is counted `since_ever`.
    """

    columns: tuple[str, ...]
    found: tuple[Found, ...]
    codes: Ints
    buckets: Ints
    keys: Ints
    sums: Ints

    @classmethod
    def of(
        cls, partial: Partial, columns: tuple[str, ...], found: tuple[Found, ...], cells: Sequence[Ints], sums: Floats
    ) -> Labelled:
        """The cells of the statement's rows in which the partial has a sum."""
        codes, buckets, keys = cells
        there = ~np.isnan(sums)
        if not partial.since_ever:
            there &= buckets >= 0
        rounded = np.rint(sums[there]).astype(np.int64)
        return cls(columns, found, codes[there], np.maximum(buckets[there], 0), keys[there], rounded)

    def slices(self, column: str) -> set[str]:
        """The slices of a dimension column in which the partial has a sum."""
        used = np.flatnonzero(np.bincount(self.codes, minlength=len(self.found)))
        return {value for of, value in (self.found[code] for code in used) if of == column}

    def total(self) -> int:
        """The sum over all rows."""
        return int(self.sums[self.codes == 0].sum())

    def is_empty(self) -> bool:
        """Whether no row at all has a sum."""
        return not len(self.sums)


def label(statement: Statement, rows: pa.Table) -> dict[Partial, Labelled]:
    """The answer of a statement, partial by partial."""
    # GROUPING() sets a bit for each dimension that a row is *not* grouped by, first one highest.
    count = len(statement.dimensions)
    full = (1 << count) - 1
    found: list[Found] = [(None, TOTAL_SLICE)]
    codes = np.zeros(len(rows), dtype=np.int64)
    for at, column in enumerate(statement.dimensions):
        numbers, names = coded(rows[f"d{at}"])
        mine = rows[SET].to_numpy() == full & ~(1 << (count - 1 - at))
        codes[mine] = numbers[mine] + len(found)
        found += [(column, name) for name in names]
    buckets = rows[BUCKET].to_numpy().astype(np.int64)
    keys = rows[KEY].to_numpy().astype(np.int64) if KEY in rows.column_names else np.zeros_like(buckets)
    cells = (codes, buckets, keys)
    return {
        partial: Labelled.of(
            partial, statement.dimensions, tuple(found), cells, rows[f"m{at}"].fill_null(np.nan).to_numpy()
        )
        for at, partial in enumerate(statement.partials)
    }


def coded(values: pa.ChunkedArray) -> tuple[Ints, tuple[str, ...]]:
    """Dimension values as numbers of their slice names; an empty one is the slice (none)."""
    if pa.types.is_null(values.type):
        # A column looked up in a table that is not there.
        return np.zeros(len(values), dtype=np.int64), (EMPTY_SLICE,)
    words = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    words = words.unify_dictionaries().combine_chunks()
    found = words.dictionary.to_pylist()
    codes = words.indices.cast(pa.int64()).fill_null(len(found)).to_numpy()
    return codes, tuple(map(str, (*found, EMPTY_SLICE)))


# Where in the list of slices those of a backend lie. There are several where dimensions share a column.
Places = Sequence[Mapping[Found, int]]


def slices_of(
    answers: Sequence[Labelled], dimensions: Mapping[str, str], expected: Mapping[str, Sequence[str]]
) -> list[Slice]:
    """Total first, then each dimension's (name → column) slices in order: those found and those expected."""
    found: list[Slice] = [TOTAL]
    for name, column in dimensions.items():
        values = set(expected.get(name, ())).union(*(answer.slices(column) for answer in answers))
        found += [(name, value) for value in sorted(values)]
    return found


def places_of(dimensions: Mapping[str, str], slices: Sequence[Slice]) -> Places:
    """Where in the list of slices each dimension's (name → column) lie."""
    places: list[dict[Found, int]] = [{(None, TOTAL_SLICE): 0}]
    taken = [set[str]()]
    for name, column in dimensions.items():
        at = next((at for at, columns in enumerate(taken) if column not in columns), len(taken))
        if at == len(taken):
            places.append({})
            taken.append(set())
        taken[at].add(column)
        places[at] |= {(column, value): index for index, (of, value) in enumerate(slices) if of == name}
    return places


def cells_of(answer: Labelled, places: Places) -> Cells:
    """A partial's cells with slices as positions in the list."""
    parts = []
    for positions in places:
        number = np.array([positions.get(found, -1) for found in answer.found], dtype=np.int64)[answer.codes]
        mine = number >= 0
        parts.append((number[mine], answer.buckets[mine], answer.keys[mine], answer.sums[mine]))
    return Cells(*map(np.concatenate, zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What decides whether a reading may be judged, beside the metric itself."""

    contract: Contract
    snapshot: Snapshot
    as_of: date
    tables: tuple[str, ...]
    follow_up_days: int
    never_recorded: bool

    def final_on(self, period: Period) -> date:
        """The first day on which the period is final."""
        return period.end + timedelta(days=self.contract.refresh.sla_days + self.follow_up_days)

    def reasons(self, periods: Sequence[Period], first_bucket: Mapping[str, int]) -> Ints:
        """The reason code of each period that holds for all slices; 0 where it may be judged."""
        found = [self.period_reason(period, first_bucket) for period in periods]
        return np.array([code(reason) if reason else 0 for reason in found], dtype=np.int64)

    def period_reason(self, period: Period, first_bucket: Mapping[str, int]) -> Reason | None:
        """Why no slice of this period may be judged."""
        if self.as_of < self.final_on(period):
            return Reason.OPEN
        if self.never_recorded:
            return Reason.NO_ROWS
        for name in self.tables:
            table = self.snapshot.tables.get(name)
            if table is None or not table.rows:
                return Reason.NO_ROWS
            if name in first_bucket and period.first < first_bucket[name]:
                return Reason.NO_ROWS
        limit = self.contract.refresh.stale_after_days
        for name in self.tables if limit else ():
            last = self.snapshot.tables[name].last_event
            if last and limit and (period.end - last).days > limit:
                return Reason.STALE
        return None


def judge(result: Result, reasons: Ints, min_n: int | None, active: NDArray[np.bool_] | None) -> tuple[Result, Floats]:
    """The result with every reason applied, and the provisional values where openness or small n forbid one.

    `reasons` are those of each period that hold for all slices, `active` says where anything happened.
    """
    reason = result.reason.copy()
    if min_n is not None:
        reason = np.where((reason == 0) & (result.n < min_n), code(Reason.BELOW_MIN_N), reason)
    if active is not None:
        reason = np.where(active, reason, code(Reason.MISSING))
    reason = np.where(reasons > 0, reasons, reason)
    may_draw = np.isin(reason, [0, code(Reason.OPEN), code(Reason.BELOW_MIN_N)])
    provisional = np.where(may_draw, result.value, np.nan)
    value = np.where(reason > 0, np.nan, result.value)
    return Result(value, result.n, reason.astype(np.int8), result.left_out), provisional
