"""All contracts × all their slices × all periods, in one pass per table: the engine's one computation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import exp

from .backends import Backend
from .backends.duckdb import DuckDB
from .company import Company
from .compile import Compiler, kept_name
from .contract import Contract
from .exclusion import counted_rows
from .finish import (
    TOTAL,
    Customers,
    Judgement,
    Labelled,
    activity,
    cells_of,
    customers_of,
    judge,
    label,
    slices_of,
)
from .metrics import Metric
from .partial import Partial, Request, SnapshotPair, Source, States, table_of
from .period import Calendar, Grid, GridName, Period, WindowName, add_months, grid_of, periods
from .question import Question, Series, Wanted
from .snapshot import Snapshot
from .sources import snapshot_table
from .supply import NO_CELLS, Cells, Context, Slice, Supply, tables_of
from .tables.catalogue import BY_NAME

# How far back readings go: 160 weeks, enough for 36 months and for thirteen weeks before the first of 104.
HISTORY_DAYS = 1120
# Customers' states are kept for ten years of months: retention and "never seen before" look that far back.
MAX_CHECKPOINTS = 120


def compute(question: Question) -> list[Series]:
    """The series of every contract and window asked for."""
    grids: dict[Grid, list[_Asked]] = {}
    for wanted in question.contracts:
        for name in dict.fromkeys(grid_of(window) for window in question.windows_of(wanted)):
            grid = _grid(question, name)
            grids.setdefault(grid, []).append(_Asked.of(question, wanted, grid))
    with question_backend(question) as backend:
        _keep_rows(question, grids, backend)
        return [series for grid, asked in grids.items() for series in _on_grid(question, grid, asked, backend)]


def source_tables(contract: Contract, company: Company, as_of: date) -> tuple[str, ...]:
    """The canonical tables that a contract's number stands on."""
    context = Context(company, Calendar.of(company), as_of, (), ())
    requests = contract.metric.requests(context)
    return tables_of(requests) or ("opportunities",)


@contextmanager
def question_backend(question: Question) -> Iterator[Backend]:
    """A backend with the tables of the question's snapshots, without the rows that known issues leave out."""

    def rows(name: str, snapshot: Snapshot) -> exp.Select:
        return counted_rows(name, snapshot.tables, question.as_of, question.excluded)

    tables = {name: rows(name, question.snapshot) for name in question.snapshot.tables}
    for snapshot in question.history:
        if "opportunities" in snapshot.tables:
            tables[snapshot_table(snapshot.fingerprint)] = rows("opportunities", snapshot)
    columns = [name for wanted in question.contracts for name in question.dimensions_of(wanted.contract).values()]
    with DuckDB(tables, dict.fromkeys(name.removeprefix("account.") for name in columns)) as backend:
        yield backend


def _compiler(question: Question, grid: Grid) -> Compiler:
    present = {name for name, table in question.snapshot.tables.items() if table.rows}
    return Compiler(question.company, present, grid, question.as_of, question.within)


def _keep_rows(question: Question, grids: Mapping[Grid, Sequence[_Asked]], backend: Backend) -> None:
    """Each source is read and joined once, for all contracts and grids."""
    if not grids:
        return
    compiler = _compiler(question, next(iter(grids)))
    columns: dict[Source, dict[str, None]] = {}
    for one in (one for found in grids.values() for one in found):
        for request in one.all_requests:
            if isinstance(request, Partial) and table_of(request.source) in compiler.present:
                named = dict.fromkeys((*request.columns, *one.dimensions.values()))
                columns[request.source] = columns.get(request.source, {}) | named
    for source, names in columns.items():
        backend.keep(kept_name(source), compiler.rows(source, names))


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

    wanted: Wanted
    metric: Metric
    windows: dict[WindowName, tuple[Period, ...]]
    context: Context
    requests: tuple[Request, ...]
    activity: tuple[Partial, ...]
    recorded: tuple[Partial, ...]
    dimensions: dict[str, str]

    @property
    def all_requests(self) -> tuple[Request, ...]:
        """What the formula needs, and what else decides how its answers read."""
        return (*self.requests, *self.activity, *self.recorded)

    @classmethod
    def of(cls, question: Question, wanted: Wanted, grid: Grid) -> _Asked:
        windows = {
            window: _periods(question, window, grid)
            for window in question.windows_of(wanted)
            if grid_of(window) == grid.name
        }
        stored = tuple(
            (snapshot.fingerprint, snapshot.data_on)
            for snapshot in question.history
            if snapshot.data_on <= question.as_of and "opportunities" in snapshot.tables
        )
        every = tuple(period for found in windows.values() for period in found)
        context = Context(question.company, question.calendar, question.as_of, every, stored)
        metric = wanted.contract.variants[wanted.variant].metric
        requests = tuple(dict.fromkeys(metric.requests(context)))
        dimensions = question.dimensions_of(wanted.contract)
        return cls(
            wanted, metric, windows, context, requests,
            _activity_partials(requests) if dimensions else (), _recorded_partials(metric, requests, grid), dimensions,
        )  # fmt: skip


def _activity_partials(requests: Sequence[Request]) -> tuple[Partial, ...]:
    """Counts of anything that happened in the tables of flows, whatever it was: tells absence from zero.

    A date that another table may supply speaks of that table's events, and costs a join.
    """
    flows = [
        request
        for request in requests
        if isinstance(request, Partial) and request.date and not request.since_ever
        and not isinstance(request.source, SnapshotPair)
    ]  # fmt: skip
    tables = [BY_NAME[name] for name in dict.fromkeys(table_of(flow.source) for flow in flows)]
    return tuple(
        Partial(table.name, (column,)) for table in tables for column in table.event_columns if not table.lookup(column)
    )


def _recorded_partials(metric: Metric, requests: Sequence[Request], grid: Grid) -> tuple[Partial, ...]:
    """Counts of rows that have each date by which rows are put into periods: an export may lack the column.

    A date that no row has was not recorded, and a count by it is no true zero.
    """
    optional: tuple[Partial, ...] = getattr(metric, "may_be_absent", ())
    found = [
        Partial(request.source, request.date, since_ever=request.since_ever or grid.name == "span")
        for request in requests
        if isinstance(request, Partial) and request not in optional
        if isinstance(request.source, str) and len(request.date) == 1
    ]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the backend said to all contracts of a grid."""

    partials: dict[Partial, Labelled]
    customers: dict[States, Customers]


def _on_grid(question: Question, grid: Grid, asked: Sequence[_Asked], backend: Backend) -> Iterator[Series]:
    answers = _fetch(question, grid, asked, backend)
    for one in asked:
        yield from _finish(question, grid, one, answers)


def _fetch(question: Question, grid: Grid, asked: Sequence[_Asked], backend: Backend) -> _Answers:
    compiler = _compiler(question, grid)
    partials: dict[Partial, tuple[str, ...]] = {}
    states: dict[States, None] = {}
    account_columns: dict[str, None] = {}
    for one in asked:
        columns = tuple(one.dimensions.values())
        for request in one.all_requests:
            if isinstance(request, States):
                states[request] = None
                account_columns |= dict.fromkeys(columns)
            elif table_of(request.source) in compiler.present:
                partials[request] = tuple(dict.fromkeys((*partials.get(request, ()), *columns)))
    answered: dict[Partial, Labelled] = {}
    for statement in compiler.statements(partials):
        answered |= label(statement, backend.run(statement.expression))
    return _Answers(answered, _customers(question, compiler, tuple(states), tuple(account_columns), backend))


def _customers(
    question: Question, compiler: Compiler, states: Sequence[States], columns: tuple[str, ...], backend: Backend
) -> dict[States, Customers]:
    if not states:
        return {}
    days = _checkpoints(question, compiler.grid)
    found = {}
    for request in states:
        known = bool(days) and request.table in compiler.present
        held = backend.run(compiler.holdings(request, days, columns)) if known else None
        found[request] = customers_of(held, columns, days)
    return found


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
    contract = asked.wanted.contract
    mine = [
        answers.partials[request]
        for request in (*asked.requests, *asked.activity)
        if isinstance(request, Partial) and request in answers.partials
    ]
    expected = {dimension.name: set(dimension.expected) for dimension in contract.dimensions}
    customers = {request: answers.customers[request] for request in asked.requests if isinstance(request, States)}
    for held in customers.values():
        for name, column in asked.dimensions.items():
            expected[name] |= set(held.labels[column])
    slices = slices_of(mine, asked.dimensions, {name: sorted(values) for name, values in expected.items()})
    tables = tuple(name for name in tables_of(asked.requests) if name != "targets")
    first = _first_buckets(question, grid, tables)
    supply = Supply(
        asked.context,
        grid,
        tuple(slices),
        _cells(asked, answers, slices),
        {request: held.states(asked.dimensions, slices) for request, held in customers.items()},
        first,
    )
    follow_up = int(getattr(asked.metric, "follow_up_days", 0))
    never_recorded = any(_is_empty(answers, partial) for partial in asked.recorded)
    judgement = Judgement(contract, question.snapshot, question.as_of, tables, follow_up, never_recorded)
    for window, found in asked.windows.items():
        if not found:
            continue
        result = asked.metric.finish(supply, found)
        active = activity(supply, asked.activity, found) if asked.activity else None
        judged, provisional = judge(result, found, judgement, first, active)
        yield Series(contract, asked.wanted.variant, window, found, tuple(slices), judged, provisional)


def _is_empty(answers: _Answers, partial: Partial) -> bool:
    return partial not in answers.partials or not len(answers.partials[partial].cells(None, {TOTAL[1]: 0}).sums)


def _cells(asked: _Asked, answers: _Answers, slices: Sequence[Slice]) -> dict[Partial, Cells]:
    partials = [request for request in (*asked.requests, *asked.activity) if isinstance(request, Partial)]
    return {
        partial: cells_of(answers.partials[partial], asked.dimensions, slices)
        if partial in answers.partials
        else NO_CELLS
        for partial in partials
    }


def _first_buckets(question: Question, grid: Grid, tables: Sequence[str]) -> dict[str, int]:
    """The bucket of each table's first event: before it there are no rows to judge."""
    if grid.name == "span":
        return {}
    number = question.calendar.week if grid.name == "week" else question.calendar.month
    found = {name: question.snapshot.tables[name] for name in tables if name in question.snapshot.tables}
    return {name: number(table.first_event) for name, table in found.items() if table.first_event}
