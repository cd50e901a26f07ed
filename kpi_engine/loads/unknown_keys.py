"""Keys that another table should know and does not: a deal of an account that no export holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from ..exports.cells import name
from ..exports.merging import stored
from ..snapshot import Snapshot
from ..tables.catalogue import BY_NAME


@dataclass(frozen=True, slots=True)
class UnknownKeys:
    """`rows` rows of `table` hold a `column` that `other` does not know, such as `examples`."""

    table: str
    column: str
    other: str
    rows: int
    keys: int
    examples: tuple[str, ...]


def unknown_keys(snapshot: Snapshot, tables: Iterable[str]) -> tuple[UnknownKeys, ...]:
    """Those between any of the tables and the others of the snapshot; a table that is absent is no witness."""
    touched = set(tables)
    with duckdb.connect() as connection:
        found = [
            _between(connection, snapshot, table, key, other)
            for table, key, other in _references()
            if {table, other} <= snapshot.tables.keys() and touched & {table, other}
        ]
    return tuple(one for one in found if one.rows)


def _references() -> Iterable[tuple[str, str, str]]:
    """Every (table, column, other table) of the catalogue where the column is the other table's key."""
    found = {
        (table.name, lookup.key, lookup.table)
        for table in BY_NAME.values()
        for lookup in table.lookups
        if lookup.aggregate is None and BY_NAME[lookup.table].key == (lookup.key,) and table.column(lookup.key)
    }
    return sorted(found)


def _between(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, table: str, key: str, other: str
) -> UnknownKeys:
    rows, known = (stored(connection, BY_NAME[one], snapshot.tables[one].path) for one in (table, other))
    lost = (
        f"SELECT {name(key)} AS key, count(*) AS times FROM ({rows}) "
        f"ANTI JOIN ({known}) AS other USING ({name(key)}) WHERE {name(key)} IS NOT NULL GROUP BY 1"
    )
    count, keys = connection.execute(f"SELECT coalesce(sum(times), 0), count(*) FROM ({lost})").fetchall()[0]
    shown = connection.execute(f"SELECT key FROM ({lost}) ORDER BY times DESC, key LIMIT 5").fetchall() if keys else []
    return UnknownKeys(table, key, other, int(count), int(keys), tuple(str(value) for (value,) in shown))
