"""Two snapshots of the same table side by side, as SQL."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ..exports.cells import name
from ..exports.merging import stored
from ..snapshot import Snapshot
from ..tables.catalogue import BY_NAME
from ..tables.schema import Table


def changed_tables(before: Snapshot | None, after: Snapshot) -> Iterator[Table]:
    """The tables whose content differs, in the order of the catalogue."""
    earlier = before.tables if before else {}
    for table in BY_NAME.values():
        file = after.tables.get(table.name)
        if file and (table.name not in earlier or earlier[table.name].digest != file.digest):
            yield table


def sides(connection: duckdb.DuckDBPyConnection, table: Table, before: Snapshot, after: Snapshot) -> tuple[str, str]:
    """SQL of the table's rows before and after, in today's columns."""
    old, new = (stored(connection, table, one.tables[table.name].path) for one in (before, after))
    return f"({old})", f"({new})"


def paired(table: Table, old: str, new: str) -> str:
    """SQL to join rows of equal key, as `b` (before) and `a` (after)."""
    key = " AND ".join(f"b.{name(column)} = a.{name(column)}" for column in table.key)
    return f"{old} AS b JOIN {new} AS a ON {key}"


def figures(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, ...]:
    """The one row of numbers that a statement gives; an absent sum is zero."""
    return tuple(float(value or 0) for value in connection.execute(sql).fetchall()[0])
