"""From partials to readings: align slices, window, and say where a number may not be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from .account_states import AccountStates
from .arrays import Floats, Ints
from .compile import BUCKET, KEY, SET, Statement
from .contract import Contract
from .partial import Partial
from .period import Period
from .reading import EMPTY_SLICE, TOTAL_SLICE, Reason
from .snapshot import Snapshot
from .supply import Cells, Result, Slice, Supply, code

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
    """A partial's cells as a statement gave them: measure `at` of the total's part and each dimension column's."""

    parts: Mapping[str | None, Part]
    at: int

    def slices(self, column: str) -> set[str]:
        """The slices of a dimension column in which the partial has a sum."""
        part = self.parts[column]
        return {part.labels[code] for code in np.unique(part.codes[~np.isnan(part.sums[:, self.at])])}

    def cells(self, column: str | None, positions: Mapping[str, int]) -> Cells:
        """The cells of one grouping set, slices numbered by `positions`."""
        part = self.parts[column]
        filled = ~np.isnan(part.sums[:, self.at])
        number = np.array([positions.get(label, -1) for label in part.labels], dtype=np.int64)
        sums = np.rint(part.sums[filled, self.at]).astype(np.int64)
        return Cells(number[part.codes[filled]], part.buckets[filled], part.keys[filled], sums)


def label(statement: Statement, frame: pd.DataFrame) -> dict[Partial, Labelled]:
    """The answer of a statement, partial by partial."""
    # GROUPING() sets a bit for each dimension that a row is *not* grouped by, first one highest.
    count = len(statement.dimensions)
    full = (1 << count) - 1
    sets = frame[SET].to_numpy(dtype=np.int64) if count else np.zeros(len(frame), dtype=np.int64)
    parts: dict[str | None, Part] = {None: _part(statement, frame[sets == full], None)}
    for at, column in enumerate(statement.dimensions):
        parts[column] = _part(statement, frame[sets == full & ~(1 << (count - 1 - at))], f"d{at}")
    return {partial: Labelled(parts, at) for at, partial in enumerate(statement.partials)}


def _part(statement: Statement, rows: pd.DataFrame, column: str | None) -> Part:
    nothing = np.zeros(len(rows), dtype=np.int64)
    codes: Ints = nothing
    labels: tuple[str, ...] = (TOTAL_SLICE,)
    if column is not None:
        codes, labels = coded(rows[column])
    keys = rows[KEY].to_numpy(dtype=np.int64) if KEY in rows else nothing
    measures = [f"m{at}" for at in range(len(statement.partials))]
    return Part(rows[BUCKET].to_numpy(dtype=np.int64), keys, codes, labels, rows[measures].to_numpy(dtype=np.float64))


def slice_names(values: pd.Series) -> pd.Series:
    """Dimension values as text; an empty one is the slice (none)."""
    return values.astype(object).where(values.notna(), EMPTY_SLICE).astype(str)


def slices_of(
    answers: Sequence[Labelled], dimensions: Mapping[str, str], expected: Mapping[str, Sequence[str]]
) -> list[Slice]:
    """Total first, then each dimension's (name → column) slices in order: those found and those expected."""
    found: list[Slice] = [TOTAL]
    for name, column in dimensions.items():
        values = set(expected.get(name, ())).union(*(answer.slices(column) for answer in answers))
        found += [(name, value) for value in sorted(values)]
    return found


def cells_of(answer: Labelled, dimensions: Mapping[str, str], slices: Sequence[Slice]) -> Cells:
    """A partial's cells with slices as positions in the list."""
    parts = [answer.cells(None, {TOTAL_SLICE: slices.index(TOTAL)})]
    for name, column in dimensions.items():
        at = {value: index for index, (dimension, value) in enumerate(slices) if dimension == name}
        parts.append(answer.cells(column, at))
    return Cells(
        np.concatenate([part.slices for part in parts]),
        np.concatenate([part.buckets for part in parts]),
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.sums for part in parts]),
    )


@dataclass(frozen=True, slots=True)
class Customers:
    """All customers' amounts as a matrix; by dimension column each customer's slice, as a number of its `labels`."""

    amounts: Ints
    codes: Mapping[str, Ints]
    labels: Mapping[str, tuple[str, ...]]
    days: tuple[date, ...]

    def states(self, dimensions: Mapping[str, str], slices: Sequence[Slice]) -> AccountStates:
        """The customers by slice."""
        positions = []
        for name, column in dimensions.items():
            at = {value: index for index, (dimension, value) in enumerate(slices) if dimension == name}
            number = np.array([at[label] for label in self.labels[column]], dtype=np.int64)
            positions.append(number[self.codes[column]])
        return AccountStates.of(self.amounts, self.days, positions, len(slices))


def customers_of(held: pd.DataFrame | None, columns: Sequence[str], days: tuple[date, ...]) -> Customers:
    """Customers from rows of amounts (c0, c1, …) and dimension values (d0, d1, …)."""
    if held is None:
        nobody: Ints = np.zeros((0, len(days)), dtype=np.int64)
        return Customers(nobody, dict.fromkeys(columns, nobody[:, 0]), dict.fromkeys(columns, ()), days)
    codes: dict[str, Ints] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for at, column in enumerate(columns):
        codes[column], labels[column] = coded(held[f"d{at}"])
    amounts = held[[f"c{at}" for at in range(len(days))]].to_numpy(dtype=np.int64)
    # A credit line alone is not a customer: what a customer holds is never below zero.
    return Customers(np.maximum(amounts, 0), codes, labels, days)


def coded(values: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    """Dimension values as numbers of their slice names."""
    numbers, found = pd.factorize(values, use_na_sentinel=False)
    return numbers.astype(np.int64), tuple(slice_names(pd.Series(found)))


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

    def period_reason(self, period: Period, first_bucket: dict[str, int]) -> Reason | None:
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


def judge(
    result: Result, periods: Sequence[Period], judgement: Judgement, first_bucket: dict[str, int],
    active: np.ndarray | None,
) -> tuple[Result, np.ndarray]:  # fmt: skip
    """The result with every reason applied, and the provisional values where openness or small n forbid one."""
    provisional = result.value.copy()
    reason = result.reason.copy()
    min_n = judgement.contract.min_n
    if min_n is not None:
        reason = np.where((reason == 0) & (result.n < min_n), code(Reason.BELOW_MIN_N), reason)
    if active is not None:
        reason = np.where(active, reason, code(Reason.MISSING))
    for at, period in enumerate(periods):
        found = judgement.period_reason(period, first_bucket)
        if found is not None:
            reason[:, at] = code(found)
    may_draw = np.isin(reason, [0, code(Reason.OPEN), code(Reason.BELOW_MIN_N)])
    provisional = np.where(may_draw, provisional, np.nan)
    value = np.where(reason > 0, np.nan, result.value)
    return Result(value, result.n, reason.astype(np.int8), result.left_out), provisional


def activity(supply: Supply, partials: Sequence[Partial], periods: Sequence[Period]) -> np.ndarray:
    """Whether anything happened in a slice during each period; the total is always taken as active."""
    seen = sum((supply.flow(partial, periods) for partial in partials), np.zeros((len(supply.slices), len(periods))))
    active: np.ndarray = seen > 0
    if supply.slices and supply.slices[0] == TOTAL:
        active[0] = True
    return active
