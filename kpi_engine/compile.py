"""Partials as set-based statements: one per source, date and key, over every slice at once.

A statement sums all its partials in one pass, grouped by bucket and by each dimension in turn
(`GROUPING SETS`). The bits of `GROUPING()` tell the sets apart: an empty dimension value is a slice of
its own, not the total.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlglot import exp

from .columns import BASE, Columns, Kept, days_between, literal
from .company import Company
from .measure import Filter
from .partial import Partial, Source, States, Term, table_of
from .period import EPOCH, Calendar, Grid
from .sources import event_columns, named_table, source_of
from .tables.catalogue import BY_NAME

BUCKET, KEY, SET = "bucket", "key", "grouping_set"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its partials are the columns m0, m1, …; its dimensions (column names) d0, d1, …."""

    expression: exp.Expression
    partials: tuple[Partial, ...]
    dimensions: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the kept rows that it reads."""
        own = (name for partial in self.partials for name in partial.columns)
        return tuple(dict.fromkeys((*own, *self.dimensions)))


@dataclass(frozen=True, slots=True)
class Compiler:
    """Turns requests into statements.

    `within` narrows every one of them to some rows. `last_events` says how far tables reach: a statement about
    what happened says no later day, so that it stays the same while its table does.
    """

    company: Company
    present: Collection[str]
    grid: Grid
    as_of: date
    within: tuple[Filter, ...] = ()
    last_events: Mapping[str, date] = field(default_factory=dict)

    def rows(self, source: Source, names: Collection[str]) -> exp.Expression:
        """The rows of a source with the columns named: lookups joined."""
        known_until = min(self.as_of, self.last_events.get(table_of(source), self.as_of))
        table, columns = source_of(source, self.present, known_until)
        select = exp.select(*(exp.alias_(columns.column(name), name, quoted=True) for name in names))
        for limit in self.narrowing(columns):
            select = select.where(limit, copy=False)
        return _joined(select.from_(table, copy=False), columns)

    def statements(self, wanted: dict[Partial, tuple[str, ...]]) -> list[Statement]:
        """Statements over the kept rows for partials, each wanted by the columns that are its dimensions."""
        groups: dict[tuple[object, ...], list[Partial]] = {}
        for partial in wanted:
            key = (partial.source, partial.date, partial.key)
            groups.setdefault(key, []).append(partial)
        return [self._statement(group, wanted) for group in groups.values()]

    def _statement(self, group: list[Partial], wanted: dict[Partial, tuple[str, ...]]) -> Statement:
        head = group[0]
        columns = Kept(BY_NAME[table_of(head.source)], {}, ())
        dimensions = tuple(dict.fromkeys(column for partial in group for column in wanted[partial]))
        since_ever = any(partial.since_ever for partial in group)
        inner = exp.select(exp.alias_(self._bucket(head, columns, since_ever), BUCKET))
        if head.key:
            inner = inner.select(exp.alias_(self.term(head.key, columns), KEY, copy=False), copy=False)
        for index, column in enumerate(dimensions):
            inner = inner.select(exp.alias_(columns.column(column), f"d{index}", copy=False), copy=False)
        conditions = [columns.all_of(partial.where) for partial in group]
        for index, (partial, condition) in enumerate(zip(group, conditions, strict=True)):
            inner = inner.select(
                exp.alias_(self._kept(partial.value, condition, columns), f"v{index}", copy=False), copy=False
            )
        for limit in self._limits(head, columns, conditions, since_ever):
            inner = inner.where(limit, copy=False)
        inner = inner.from_(named_table(kept_name(head.source), BASE), copy=False)
        return Statement(_outer(inner, len(group), len(dimensions), head.key is not None), tuple(group), dimensions)

    def _kept(self, value: Term, condition: exp.Expression | None, columns: Columns) -> exp.Expression:
        counted = self.term(value, columns)
        return counted if condition is None else exp.Case(ifs=[exp.If(this=condition, true=counted)])

    def _limits(
        self, head: Partial, columns: Columns, conditions: list[exp.Expression | None], since_ever: bool
    ) -> Iterable[exp.Expression]:
        """Rows the statement need not see: outside the grid's days, or kept by none of its partials."""
        if head.date:
            day = self._day(head, columns)
            last = min(self.grid.end, self.as_of)
            if set(head.date) <= set(event_columns(head.source)):
                last = min(last, self.last_events.get(table_of(head.source), last))
            yield exp.LTE(this=day, expression=literal(last))
            if not since_ever:
                yield exp.GTE(this=day, expression=literal(self.grid.start))
        if head.key:
            yield exp.Not(this=exp.Is(this=self.term(head.key, columns), expression=exp.Null()))
        if all(condition is not None for condition in conditions):
            yield exp.paren(exp.or_(*conditions))

    def narrowing(self, columns: Columns) -> Iterable[exp.Expression]:
        """Conditions on every row of a source: the slices asked for."""
        return (columns.condition(kept) for kept in self.within)

    def _day(self, partial: Partial, columns: Columns) -> exp.Expression:
        days = [columns.column(name) for name in partial.date]
        return days[0] if len(days) == 1 else exp.func("GREATEST", *days)

    def _bucket(self, partial: Partial, columns: Columns, since_ever: bool) -> exp.Expression:
        """The bucket counted from the grid's first; -1 holds all that lies before it."""
        if not partial.date:
            return exp.Literal.number(0)
        day = self._day(partial, columns)
        if self.grid.name == "span":
            inside: exp.Expression = exp.Literal.number(0)
            before = exp.LT(this=day, expression=literal(self.grid.start))
            return exp.Case(ifs=[exp.If(this=before, true=literal(-1))], default=inside) if since_ever else inside
        number = bucket_number(self.grid.name, day, Calendar.of(self.company))
        offset = exp.Sub(this=number, expression=literal(self.grid.first))
        return exp.func("GREATEST", offset, literal(-1)) if since_ever else offset

    def term(self, term: Term, columns: Columns) -> exp.Expression:
        """A term of one row, in the whole units that `supply.scale` names."""
        parts = [columns.column(name) for name in term.columns]
        if term.kind == "one":
            return exp.Literal.number(1)
        if term.kind == "column":
            return exp.cast(exp.Mul(this=parts[0], expression=exp.Literal.number(10_000)), "BIGINT")
        if term.kind == "days":
            return days_between(parts[0], parts[1])
        if term.kind == "day":
            return days_between(literal(EPOCH), parts[0])
        if term.kind == "quarter":
            return bucket_number("quarter", parts[0], Calendar.of(self.company))
        end = self._until_as_of(parts[1]) if term.kind == "hours_so_far" else parts[1]
        return exp.DateDiff(this=end, expression=parts[0], unit=exp.var("SECOND"))

    def _until_as_of(self, moment: exp.Expression) -> exp.Expression:
        midnight = datetime.combine(self.as_of + timedelta(days=1), time(), ZoneInfo(self.company.time_zone))
        text = midnight.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M:%S")
        now = exp.cast(exp.Literal.string(text), "TIMESTAMP")
        return exp.func("LEAST", exp.func("COALESCE", moment, now), now)

    def lines(self, request: States) -> exp.Select:
        """Every line that counts: its account, ten-thousandths of its amount, the days from and until it runs."""
        table, columns = source_of(request.table, self.present, self.as_of)
        select = exp.select(
            exp.alias_(columns.column("account_id"), "account"),
            exp.alias_(columns.column(request.start), "start", quoted=True),
            exp.alias_(columns.column(request.end), "until", quoted=True),
            exp.alias_(self.term(Term("column", (request.amount,)), columns), "amount"),
        ).from_(table)
        for kept in (*map(columns.condition, request.where), *self.narrowing(columns)):
            select = select.where(kept)
        return _joined(select, columns)

    def accounts(self, dimensions: Sequence[str]) -> exp.Select:
        """Every account and its dimension values (d0, d1, …)."""
        table, columns = source_of("accounts", self.present, self.as_of)
        values = [columns.column(name.removeprefix("account.")) for name in dimensions]
        select = exp.select(
            exp.alias_(columns.column("account_id"), "account"),
            *(exp.alias_(value, f"d{index}") for index, value in enumerate(values)),
        ).from_(table)
        return _joined(select, columns)


def kept_name(source: Source) -> str:
    """The name under which a backend keeps a source's rows."""
    return f"rows of {source}"


def bucket_number(grid: str, day: exp.Expression, calendar: Calendar) -> exp.Expression:
    """The calendar's number of the week, month or quarter that holds a day."""
    if grid == "week":
        weeks = exp.Div(this=days_between(literal(calendar.first_week_start), day), expression=literal(7))
        return exp.cast(exp.func("FLOOR", weeks), "INT")
    year, month = exp.func("EXTRACT", exp.var("YEAR"), day), exp.func("EXTRACT", exp.var("MONTH"), day)
    number = exp.Sub(
        this=exp.Add(this=exp.Mul(this=year, expression=literal(12)), expression=month), expression=literal(1)
    )
    if grid == "month":
        return exp.cast(number, "INT")
    shifted = exp.paren(exp.Sub(this=number, expression=literal(calendar.fiscal_year_start_month - 1)))
    return exp.cast(exp.func("FLOOR", exp.Div(this=shifted, expression=literal(3))), "INT")


def _joined(select: exp.Select, columns: Columns) -> exp.Select:
    for join in columns.joins.values():
        select.append("joins", join)
    return select


def _outer(inner: exp.Select, measures: int, dimensions: int, keyed: bool) -> exp.Expression:
    base = [exp.column(BUCKET), *([exp.column(KEY)] if keyed else [])]
    sliced = [exp.column(f"d{index}") for index in range(dimensions)]
    outer = exp.select(*base, *sliced)
    if sliced:
        outer = outer.select(exp.alias_(exp.func("GROUPING", *sliced), SET, copy=False), copy=False)
    for index in range(measures):
        outer = outer.select(
            exp.alias_(exp.cast(exp.func("SUM", exp.column(f"v{index}")), "DOUBLE"), f"m{index}", copy=False),
            copy=False,
        )
    outer = outer.from_(inner.subquery("rows", copy=False), copy=False)
    if not sliced:
        return outer.group_by(*base)
    sets = [exp.Tuple(expressions=list(base)), *(exp.Tuple(expressions=[*base, one]) for one in sliced)]
    outer.set("group", exp.Group(grouping_sets=[exp.GroupingSets(expressions=sets)]))
    return outer
