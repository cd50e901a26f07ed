"""All customers and what they hold at month ends, from the lines they pay for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .account_states import AccountStates
from .arrays import Ints
from .finish import Places, coded
from .period import Calendar, Grid, add_months
from .question import Question
from .reading import EMPTY_SLICE

# Customers' states are kept for ten years of months: retention and "never seen before" look that far back.
MAX_CHECKPOINTS = 120
_NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Customers:
    """All customers' ids and amounts, a matrix; by dimension column each one's slice, as a number of its `labels`."""

    ids: pa.Array
    amounts: Ints
    codes: Mapping[str, Ints]
    labels: Mapping[str, tuple[str, ...]]
    days: tuple[date, ...]

    def states(self, places: Places, slices: int) -> AccountStates:
        """The customers by slice."""
        positions = []
        for at in places:
            for column in dict.fromkeys(column for column, _ in at if column is not None):
                number = np.array([at[column, label] for label in self.labels[column]], dtype=np.int64)
                positions.append(number[self.codes[column]])
        return AccountStates.of(self.amounts, self.days, positions, slices)


def nobody(columns: Sequence[str], days: tuple[date, ...]) -> Customers:
    """No customers: there is no table of lines, or nothing in it."""
    nothing: Ints = np.zeros((0, len(days)), dtype=np.int64)
    none = pa.array([], pa.string())
    return Customers(
        none, nothing, dict.fromkeys(columns, np.zeros(0, dtype=np.int64)), dict.fromkeys(columns, ()), days
    )


def customers_of(
    lines: pa.Table, accounts: pa.Table | None, columns: Sequence[str], days: tuple[date, ...]
) -> Customers:
    """Customers from their lines (account, amount from `start` until `until`) and the accounts' dimensions (d0, …)."""
    held = lines["account"].combine_chunks().dictionary_encode(null_encoding="encode")
    customers = held.indices.to_numpy()
    amounts = lines["amount"].fill_null(0).to_numpy()
    change = np.zeros((len(days) + 1) * len(held.dictionary), dtype=np.int64)
    first = _checkpoint(lines["start"], days)
    last = np.maximum(_checkpoint(lines["until"], days), first)
    np.add.at(change, first * len(held.dictionary) + customers, amounts)
    np.subtract.at(change, last * len(held.dictionary) + customers, amounts)
    standing = np.cumsum(change.reshape(len(days) + 1, len(held.dictionary))[:-1], axis=0)
    rows = _rows_of(held.dictionary, accounts)
    codes, labels = {}, {}
    for at, column in enumerate(columns):
        codes[column], labels[column] = _slices(rows, accounts, f"d{at}")
    # A credit line alone is not a customer: what a customer holds is never below zero.
    return Customers(held.dictionary, np.maximum(standing, 0).T, codes, labels, days)


def _checkpoint(column: pa.ChunkedArray, days: Sequence[date]) -> Ints:
    """The first checkpoint on or after each date, or how many there are; an empty date never comes."""
    dates = column.cast(pa.int32()).fill_null(_NEVER).to_numpy()
    ends = np.array(days, dtype="datetime64[D]").astype(np.int64)
    # A table of all days is faster than a search for every line.
    reached = np.searchsorted(ends, np.arange(ends[0], ends[-1] + 2))
    found: Ints = reached[np.clip(dates, ends[0], ends[-1] + 1) - ends[0]]
    return found


def _rows_of(customers: pa.Array, accounts: pa.Table | None) -> Ints:
    """Each customer's row among the accounts; -1 for one without account."""
    if accounts is None:
        return np.full(len(customers), -1, dtype=np.int64)
    found: Ints = pc.index_in(customers, accounts["account"].combine_chunks()).fill_null(-1).to_numpy()
    return found


def _slices(rows: Ints, accounts: pa.Table | None, column: str) -> tuple[Ints, tuple[str, ...]]:
    """Each customer's slice as a number of those that customers are in; one without account is in (none)."""
    codes, labels = coded(accounts[column]) if accounts is not None else (np.zeros(0, dtype=np.int64), ())
    mine = np.append(codes, len(labels))[rows]
    used = np.flatnonzero(np.bincount(mine))
    numbers = np.zeros(len(labels) + 1, dtype=np.int64)
    numbers[used] = np.arange(len(used))
    return numbers[mine], tuple((*labels, EMPTY_SLICE)[code] for code in used)


def checkpoints(question: Question, grid: Grid) -> tuple[date, ...]:
    """Month ends (or, for a span, days a month apart up to its end) since the first subscription."""
    if question.span:
        return checkpoints_until(question, question.span[1])
    table = question.snapshot.tables.get("subscriptions")
    if table is None or table.first_event is None:
        return ()
    calendar = question.calendar
    first = max(calendar.month(table.first_event), grid.last - MAX_CHECKPOINTS)
    return tuple(min(calendar.month_span(month)[1], question.as_of) for month in range(first, grid.last + 1))


def checkpoints_until(question: Question, last: date) -> tuple[date, ...]:
    """Days a month apart, up to a day, since the first subscription."""
    table = question.snapshot.tables.get("subscriptions")
    if table is None or table.first_event is None:
        return ()
    return _back_from(min(last, question.as_of), table.first_event, question.calendar)


def _back_from(last: date, first: date, calendar: Calendar) -> tuple[date, ...]:
    is_month_end = last == calendar.month_span(calendar.month(last))[1]
    step = 0
    days = [last]
    while days[-1] >= first and len(days) < MAX_CHECKPOINTS:
        step += 1
        day = add_months(last, -step)
        days.append(calendar.month_span(calendar.month(day))[1] if is_month_end else day)
    return tuple(reversed(days))
