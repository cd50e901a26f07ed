"""A KPI's number worked out directly: plain SQL over one period's rows, for people who check us.

This is a second way to every number. It shares the declared tables with the engine, but none of its
partial sums, so an error of one does not hide in the other. Each metric kind's `recompute` says what its
formula means in these words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlglot import exp

from .measure import Filter, Measure, Scalar, Stock
from .period import Period
from .supply import Context
from .tables.catalogue import BY_NAME
from .tables.resolve import ACCOUNT_PREFIX
from .tables.schema import SQL_TYPES, Lookup

DIALECT = "duckdb"


class Recomputable(Protocol):
    """A metric kind: it says its value and n as one row."""

    def recompute(self, sql: Workings) -> exp.Select:
        """A query whose one row is (value, n)."""


@dataclass(frozen=True, slots=True)
class Workings:
    """What a metric kind writes its query with: the rows of a period, and named parts of the whole.

    `tables` says what to read of each table (and of the opportunities of each stored snapshot),
    `first_events` when it begins. `within` narrows to one slice. Parts become common table expressions.
    """

    context: Context
    period: Period
    tables: Mapping[str, exp.Select]
    first_events: Mapping[str, date | None]
    within: tuple[Filter, ...] = ()
    prefix: str = ""
    parts: dict[str, exp.Select] = field(default_factory=dict)
    used: dict[str, dict[str, Lookup]] = field(default_factory=dict)

    @property
    def last(self) -> date:
        """The last day of the period that has happened."""
        return min(self.period.end, self.context.as_of)

    def query(self, answer: exp.Select) -> exp.Select:
        """The answer with all that it stands on."""
        tables: dict[str, exp.Select] = {}
        for name in list(self.used):
            self._add_table(name, tables)
        whole = answer.copy()
        for name, part in (tables | self.parts).items():
            whole.with_(name, as_=part.copy(), dialect=DIALECT, copy=False)
        flat: exp.Select = whole.transform(_without_needless_brackets, copy=False)
        return flat

    # Parts

    def part(self, name: str, part: exp.Select) -> str:
        """Names a part of the whole; gives the name under which to select from it."""
        self.parts[self.prefix + name] = part
        return self.prefix + name

    def reading(self, name: str, metric: Recomputable, period: Period | None = None) -> str:
        """Another metric's value and n as a part, of another period if asked."""
        inner = replace(self, prefix=f"{self.prefix}{name}_", period=period or self.period)
        return self.part(name, metric.recompute(inner))

    # Rows

    def rows(self, table: str, where: Sequence[Filter] = ()) -> exp.Select:
        """A table's rows that pass the filters and lie in the slice."""
        self.used.setdefault(table, {})
        conditions = [self.condition(table, kept) for kept in (*where, *self.within)]
        return exp.Select().from_(table).where(*conditions, dialect=DIALECT)

    def flow(self, measure: Measure, where: Sequence[Filter] = ()) -> exp.Select:
        """A measure's rows whose day lies in the period."""
        return self.rows(measure.table, (*measure.where, *where)).where(
            self.falls(self.column(measure.table, measure.date)), dialect=DIALECT
        )

    def standing(self, stock: Stock) -> exp.Select:
        """A stock's rows that hold at the period's end."""
        rows = self.rows(stock.table, stock.where)
        start, end = self.column(stock.table, stock.start), self.column(stock.table, stock.end)
        rows = rows.where(*stands(start, end, self.last), dialect=DIALECT)
        if stock.horizon is None:
            return rows
        ahead = between(self.column(stock.table, stock.horizon.column), *self.ahead(stock.horizon))
        return rows.where(ahead, dialect=DIALECT)

    def ahead(self, horizon: Stock.Horizon) -> tuple[date, date]:
        """First and last day within a horizon of the period's end."""
        if horizon.quarters_ahead is not None:
            calendar = self.context.calendar
            return calendar.quarter_span(calendar.quarter(self.period.end) + horizon.quarters_ahead)
        return self.period.end + timedelta(days=1), self.period.end + timedelta(days=horizon.days or 0)

    def falls(self, column: str) -> str:
        """The condition that a day lies in the period and has happened."""
        return between(column, self.period.start, self.last)

    def added(self, of: Measure | Stock) -> str:
        """What a measure adds up: its column, or its rows."""
        return f"COALESCE(SUM({self.column(of.table, of.sum)}), 0)" if of.sum else "COUNT(*)"

    def counted(self, of: Measure | Stock) -> str:
        """The number of rows that add something."""
        return f"COUNT({self.column(of.table, of.sum)})" if of.sum else "COUNT(*)"

    def end_of_as_of_day(self) -> str:
        """The moment the as-of day ends where the company is, in UTC as timestamps are."""
        zone = ZoneInfo(self.context.company.time_zone)
        midnight = datetime.combine(self.context.as_of + timedelta(days=1), time(), zone)
        return f"TIMESTAMP '{midnight.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M:%S}'"

    # Columns

    def column(self, table: str, name: str) -> str:
        """The column's name in the table's expression; notes what must be looked up for it."""
        wanted = self.used.setdefault(table, {})
        if name.startswith(ACCOUNT_PREFIX):
            plain = name.removeprefix(ACCOUNT_PREFIX)
            return self._look_up(table, wanted, Lookup(f"account_{plain}", "accounts", "account_id", plain, "text", ""))
        lookup = BY_NAME[table].lookup(name)
        return name if lookup is None else self._look_up(table, wanted, lookup)

    def _look_up(self, table: str, wanted: dict[str, Lookup], lookup: Lookup) -> str:
        if not lookup.aggregate:
            # The key may itself be looked up; then its join comes first.
            self.column(table, lookup.key)
            self.column(lookup.table, lookup.column)
        wanted[lookup.name] = lookup
        return lookup.name

    def condition(self, table: str, kept: Filter) -> str:
        """A filter on the table's columns."""
        other = kept.equals_column or kept.at_most_column
        return passes(kept, self.column(table, kept.column), self.column(table, other) if other else "")

    # Tables

    def _add_table(self, name: str, tables: dict[str, exp.Select]) -> None:
        """Adds a table with what it looks up, after the tables it looks up in."""
        if name in tables:
            return
        looked_up = self.used[name]
        joins: dict[str, str] = {}
        filled, extra = [], []
        for lookup in looked_up.values():
            if lookup.aggregate:
                found = self._aggregated(lookup)
            else:
                self._add_table(lookup.table, tables)
                found = f"{lookup.table}.{lookup.column}"
                key = looked_up.get(lookup.key)
                joins[lookup.table] = f"{lookup.table}.{lookup.key} = {key.table if key else 't'}.{lookup.key}"
            if BY_NAME[name].column(lookup.name):
                filled.append(f"COALESCE(t.{lookup.name}, {found}) AS {lookup.name}")
            else:
                extra.append(f"{found} AS {lookup.name}")
        star = f"t.* REPLACE ({', '.join(filled)})" if filled else "t.*"
        select = exp.select(star if looked_up else "*", *extra, dialect=DIALECT)
        select = select.from_(f"{self.file(name)} AS t" if looked_up else self.file(name), dialect=DIALECT)
        for table, on in joins.items():
            select = select.join(table, on=on, join_type="left", dialect=DIALECT)
        tables[name] = select

    def file(self, name: str) -> str:
        """The table's rows, to select from: its Parquet file, or no rows where the snapshot lacks it."""
        if name not in self.tables:
            nothing = [f"CAST(NULL AS {SQL_TYPES[column.type]}) AS {column.name}" for column in BY_NAME[name].columns]
            return f"({exp.select(*nothing, dialect=DIALECT).where('FALSE').sql(DIALECT)})"
        rows = self.tables[name]
        file = next(rows.find_all(exp.ReadParquet))
        is_whole = rows == exp.select("*").from_(file)
        return str(file.sql(DIALECT) if is_whole else f"({rows.sql(DIALECT)})")

    def _aggregated(self, lookup: Lookup) -> str:
        select = exp.select(f"{lookup.aggregate}(other.{lookup.column})", dialect=DIALECT)
        select = select.from_(f"{self.file(lookup.table)} AS other", dialect=DIALECT)
        select = select.where(f"other.{lookup.key} = t.{lookup.key}")
        if lookup.where_column:
            select = select.where(f"other.{lookup.where_column} = {literal(lookup.where_value or '')}")
        return f"({select.sql(DIALECT)})"


def passes(kept: Filter, column: str, other: str = "") -> str:
    """A filter as SQL. An empty cell passes only `empty`, `is_not` and `not_in`."""
    test = kept.test
    if test == "empty":
        return f"{column} IS {'' if kept.empty else 'NOT '}NULL"
    if test == "equals_column":
        return f"{column} = {other}"
    if test == "at_most_column":
        return f"{column} <= {other}" + (f" + {kept.plus_days}" if kept.plus_days else "")
    if test == "in":
        return f"{column} IN ({values(kept.in_ or ())})"
    if test == "not_in" and len(kept.not_in or ()) > 1:
        return f"({column} IS NULL OR {column} NOT IN ({values(kept.not_in or ())}))"
    if test in ("is_not", "not_in"):
        (unwanted,) = kept.not_in or (kept.is_not,)  # the test says that it is there
        return f"{column} IS DISTINCT FROM {literal(unwanted)}"  # type: ignore[arg-type]
    # A filter has the value that its test names, which mypy cannot know.
    sign = {"is": "=", "above": ">", "at_least": ">=", "below": "<", "at_most": "<="}[test]
    return f"{column} {sign} {literal(kept.is_ if test == 'is' else getattr(kept, test))}"  # type: ignore[arg-type]


def choose(rows: exp.Select, *columns: str) -> exp.Select:
    """The columns of some rows."""
    return rows.select(*columns, dialect=DIALECT)


def answer(value: str, n: str, *parts: str) -> exp.Select:
    """The one row (value, n), made of parts that have one row each."""
    select = exp.select(f"{value} AS value", f"{n} AS n", dialect=DIALECT).from_(parts[0])
    for part in parts[1:]:
        select = select.join(part, join_type="cross")
    return select


def no_answer() -> exp.Select:
    """The one row of a number that can't be."""
    return exp.select("CAST(NULL AS DOUBLE) AS value", "0 AS n", dialect=DIALECT)


def share(top: str, bottom: str) -> str:
    """One number ÷ another; nothing to divide by gives no value."""
    return f"{top} / NULLIF({bottom}, 0)"


def over(value: str, divisor: float) -> str:
    """A value ÷ a constant; 1 is left out."""
    return value if divisor == 1 else f"{value} / {literal(divisor)}"


def quantile(value: str, q: float) -> str:
    """An exact quantile, linear between the two nearest ranks; as doubles, or DuckDB would round to the column's."""
    number = f"CAST({value} AS DOUBLE)"
    return f"MEDIAN({number})" if q == 0.5 else f"QUANTILE_CONT({number}, {literal(q)})"


def stands(start: str, end: str, day: date) -> tuple[str, str]:
    """The conditions that something holds on a day: begun, and not yet over."""
    return f"{start} <= '{day}'", f"({end} IS NULL OR {end} > '{day}')"


def between(column: str, first: date, last: date) -> str:
    """The condition that a day lies in a span, both ends included."""
    return f"{column} BETWEEN '{first}' AND '{last}'"


def literal(value: Scalar) -> str:
    """A contract's value as SQL."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return str(exp.Literal.string(value).sql(DIALECT))
    return repr(int(value) if value == int(value) else value)


def values(given: Sequence[Scalar]) -> str:
    """Several of them, as a list."""
    return ", ".join(map(literal, given))


def _without_needless_brackets(node: exp.Expression) -> exp.Expression:
    """Conditions that are all joined by AND need no brackets among themselves."""
    if isinstance(node, exp.Paren) and isinstance(node.this, exp.And) and isinstance(node.parent, exp.And | exp.Where):
        return node.this
    return node
