"""The rows of one table as a check sees them: columns by name, conditions, and sums of other tables beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
from sqlglot import exp, parse_one

from ..columns import BASE, Columns, literal
from ..company import Company
from ..known_rows import known_rows
from ..measure import Filter, Scalar
from ..snapshot import TableFile
from ..sources import source_of
from ..tables.catalogue import BY_NAME
from .check import Look

# What a person knows a record by; the first that the table has.
_NAMES = ("name", "account.name")


@dataclass(slots=True)
class Rows:
    """The rows of `table` in a load, as they were known on `as_of`. Queries beside them read whole tables.

    `earlier` holds the tables of the load before, where there is one.
    """

    table: str
    tables: Mapping[str, TableFile]
    as_of: date
    company: Company
    earlier: Mapping[str, TableFile] = field(default_factory=dict)
    _beside: list[exp.Join] = field(default_factory=list)
    _columns: Columns | None = None

    @property
    def columns(self) -> Columns:
        """The resolver of the table's columns, looked-up ones included."""
        if self._columns is None:
            self._columns = source_of(self.table, self.tables, self.as_of)[1]
        return self._columns

    def has(self, name: str) -> bool:
        """Whether the load's table has the column at all: a load of an earlier version may lack a later one."""
        own = BY_NAME[self.table].column(name) is not None
        return not own or name in _stored_columns(self.tables[self.table].path)

    def brought(self, name: str) -> bool:
        """Whether any export brought the column: a column that no row fills, none did."""
        path = self.tables[self.table].path
        return BY_NAME[self.table].column(name) is None or name in _stored_columns(path) - _empty_columns(path)

    def column(self, name: str) -> exp.Expression:
        """The column; empty where the load does not have it."""
        return self.columns.column(name).copy() if self.has(name) else exp.Null()

    def sql(self, text: str, **parts: exp.Expression | Scalar | date) -> exp.Expression:
        """A piece of SQL in which `:name` stands for a part; columns of the table are parts by their own name."""
        found = parse_one(text, dialect="duckdb")
        for placeholder in list(found.find_all(exp.Placeholder)):
            part = parts[placeholder.name] if placeholder.name in parts else self.column(placeholder.name)
            part = part.copy() if isinstance(part, exp.Expression) else literal(part)
            if placeholder is found:
                return part
            placeholder.replace(exp.paren(part) if isinstance(part, exp.Binary) else part)
        return found

    def beside(self, alias: str, query: str, key: str, **parts: Scalar | date) -> None:
        """Joins a query that has one row for each value of `key`; its columns are then `alias.column`."""
        on = exp.EQ(this=exp.column(key, table=BASE, quoted=True), expression=exp.column(key, table=alias))
        self._beside.append(exp.Join(this=self.sql(query, **parts).subquery(alias), on=on, side="LEFT"))

    def query(self, where: tuple[Filter, ...], look: Look) -> exp.Select:
        """One row for each row that the check looks at: who it is, and what is wrong with it."""
        table = BY_NAME[self.table]
        shown = {
            "record": self.sql(" || ' · ' || ".join(f"CAST(:{name} AS TEXT)" for name in table.key)),
            "name": self._first_of(_NAMES),
            "owner": self._first_of(("owner",)),
            "team": self._first_of(("team",)),
            "wrong": look.wrong,
            "since": _text(look.since),
            **look.touched,
        }
        select = self._select(shown, where, look.applies)
        for join in self._beside:
            select.append("joins", join)
        return select

    def _select(
        self, shown: Mapping[str, exp.Expression], where: tuple[Filter, ...], applies: exp.Expression | None = None
    ) -> exp.Select:
        conditions = [part for part in (self.columns.all_of(where), applies) if part is not None]
        source = source_of(self.table, self.tables, self.as_of)[0]
        select = exp.select(*(exp.alias_(part, name, quoted=True) for name, part in shown.items())).from_(source)
        for join in self.columns.joins.values():
            select.append("joins", join.copy())
        return select.where(*conditions)

    def bound(self, where: tuple[Filter, ...]) -> Mapping[str, exp.Select]:
        """Every table of the load by its name, those of the load before as "earlier_…", and "asked".

        "asked" holds the keys of the rows that pass `where`: queries beside them need to group no other rows.
        """
        now = {name: known_rows(file, self.as_of) for name, file in self.tables.items()}
        before = {f"earlier_{name}": known_rows(file, self.as_of) for name, file in self.earlier.items()}
        asked = self._select({name: self.sql(f":{name}") for name in BY_NAME[self.table].key}, where)
        return now | before | {"asked": asked}

    def _first_of(self, names: tuple[str, ...]) -> exp.Expression:
        found = [_text(self.column(name)) for name in names if self._knows(name)]
        return exp.func("COALESCE", *found, exp.Literal.string(""))

    def _knows(self, name: str) -> bool:
        table = BY_NAME[self.table]
        if name.startswith("account."):
            return table.column("account_id") is not None
        return table.column(name) is not None or table.lookup(name) is not None


def missing(rows: Rows, names: tuple[str, ...]) -> exp.Expression:
    """Which of the columns are empty in a row, in words; NULL if none is."""
    said = listed(rows, [(empty(rows, name), in_words(name)) for name in names])
    return rows.sql("'no ' || :said", said=said)


def listed(rows: Rows, said: list[tuple[exp.Expression, str]]) -> exp.Expression:
    """The words whose condition holds, with commas between them; NULL if none does."""
    every = exp.Literal.string("")
    for condition, words in said:
        every = rows.sql("CONCAT(:every, CASE WHEN :condition THEN :words ELSE '' END)", every=every,
                         condition=condition, words=f", {words}")  # fmt: skip
    return rows.sql("NULLIF(SUBSTRING(:every, 3), '')", every=every)


def empty(rows: Rows, name: str) -> exp.Expression:
    """Whether the column is empty in a row."""
    return exp.Is(this=rows.column(name), expression=exp.Null())


def in_words(column: str) -> str:
    """A column's name as people say it."""
    return column.removesuffix("_on").replace("_", " ") + (" date" if column.endswith("_on") else "")


def used_tables(queries: Mapping[str, exp.Select], query: exp.Expression) -> Iterator[tuple[str, exp.Select]]:
    """The bound tables that a query names."""
    named = {table.name for table in query.find_all(exp.Table)}
    return ((name, bound) for name, bound in queries.items() if name in named)


def _text(part: exp.Expression) -> exp.Expression:
    return exp.cast(part, "TEXT")


@cache
def _stored_columns(path: Path) -> frozenset[str]:
    """Files of a snapshot never change, so what they hold is read once."""
    return frozenset(pq.read_schema(path).names)


@cache
def _empty_columns(path: Path) -> frozenset[str]:
    """The columns without one filled cell, by the file's own counts of empty cells."""
    file = pq.read_metadata(path)
    groups = [file.row_group(number) for number in range(file.num_row_groups)]
    filled = {
        column.path_in_schema
        for group in groups
        for column in (group.column(number) for number in range(group.num_columns))
        if column.statistics is None or column.statistics.null_count != group.num_rows
    }
    return _stored_columns(path) - filled
