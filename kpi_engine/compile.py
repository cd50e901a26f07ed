"""Partials as set-based statements: one per source, date and key, over every slice at once.

A statement sums all its partials in one pass, grouped by bucket and by each dimension in turn
(`GROUPING SETS`). The bits of `GROUPING()` tell the sets apart: an empty dimension value is a slice of
its own, not the total.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlglot import exp

from .columns import BASE, Columns, Kept, days_between, literal, types_of
from .company import Company
from .measure import Filter
from .partial import Partial, Source, States, Term, table_of
from .period import EPOCH, Calendar, Grid
from .sources import named_table, source_of
from .tables.catalogue import BY_NAME

BUCKET, KEY, SET = "bucket", "key", "grouping_set"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its partials are the columns m0, m1, …; its dimensions (column names) d0, d1, …."""

    expression: exp.Expression
    partials: tuple[Partial, ...]
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compiler:
    """Turns requests into statements.

    `within` narrows every one of them to some rows.
    """

    company: Company
    present: Collection[str]
    grid: Grid
    as_of: date
    within: tuple[Filter, ...] = ()

    def rows(self, source: Source, names: Collection[str]) -> exp.Expression:
        """The rows of a source with the columns named: lookups joined."""
        table, columns = source_of(source, self.present, self.as_of)
        select = exp.select(*(exp.alias_(columns.column(name), name, quoted=True) for name in names))
        for limit in self.narrowing(columns):
            select = select.where(limit, copy=False)
        return _joined(select.from_(table, copy=False), columns)

    def statements(self, wanted: dict[Partial, tuple[str, ...]]) -> list[Statement]:
        """Statements over the kept rows for partials, each wanted by the columns that are its dimensions."""
        groups: dict[tuple[object, ...], list[Partial]] = {}
        for partial in wanted:
            key = (partial.source, partial.date, partial.key, partial.since_ever)
            groups.setdefault(key, []).append(partial)
        return [self._statement(group, wanted) for group in groups.values()]

    def _statement(self, group: list[Partial], wanted: dict[Partial, tuple[str, ...]]) -> Statement:
        head = group[0]
        columns = Kept(BY_NAME[table_of(head.source)], {}, ())
        dimensions = tuple(dict.fromkeys(column for partial in group for column in wanted[partial]))
        inner = exp.select(exp.alias_(self._bucket(head, columns), BUCKET))
        if head.key:
            inner = inner.select(exp.alias_(self.term(head.key, columns), KEY, copy=False), copy=False)
        for index, column in enumerate(dimensions):
            inner = inner.select(exp.alias_(columns.column(column), f"d{index}", copy=False), copy=False)
        conditions = [columns.all_of(partial.where) for partial in group]
        for index, (partial, condition) in enumerate(zip(group, conditions, strict=True)):
            inner = inner.select(
                exp.alias_(self._kept(partial.value, condition, columns), f"v{index}", copy=False), copy=False
            )
        for limit in self._limits(head, columns, conditions):
            inner = inner.where(limit, copy=False)
        inner = inner.from_(named_table(kept_name(head.source), BASE), copy=False)
        return Statement(_outer(inner, len(group), len(dimensions), head.key is not None), tuple(group), dimensions)

    def _kept(self, value: Term, condition: exp.Expression | None, columns: Columns) -> exp.Expression:
        counted = self.term(value, columns)
        return counted if condition is None else exp.Case(ifs=[exp.If(this=condition, true=counted)])

    def _limits(
        self, head: Partial, columns: Columns, conditions: list[exp.Expression | None]
    ) -> Iterable[exp.Expression]:
        """Rows the statement need not see: outside the grid's days, or kept by none of its partials."""
        if head.date:
            day = self._day(head, columns)
            yield exp.LTE(this=day, expression=literal(min(self.grid.end, self.as_of)))
            if not head.since_ever:
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

    def _bucket(self, partial: Partial, columns: Columns) -> exp.Expression:
        if not partial.date or self.grid.name == "span":
            return exp.Literal.number(0)
        number = bucket_number(self.grid.name, self._day(partial, columns), Calendar.of(self.company))
        offset = exp.Sub(this=number, expression=literal(self.grid.first))
        return exp.func("GREATEST", offset, exp.Literal.number(0)) if partial.since_ever else offset

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

    def states(self, request: States, checkpoints: list[date]) -> exp.Expression:
        """Rows (account, checkpoint, ten-thousandths) of what each account holds at each checkpoint."""
        table, columns = source_of(request.table, self.present, self.as_of)
        day = exp.column("day", table="m")
        end = columns.column(request.end)
        running = exp.paren(exp.or_(exp.Is(this=end, expression=exp.Null()), exp.GT(this=end, expression=day)))
        values = exp.values([(index, literal(at)) for index, at in enumerate(checkpoints)], "m", ["ix", "day"])
        amount = self.term(Term("column", (request.amount,)), columns)
        select = exp.select(
            exp.alias_(columns.column("account_id"), "account"),
            exp.alias_(exp.column("ix", table="m"), BUCKET),
            exp.alias_(exp.cast(exp.func("SUM", amount), "DOUBLE"), "amount"),
        ).from_(table)
        started = exp.LTE(this=columns.column(request.start), expression=day)
        kept = [*map(columns.condition, request.where), *self.narrowing(columns)]
        select = _joined(select, columns).join(values, on=exp.and_(started, running))
        for condition in kept:
            select = select.where(condition)
        return select.group_by(columns.column("account_id"), exp.column("ix", table="m"))

    def holdings(self, request: States, checkpoints: Sequence[date], dimensions: Sequence[str]) -> exp.Expression:
        """One row an account: ten-thousandths held at each checkpoint (c0, c1, …), its dimension values (d0, d1, …)."""
        table, columns = source_of(request.table, self.present, self.as_of)
        start, end = columns.column(request.start), columns.column(request.end)
        amount = self.term(Term("column", (request.amount,)), columns)
        sums = []
        for index, day in enumerate(map(literal, checkpoints)):
            over = exp.LTE(this=end, expression=day)
            running = exp.and_(exp.LTE(this=start, expression=day), exp.Not(this=_surely(over)), copy=False)
            held = exp.func("SUM", exp.Case(ifs=[exp.If(this=running, true=amount)]))
            sums.append(exp.alias_(exp.cast(_or_zero(held), "BIGINT"), f"c{index}", copy=False))
        account = columns.column("account_id")
        kept = [*map(columns.condition, request.where), *self.narrowing(columns)]
        lines = _joined(exp.select(exp.alias_(account, "account"), *sums).from_(table), columns).where(*kept)
        held_by = lines.group_by(account).subquery("held")
        accounts = BY_NAME["accounts"]
        known = Columns(accounts, types_of(accounts), self.present)
        values = [
            known.column(name.removeprefix("account.")) if "accounts" in self.present else exp.Null()
            for name in dimensions
        ]
        select = exp.select(
            *(exp.column(f"c{index}", table="held") for index in range(len(checkpoints))),
            *(exp.alias_(value, f"d{index}") for index, value in enumerate(values)),
        ).from_(held_by)
        if "accounts" in self.present:
            same = exp.column("account", table="held").eq(known.column("account_id"))
            select = select.join(named_table("accounts", BASE), on=same, join_type="left")
        return _joined(select, known)


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


def _surely(condition: exp.Expression) -> exp.Expression:
    return exp.func("COALESCE", condition, exp.false())


def _or_zero(value: exp.Expression) -> exp.Expression:
    return exp.func("COALESCE", value, exp.Literal.number(0))


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
