"""The backends that must pass, and how a test puts rows into one and asks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlglot import exp

from kpi_engine.backends import Backend
from kpi_engine.backends.duckdb import DuckDB
from kpi_engine.company import Company
from kpi_engine.compile import Compiler, kept_name
from kpi_engine.customers import customers_of
from kpi_engine.finish import label
from kpi_engine.measure import Filter
from kpi_engine.partial import Partial, SnapshotPair, States
from kpi_engine.period import Calendar, Grid, GridName
from kpi_engine.sources import snapshot_table
from kpi_engine.tables.catalogue import BY_NAME
from kpi_engine.tables.schema import SQL_TYPES

# A backend is a line here: its name, and what makes it from tables (names bound to queries) and slice columns.
BACKENDS: dict[str, Callable[[Mapping[str, exp.Select], Sequence[str]], AbstractContextManager[Backend]]] = {
    "duckdb": DuckDB,
}

Row = dict[str, Any]
COMPANY = Company(name="Any", stages=("Discovery", "Pilot", "Proposal"))


@dataclass(frozen=True)
class Asked:
    """A backend's name, the rows in it, and what the question stands on."""

    backend: str
    rows: Mapping[str, Sequence[Row]]
    grid: tuple[GridName, date, date] = ("week", date(2026, 3, 2), date(2026, 3, 29))
    as_of: date = date(2026, 3, 29)
    company: Company = COMPANY
    within: tuple[Filter, ...] = ()

    @property
    def compiler(self) -> Compiler:
        present = {name for name, rows in self.rows.items() if rows and "@" not in name}
        return Compiler(self.company, present, self._grid(), self.as_of, self.within)

    def _grid(self) -> Grid:
        name, start, end = self.grid
        calendar = Calendar.of(self.company)
        if name == "span":
            return Grid(name, 0, 0, start, end)
        number = calendar.week if name == "week" else calendar.month
        return Grid(name, number(start), number(end), start, end)

    def _running(self, slices: Sequence[str] = ()) -> AbstractContextManager[Backend]:
        return BACKENDS[self.backend]({name: _query(name, rows) for name, rows in self.rows.items()}, slices)

    def cells(self, partial: Partial, by: Sequence[str] = ()) -> dict[tuple[Any, ...], int]:
        """(dimension, slice, bucket) or (…, bucket, key) → sum. Buckets count from the grid's first."""
        found: dict[tuple[Any, ...], int] = {}
        compiler = self.compiler
        with self._running(by) as backend:
            names = dict.fromkeys((*partial.columns, *by))
            backend.keep(kept_name(partial.source), compiler.rows(partial.source, names))
            (statement,) = compiler.statements({partial: tuple(by)})
            answer = label(statement, backend.fetch(statement.expression))[partial]
        places = zip(answer.codes, answer.buckets, answer.keys, answer.sums, strict=True)
        for code, bucket, key, value in places:
            column, slice_ = answer.found[code]
            where = (column or "total", slice_, int(bucket), *([int(key)] if partial.key else []))
            found[where] = found.get(where, 0) + int(value)
        return found

    def totals(self, partial: Partial) -> dict[Any, int]:
        """Bucket (or bucket and key) → sum over all slices."""
        return {place[2:] if partial.key else place[2]: value for place, value in self.cells(partial).items()}

    def held(self, request: States, days: Sequence[date], by: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """A row a customer: what it holds on each day in ten-thousandths, then its slices."""
        with self._running() as backend:
            lines = backend.fetch(self.compiler.lines(request))
            accounts = backend.fetch(self.compiler.accounts(by)) if "accounts" in self.compiler.present else None
            answer = customers_of(lines, accounts, by, tuple(days))
        slices = [[answer.labels[name][code] for code in answer.codes[name]] for name in by]
        return sorted(zip(*answer.amounts.T.tolist(), *slices, strict=True))


def snapshots(opening: Sequence[Row], closing: Sequence[Row], start: date, end: date) -> tuple[Row, SnapshotPair]:
    """Opportunities of two stored snapshots, and the pair of them."""
    rows = {snapshot_table("a"): opening, snapshot_table("b"): closing, "opportunities": closing[:1]}
    return rows, SnapshotPair("a", "b", start, end)


def _query(name: str, rows: Sequence[Row]) -> exp.Select:
    """Rows as a query of literals: nothing that a backend could read otherwise."""
    columns = BY_NAME[name.partition("@")[0]].columns
    for row in rows:
        assert set(row) <= {column.name for column in columns}, row

    def one(row: Row) -> exp.Select:
        return exp.select(
            *(
                exp.alias_(exp.cast(_value(row.get(column.name)), SQL_TYPES[column.type]), column.name, quoted=True)
                for column in columns
            )
        )

    if not rows:
        return one({}).where(exp.false())
    whole = exp.union(*map(one, rows), distinct=False) if len(rows) > 1 else one(rows[0])
    return exp.select("*").from_(whole.subquery("given"))


def _value(value: Any) -> exp.Expression:
    if value is None:
        return exp.Null()
    return exp.Boolean(this=value) if isinstance(value, bool) else exp.Literal.string(str(value))
