"""Rows that known issues leave out, and how many they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlglot import exp

from .backends.duckdb import DuckDB
from .known_issue import KnownIssue
from .known_rows import known_rows
from .measure import Filter
from .snapshot import Snapshot
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


def excluded_rows(issues: tuple[KnownIssue, ...], snapshot: Snapshot, as_of: date) -> dict[str, int]:
    """How many rows each issue in force leaves out."""
    present = {name for name, table in snapshot.tables.items() if table.rows}
    mine = [
        issue
        for issue in issues
        if issue.effect == "exclude" and issue.in_force(as_of) and issue.scope.table in present
    ]
    if not mine:
        return {}
    with DuckDB({name: known_rows(snapshot.tables[name], as_of) for name in present}) as backend:
        found = {}
        for issue in mine:
            table, columns = source_of(issue.scope.table or "", present, as_of)
            condition = columns.all_of(issue.rows)
            counted = exp.select(exp.alias_(exp.func("COUNT", exp.Star()), "n")).from_(table).where(condition)
            for join in columns.joins.values():
                counted.append("joins", join)
            found[issue.id] = int(backend.run(counted)["n"].iloc[0])
        return found
