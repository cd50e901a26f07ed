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


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one grouping set: bucket, key, the slice each belongs to, and every measure's sum.

    `labels` are the slice names that `codes` number; the total has the one label "(all)".
    """

    buckets: Ints
    keys: Ints
    codes: Ints
    labels: tuple[str, ...]
    sums: Floats


@dataclass(frozen=True, slots=True)
class Labelled:
    """A partial's cells as a statement gave them: measure `at` of the total's part and each dimension column's.

    What lies before the grid is in bucket -1: it is the opening balance of what is counted `since_ever`.
    """

    parts: Mapping[str | None, Part]
    at: int
    since_ever: bool

    def _filled(self, part: Part) -> NDArray[np.bool_]:
        filled = ~np.isnan(part.sums[:, self.at])
        return filled if self.since_ever else filled & (part.buckets >= 0)

    def slices(self, column: str) -> set[str]:
        """The slices of a dimension column in which the partial has a sum."""
        part = self.parts[column]
        return {part.labels[code] for code in np.unique(part.codes[self._filled(part)])}

    def cells(self, column: str | None, positions: Mapping[str, int]) -> Cells:
        """The cells of one grouping set, slices numbered by `positions`."""
        part = self.parts[column]
        filled = self._filled(part)
        number = np.array([positions.get(label, -1) for label in part.labels], dtype=np.int64)
        sums = np.rint(part.sums[filled, self.at]).astype(np.int64)
        return Cells(number[part.codes[filled]], np.maximum(part.buckets[filled], 0), part.keys[filled], sums)

    def total(self) -> int:
        """The sum over all rows."""
        part = self.parts[None]
        return int(np.rint(part.sums[self._filled(part), self.at]).sum())

    def is_empty(self) -> bool:
        """Whether no row at all has a sum."""
        return not self._filled(self.parts[None]).any()


def label(statement: Statement, rows: pa.Table) -> dict[Partial, Labelled]:
    """The answer of a statement, partial by partial."""
    # GROUPING() sets a bit for each dimension that a row is *not* grouped by, first one highest.
    count = len(statement.dimensions)
    full = (1 << count) - 1
    sets = rows[SET].to_numpy() if count else np.zeros(len(rows), dtype=np.int64)
    buckets = rows[BUCKET].to_numpy().astype(np.int64)
    keys = rows[KEY].to_numpy().astype(np.int64) if KEY in rows.column_names else np.zeros_like(buckets)
    sums = np.column_stack([rows[f"m{at}"].fill_null(np.nan).to_numpy() for at in range(len(statement.partials))])
    total = np.flatnonzero(sets == full)
    nothing = np.zeros(len(total), dtype=np.int64)
    parts: dict[str | None, Part] = {None: Part(buckets[total], keys[total], nothing, (TOTAL_SLICE,), sums[total])}
    for at, column in enumerate(statement.dimensions):
        mine = np.flatnonzero(sets == full & ~(1 << (count - 1 - at)))
        codes, labels = coded(rows[f"d{at}"])
        parts[column] = Part(buckets[mine], keys[mine], codes[mine], labels, sums[mine])
    return {partial: Labelled(parts, at, partial.since_ever) for at, partial in enumerate(statement.partials)}


def coded(values: pa.ChunkedArray) -> tuple[Ints, tuple[str, ...]]:
    """Dimension values as numbers of their slice names; an empty one is the slice (none)."""
    words = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    words = words.unify_dictionaries().combine_chunks()
    found = words.dictionary.to_pylist()
    codes = words.indices.cast(pa.int64()).fill_null(len(found)).to_numpy()
    return codes, tuple(map(str, (*found, EMPTY_SLICE)))


# For the total and each dimension, in order: the column, and the position of each of its slices in the list.
Places = Sequence[tuple[str | None, Mapping[str, int]]]


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
    """Where in the list of slices each dimension's lie."""
    places: list[tuple[str | None, dict[str, int]]] = [(None, {TOTAL_SLICE: 0})]
    for name, column in dimensions.items():
        places.append((column, {value: at for at, (dimension, value) in enumerate(slices) if dimension == name}))
    return places


def cells_of(answer: Labelled, places: Places) -> Cells:
    """A partial's cells with slices as positions in the list."""
    parts = [answer.cells(column, positions) for column, positions in places]
    return Cells(
        np.concatenate([part.slices for part in parts]),
        np.concatenate([part.buckets for part in parts]),
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.sums for part in parts]),
    )


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
