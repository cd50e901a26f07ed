"""What each contract asks on each grid of weeks or months: periods, requests, and what tells absence from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from .company import Company
from .contract import Contract
from .metrics import Metric
from .partial import Partial, Request, SnapshotPair, Source, States
from .period import Calendar, Grid, GridName, Period, WindowName, grid_of, periods
from .question import Question, Wanted
from .sources import event_columns
from .supply import Context, tables_of

# How far back readings go: 160 weeks, enough for 36 months and for thirteen weeks before the first of 104.
HISTORY_DAYS = 1120
# Every contract asks for the same ones.
_known_periods = lru_cache(maxsize=64)(periods)


@dataclass(frozen=True, slots=True)
class Asked:
    """One contract's requests on one grid.

    `flows` are the sources of which it counts what happens: a slice of theirs may be silent. `recorded`
    count the rows that have each date by which rows are put into periods: an export may lack the column,
    and a count by a date that no row has is no true zero.
    """

    wanted: Wanted
    metric: Metric
    grid: Grid
    windows: dict[WindowName, tuple[Period, ...]]
    context: Context
    requests: tuple[Request, ...]
    flows: tuple[Source, ...]
    recorded: tuple[Partial, ...]
    dimensions: dict[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its dimensions."""
        return tuple(dict.fromkeys(self.dimensions.values()))

    @property
    def partials(self) -> tuple[Partial, ...]:
        """The partial sums among its requests."""
        return tuple(request for request in self.requests if isinstance(request, Partial))

    @property
    def states(self) -> tuple[States, ...]:
        """The customers' states among its requests."""
        return tuple(request for request in self.requests if isinstance(request, States))

    @classmethod
    def of(cls, question: Question, wanted: Wanted, grid: Grid) -> Asked:
        """What a contract under one of its variants asks."""
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
        flows = _flows(requests) if dimensions else ()
        recorded = _recorded(metric, requests, grid)
        return cls(wanted, metric, grid, windows, context, requests, flows, recorded, dimensions)


def asked_by_grid(question: Question) -> dict[Grid, list[Asked]]:
    """What every contract and window needs, grid by grid."""
    grids: dict[Grid, list[Asked]] = {}
    for wanted in question.contracts:
        for name in dict.fromkeys(grid_of(window) for window in question.windows_of(wanted)):
            grid = _grid(question, name)
            grids.setdefault(grid, []).append(Asked.of(question, wanted, grid))
    return grids


def source_tables(contract: Contract, company: Company, as_of: date) -> tuple[str, ...]:
    """The canonical tables that a contract's number stands on."""
    context = Context(company, Calendar.of(company), as_of, (), ())
    requests = contract.metric.requests(context)
    return tables_of(requests) or ("opportunities",)


def _flows(requests: Sequence[Request]) -> tuple[Source, ...]:
    """The sources of flows whose tables know when something happened."""
    found = [
        request.source
        for request in requests
        if isinstance(request, Partial) and request.date and not request.since_ever
        and not isinstance(request.source, SnapshotPair) and event_columns(request.source)
    ]  # fmt: skip
    return tuple(dict.fromkeys(found))


def _recorded(metric: Metric, requests: Sequence[Request], grid: Grid) -> tuple[Partial, ...]:
    optional: tuple[Partial, ...] = getattr(metric, "may_be_absent", ())
    reached: tuple[Partial, ...] = getattr(metric, "must_be_recorded", ())
    found = [
        Partial(request.source, request.date, since_ever=request.since_ever or grid.name == "span")
        for request in requests
        if isinstance(request, Partial) and request not in optional
        if isinstance(request.source, str) and len(request.date) == 1
    ]
    return tuple(dict.fromkeys((*found, *reached)))


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
    return _known_periods(question.calendar, window, grid.start, question.as_of)
