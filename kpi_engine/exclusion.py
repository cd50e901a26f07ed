"""Rows that known issues leave out: of a table wherever it is read, and how many they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlglot import exp

from .backends.duckdb import DuckDB
from .columns import BASE, Columns
from .known_issue import KnownIssue
from .known_rows import known_rows
from .measure import Filter
from .snapshot import Snapshot, TableFile
from .sources import source_of

# Table → the conditions of each issue; a row that passes all conditions of one issue is left out.
Exclusions = Mapping[str, tuple[tuple[Filter, ...], ...]]


def exclusions(issues: tuple[KnownIssue, ...], as_of: date) -> Exclusions:
    """What the issues in force on a day leave out of each table."""
    found: dict[str, tuple[tuple[Filter, ...], ...]] = {}
    for issue in issues:
        if issue.effect == "exclude" and issue.in_force(as_of):
            table = issue.scope.table or ""
            found[table] = (*found.get(table, ()), issue.rows)
    return found


def counted_rows(name: str, tables: Mapping[str, TableFile], as_of: date, excluded: Exclusions) -> exp.Select:
    """A table as readings see it: as it was known on the day, without the rows left out.

    Whatever counts the table, looks up in it or stands on it reads this. Conditions look up in whole
    tables, so that no exclusion depends on another.
    """
    if name not in excluded:
        return known_rows(tables[name], as_of)
    source, columns = source_of(name, tables, as_of)
    kept = [
        exp.Not(this=exp.func("COALESCE", exp.paren(exp.and_(*map(columns.condition, rows))), exp.false()))
        for rows in excluded[name]
    ]
    everything = exp.Column(this=exp.Star(), table=exp.to_identifier(BASE))
    return _over_whole_tables(exp.select(everything).from_(source).where(*kept), columns, tables, as_of)


def excluded_rows(issues: tuple[KnownIssue, ...], snapshot: Snapshot, as_of: date) -> dict[str, int]:
    """How many rows each issue in force leaves out."""
    mine = [issue for issue in issues if issue.effect == "exclude" and issue.in_force(as_of)]
    counts = {
        issue.id: _count(issue.scope.table, issue.rows, snapshot.tables, as_of)
        for issue in mine
        if issue.scope.table in snapshot.tables
    }
    if not counts:
        return {}
    with DuckDB({}) as backend:
        return {name: backend.fetch(count)["n"][0].as_py() for name, count in counts.items()}


def _count(name: str, rows: tuple[Filter, ...], tables: Mapping[str, TableFile], as_of: date) -> exp.Select:
    source, columns = source_of(name, tables, as_of)
    counted = exp.select(exp.alias_(exp.func("COUNT", exp.Star()), "n")).from_(source).where(columns.all_of(rows))
    return _over_whole_tables(counted, columns, tables, as_of)


def _over_whole_tables(
    select: exp.Select, columns: Columns, tables: Mapping[str, TableFile], as_of: date
) -> exp.Select:
    """The query joined with what it looks up, every table's name bound to all of its rows."""
    for join in columns.joins.values():
        select.append("joins", join)
    for name in sorted({table.name for table in select.find_all(exp.Table)}):
        select = select.with_(exp.to_identifier(name, quoted=True), as_=known_rows(tables[name], as_of))
    return select
