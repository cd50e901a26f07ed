"""Columns as SQL: a table's own, those it looks up, and the joins that looking up needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from .measure import Filter, Scalar
from .tables.catalogue import BY_NAME
from .tables.schema import ColumnType, Lookup, Table

# A virtual table (a stage cohort, a snapshot pair) looks up what the table it stands on does.
BASE = "t"


@dataclass(slots=True)
class Columns:
    """Resolves the columns of one source; `joins` grows with what they need.

    `own` are the columns the source has itself; `present` the tables of the snapshot: a lookup in an
    absent table is empty, not an error.
    """

    table: Table
    own: dict[str, ColumnType]
    present: Collection[str]
    joins: dict[str, exp.Join] = field(default_factory=dict)

    def column(self, name: str) -> exp.Expression:
        """The column as an expression; an own column that is empty falls back on the one looked up."""
        return self._resolve(self.table, BASE, self.own, name)

    def _resolve(self, table: Table, alias: str, own: dict[str, ColumnType], name: str) -> exp.Expression:
        if name.startswith("account."):
            name = name.removeprefix("account.")
            lookup = Lookup(name, "accounts", "account_id", name, "text", "")
            return self._looked_up(table, alias, own, lookup)
        lookup_or_none = table.lookup(name)
        if lookup_or_none is None:
            return exp.column(name, table=alias, quoted=True)
        looked_up = self._looked_up(table, alias, own, lookup_or_none)
        if name not in own:
            return looked_up
        return exp.func("COALESCE", exp.column(name, table=alias, quoted=True), looked_up)

    def _looked_up(self, table: Table, alias: str, own: dict[str, ColumnType], lookup: Lookup) -> exp.Expression:
        known = lookup.key in own or table.lookup(lookup.key) is not None
        if lookup.table not in self.present or not known:
            return exp.Null()
        key = self._resolve(table, alias, own, lookup.key)
        if lookup.aggregate:
            joined = self._join(key, f"{alias}_{lookup.name}", lookup.key, self._aggregated(lookup))
            return exp.column("value", table=joined, quoted=True)
        other = BY_NAME[lookup.table]
        # Two ways to the same row share its join.
        alias = key.table if isinstance(key, exp.Column) else alias
        source = exp.to_table(f'"{lookup.table}"', dialect="duckdb")
        joined = self._join(key, f"{alias}_{lookup.table}", other.key[0], source)
        return self._resolve(other, joined, types_of(other), lookup.column)

    def _join(self, ours: exp.Expression, name: str, theirs: str, source: exp.Expression) -> str:
        if name not in self.joins:
            on = exp.EQ(this=ours, expression=exp.column(theirs, table=name, quoted=True))
            aliased = exp.alias_(source, name, table=True, quoted=True)
            self.joins[name] = exp.Join(this=aliased, on=on, side="LEFT")
        return name

    def _aggregated(self, lookup: Lookup) -> exp.Expression:
        # Only called for a lookup with an aggregate.
        value = exp.func(lookup.aggregate.upper(), exp.column(lookup.column, quoted=True))  # type: ignore[union-attr]
        key = exp.column(lookup.key, quoted=True)
        select = exp.select(key, exp.alias_(value, "value", quoted=True))
        select = select.from_(exp.to_table(f'"{lookup.table}"', dialect="duckdb")).group_by(key)
        if lookup.where_column:
            kept = exp.EQ(
                this=exp.column(lookup.where_column, quoted=True), expression=literal(lookup.where_value or "")
            )
            select = select.where(kept)
        return select.subquery()

    def condition(self, kept: Filter) -> exp.Expression:
        """A filter as a condition that is true or not true, never of other meaning than the filter's."""
        column = self.column(kept.column)
        test = kept.test
        if test == "empty":
            is_null = exp.Is(this=column, expression=exp.Null())
            return is_null if kept.empty else exp.Not(this=is_null)
        if test == "equals_column":
            return exp.EQ(this=column, expression=self.column(kept.equals_column or ""))
        if test == "at_most_column":
            return self._at_most(column, kept)
        if test in ("in", "not_in"):
            values = kept.in_ if test == "in" else kept.not_in
            inside = exp.In(this=column, expressions=[literal(value) for value in values or ()])
            return inside if test == "in" else either(exp.Not(this=inside), exp.Is(this=column, expression=exp.Null()))
        # A filter has the value that its test names, which mypy cannot know.
        value: Scalar = kept.is_ if test == "is" else getattr(kept, test)  # type: ignore[assignment]
        comparison: type[exp.Binary] = {
            "is": exp.EQ, "is_not": exp.NEQ, "above": exp.GT, "at_least": exp.GTE, "below": exp.LT, "at_most": exp.LTE,
        }[test]  # fmt: skip
        compared = comparison(this=column, expression=literal(value))
        if test == "is_not":
            return either(compared, exp.Is(this=column, expression=exp.Null()))
        return compared

    def _at_most(self, column: exp.Expression, kept: Filter) -> exp.Expression:
        other = self.column(kept.at_most_column or "")
        if not kept.plus_days:
            return exp.LTE(this=column, expression=other)
        return exp.LTE(this=days_between(other, column), expression=literal(kept.plus_days))

    def all_of(self, where: tuple[Filter, ...]) -> exp.Expression | None:
        """All conditions together, or None if there are none."""
        conditions = [exp.paren(self.condition(kept), copy=False) for kept in where]
        return exp.and_(*conditions, copy=False) if conditions else None


class Kept(Columns):
    """The columns of a source whose rows a backend keeps: all there, under the names they were asked for."""

    def column(self, name: str) -> exp.Expression:
        """The column as an expression."""
        return exp.column(name, table=BASE, quoted=True)


def types_of(table: Table) -> dict[str, ColumnType]:
    """A table's own columns and their types."""
    return {column.name: column.type for column in table.columns}


def literal(value: Scalar | date) -> exp.Expression:
    """A value as a literal of its own type, quoted by the dialect."""
    if isinstance(value, date):
        return exp.Cast(this=exp.Literal.string(value.isoformat()), to=exp.DataType.build("DATE"))
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float):
        return exp.Literal.number(repr(value)) if value >= 0 else exp.Neg(this=exp.Literal.number(repr(-value)))
    return exp.Literal.string(value)


def either(*conditions: exp.Expression) -> exp.Expression:
    """Any of the conditions, in brackets."""
    return exp.paren(exp.or_(*conditions, copy=False), copy=False)


def days_between(start: exp.Expression, end: exp.Expression) -> exp.Expression:
    """Calendar days from start to end."""
    return exp.DateDiff(this=end, expression=start, unit=exp.var("DAY"))
