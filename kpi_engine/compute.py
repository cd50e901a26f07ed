"""All contracts × all their slices × all periods, in one pass per table: the engine's one computation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from .backends import Backend
from .backends.duckdb import DuckDB
from .company import Company
from .compile import Compiler
from .contract import Contract
from .exclusion import Exclusions
from .finish import (
    Judgement,
    Labelled,
    account_states,
    activity,
    cells_of,
    judge,
    label,
    slice_names,
    slices_of,
)
from .measure import Filter
from .metrics import Metric
from .partial import Partial, Request, SnapshotPair, States, table_of
from .period import Calendar, Grid, GridName, Period, WindowName, add_months, grid_of, periods
from .snapshot import Snapshot
from .sources import snapshot_table
from .supply import NO_CELLS, AccountStates, Cells, Context, Result, Slice, Supply, tables_of
from .tables.catalogue import BY_NAME

# How far back readings go: 160 weeks, enough for 36 months and for thirteen weeks before the first of 104.
HISTORY_DAYS = 1120
# Customers' states are kept for ten years of months: retention and "never seen before" look that far back.
MAX_CHECKPOINTS = 120


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: contracts and variants, over which windows, slices and rows.

    `dimensions` None takes all that a contract declares; `span` asks one period of any length.
    """

    company: Company
    snapshot: Snapshot
    as_of: date
    contracts: tuple[tuple[Contract, str], ...]
    windows: tuple[WindowName, ...] | None = None
    dimensions: tuple[str, ...] | None = None
    within: tuple[Filter, ...] = ()
    span: tuple[date, date] | None = None
    history: tuple[Snapshot, ...] = ()
    excluded: Exclusions = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        """The company's calendar."""
        return Calendar.of(self.company)

    def windows_of(self, contract: Contract) -> tuple[WindowName, ...]:
        """The windows asked of a contract."""
        if self.span:
            return ("span",)
        return self.windows if self.windows is not None else contract.windows

    def dimensions_of(self, contract: Contract) -> dict[str, str]:
        """The dimensions asked of a contract, name → column."""
        declared = {dimension.name: dimension.source_column for dimension in contract.dimensions}
        if self.dimensions is None:
            return declared
        return {name: column for name, column in declared.items() if name in self.dimensions}


@dataclass(frozen=True, slots=True)
class Series:
    """One contract's readings in one window: arrays over slices and periods.

    `provisional` holds the numbers that may be drawn but not judged.
    """

    contract: Contract
    variant: str
    window: WindowName
    periods: tuple[Period, ...]
    slices: tuple[Slice, ...]
    result: Result
    provisional: np.ndarray


def compute(question: Question) -> list[Series]:
    """The series of every contract and window asked for."""
    grids: dict[GridName, list[tuple[Contract, str]]] = {}
    for contract, variant in question.contracts:
        for name in dict.fromkeys(grid_of(window) for window in question.windows_of(contract)):
            grids.setdefault(name, []).append((contract, variant))
    with question_backend(question) as backend:
        return [series for name, contracts in grids.items() for series in _on_grid(question, name, contracts, backend)]


def source_tables(contract: Contract, company: Company, as_of: date) -> tuple[str, ...]:
    """The canonical tables that a contract's number stands on."""
    context = Context(company, Calendar.of(company), as_of, (), ())
    requests = contract.metric.requests(context)
    return tables_of(requests) or ("opportunities",)


@contextmanager
def question_backend(question: Question) -> Iterator[Backend]:
    """A backend with the tables of the question's snapshots."""
    tables: dict[str, Path] = {name: table.path for name, table in question.snapshot.tables.items()}
    for snapshot in question.history:
        if "opportunities" in snapshot.tables:
            tables[snapshot_table(snapshot.fingerprint)] = snapshot.tables["opportunities"].path
    with DuckDB(tables) as backend:
        yield backend


def _earliest(question: Question) -> date:
    known = [table.first_event for table in question.snapshot.tables.values() if table.first_event]
    floor = question.as_of - timedelta(days=HISTORY_DAYS)
    return max(min(known, default=question.as_of), floor)


def _grid(question: Question, name: GridName) -> Grid:
    calendar = question.calendar
    if question.span:
        return Grid("span", 0, 0, *question.span)
    earliest = min(_earliest(question), question.as_of)
    number, span = (calendar.week, calendar.week_span) if name == "week" else (calendar.month, calendar.month_span)
    first, last = number(earliest), number(question.as_of)
    if name == "month":
        # Whole quarters, so that the first one is not cut.
        first = calendar.quarter_first_month(calendar.quarter(earliest))
    return Grid(name, first, last, span(first)[0], span(last)[1])


def _periods(question: Question, window: WindowName, grid: Grid) -> tuple[Period, ...]:
    if question.span:
        return (Period("span", *question.span, 0, 0),)
    return periods(question.calendar, window, grid.start, question.as_of)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One contract's requests on one grid."""

    contract: Contract
    variant: str
    metric: Metric
    windows: dict[WindowName, tuple[Period, ...]]
    context: Context
    requests: tuple[Request, ...]
    activity: tuple[Partial, ...]
    dimensions: dict[str, str]

    @classmethod
    def of(cls, question: Question, contract: Contract, variant: str, grid: Grid) -> _Asked:
        windows = {
            window: _periods(question, window, grid)
            for window in question.windows_of(contract)
            if grid_of(window) == grid.name
        }
        stored = tuple(
            (snapshot.fingerprint, snapshot.data_on)
            for snapshot in question.history
            if snapshot.data_on <= question.as_of and "opportunities" in snapshot.tables
        )
        every = tuple(period for found in windows.values() for period in found)
        context = Context(question.company, question.calendar, question.as_of, every, stored)
        metric = contract.variants[variant].metric
        requests = tuple(dict.fromkeys(metric.requests(context)))
        dimensions = question.dimensions_of(contract)
        return cls(
            contract, variant, metric, windows, context, requests,
            _activity_partials(requests) if dimensions else (), dimensions,
        )  # fmt: skip


def _activity_partials(requests: Sequence[Request]) -> tuple[Partial, ...]:
    """Counts of anything that happened in the tables of flows, whatever it was: tells absence from zero."""
    flows = [
        request
        for request in requests
        if isinstance(request, Partial) and request.date and not request.since_ever
        and not isinstance(request.source, SnapshotPair)
    ]  # fmt: skip
    tables = dict.fromkeys(table_of(flow.source) for flow in flows)
    return tuple(Partial(name, (column,)) for name in tables for column in BY_NAME[name].event_columns)


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the backend said to all contracts of a grid."""

    partials: dict[Partial, Labelled]
    states: dict[States, pd.DataFrame]
    checkpoints: tuple[date, ...]
    accounts: pd.DataFrame
    account_columns: tuple[str, ...]

    def account_slices(self, dimensions: Mapping[str, str]) -> dict[str, set[str]]:
        """The slices of each dimension that accounts have."""
        return {
            name: set(slice_names(self.accounts[f"d{self.account_columns.index(column)}"]))
            for name, column in dimensions.items()
        }


def _on_grid(
    question: Question, name: GridName, contracts: Sequence[tuple[Contract, str]], backend: Backend
) -> Iterator[Series]:
    grid = _grid(question, name)
    asked = [_Asked.of(question, contract, variant, grid) for contract, variant in contracts]
    answers = _fetch(question, grid, asked, backend)
    for one in asked:
        yield from _finish(question, grid, one, answers)


def _fetch(question: Question, grid: Grid, asked: Sequence[_Asked], backend: Backend) -> _Answers:
    present = {name for name, table in question.snapshot.tables.items() if table.rows}
    compiler = Compiler(question.company, present, grid, question.as_of, question.within, question.excluded)
    partials: dict[Partial, tuple[str, ...]] = {}
    states: dict[States, None] = {}
    account_columns: dict[str, None] = {}
    for one in asked:
        columns = tuple(one.dimensions.values())
        for request in (*one.requests, *one.activity):
            if isinstance(request, States):
                states[request] = None
                account_columns |= dict.fromkeys(columns)
            elif table_of(request.source) in present:
                partials[request] = tuple(dict.fromkeys((*partials.get(request, ()), *columns)))
    answered: dict[Partial, Labelled] = {}
    for statement in compiler.statements(partials):
        answered |= label(statement, backend.run(statement.expression))
    checkpoints = _checkpoints(question, grid) if states else ()
    accounts = pd.DataFrame({"account": []} | {f"d{index}": [] for index in range(len(account_columns))})
    if states and "accounts" in present:
        accounts = backend.run(compiler.accounts(tuple(account_columns)))
    held = {
        request: backend.run(compiler.states(request, list(checkpoints)))
        for request in states
        if request.table in present and checkpoints
    }
    return _Answers(answered, held, checkpoints, accounts, tuple(account_columns))


def _checkpoints(question: Question, grid: Grid) -> tuple[date, ...]:
    """Month ends (or, for a span, days a month apart up to its end) since the first subscription."""
    table = question.snapshot.tables.get("subscriptions")
    if table is None or table.first_event is None:
        return ()
    calendar = question.calendar
    if question.span:
        last = min(question.span[1], question.as_of)
        is_month_end = last == calendar.month_span(calendar.month(last))[1]
        step = 0
        days = [last]
        while days[-1] >= table.first_event and len(days) < MAX_CHECKPOINTS:
            step += 1
            day = add_months(last, -step)
            days.append(calendar.month_span(calendar.month(day))[1] if is_month_end else day)
        return tuple(reversed(days))
    first = max(calendar.month(table.first_event), grid.last - MAX_CHECKPOINTS)
    return tuple(min(calendar.month_span(month)[1], question.as_of) for month in range(first, grid.last + 1))


def _finish(question: Question, grid: Grid, asked: _Asked, answers: _Answers) -> Iterator[Series]:
    contract = asked.contract
    mine = [
        answers.partials[request]
        for request in (*asked.requests, *asked.activity)
        if isinstance(request, Partial) and request in answers.partials
    ]
    expected = {dimension.name: set(dimension.expected) for dimension in contract.dimensions}
    if any(isinstance(request, States) for request in asked.requests):
        for name, values in answers.account_slices(asked.dimensions).items():
            expected[name] |= values
    slices = slices_of(mine, asked.dimensions, {name: sorted(values) for name, values in expected.items()})
    tables = tuple(name for name in tables_of(asked.requests) if name != "targets")
    first = _first_buckets(question, grid, tables)
    supply = Supply(
        asked.context,
        grid,
        tuple(slices),
        _cells(asked, answers, slices),
        _account_states(asked, answers, slices),
        first,
    )
    follow_up = int(getattr(asked.metric, "follow_up_days", 0))
    judgement = Judgement(contract, question.snapshot, question.as_of, grid, tables, follow_up)
    for window, found in asked.windows.items():
        if not found:
            continue
        result = asked.metric.finish(supply, found)
        active = activity(supply, asked.activity, found) if asked.activity else None
        judged, provisional = judge(result, found, judgement, first, active)
        yield Series(contract, asked.variant, window, found, tuple(slices), judged, provisional)


def _cells(asked: _Asked, answers: _Answers, slices: Sequence[Slice]) -> dict[Partial, Cells]:
    partials = [request for request in (*asked.requests, *asked.activity) if isinstance(request, Partial)]
    return {
        partial: cells_of(answers.partials[partial], asked.dimensions, slices)
        if partial in answers.partials
        else NO_CELLS
        for partial in partials
    }


def _account_states(asked: _Asked, answers: _Answers, slices: Sequence[Slice]) -> dict[States, AccountStates]:
    requests = [request for request in asked.requests if isinstance(request, States)]
    if not requests:
        return {}
    columns = {one: f"d{answers.account_columns.index(asked.dimensions[one[0]])}" for one in slices[1:]}
    nothing = pd.DataFrame({"account": [], "bucket": [], "amount": []})
    return {
        request: account_states(
            answers.states.get(request, nothing), answers.accounts, columns, slices, answers.checkpoints
        )
        for request in requests
    }


def _first_buckets(question: Question, grid: Grid, tables: Sequence[str]) -> dict[str, int]:
    """The bucket of each table's first event: before it there are no rows to judge."""
    if grid.name == "span":
        return {}
    number = question.calendar.week if grid.name == "week" else question.calendar.month
    found = {name: question.snapshot.tables[name] for name in tables if name in question.snapshot.tables}
    return {name: number(table.first_event) for name, table in found.items() if table.first_event}
