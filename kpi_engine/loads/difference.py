"""The difference between two snapshots, table by table: rows added, removed and changed, and in which columns."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ..exports.cells import name
from ..snapshot import Snapshot
from ..tables.schema import Table
from .sides import changed_tables, figures, paired, sides


@dataclass(frozen=True, slots=True)
class TableDifference:
    """How a table changes. `changed` counts rows of equal key that differ anywhere, `columns` in which column.

    `tier_1` names those of the columns that are tier 1. `amount_before` and `amount_after` are the sums of
    `amount` (None where the table has none), `moves` the stages that deals moved between, most first.
    """

    table: str
    rows_before: int
    rows_after: int
    added: int
    removed: int
    changed: int
    columns: tuple[tuple[str, int], ...] = ()
    tier_1: tuple[str, ...] = ()
    amount_before: float | None = None
    amount_after: float | None = None
    moves: tuple[tuple[str, str, int], ...] = ()


def differences(before: Snapshot | None, after: Snapshot) -> tuple[TableDifference, ...]:
    """One entry for each table whose content differs."""
    with duckdb.connect() as connection:
        return tuple(_difference(connection, table, before, after) for table in changed_tables(before, after))


def _difference(
    connection: duckdb.DuckDBPyConnection, table: Table, before: Snapshot | None, after: Snapshot
) -> TableDifference:
    rows = after.tables[table.name].rows
    if before is None or table.name not in before.tables:
        return TableDifference(table.name, 0, rows, rows, 0, 0)
    old, new = sides(connection, table, before, after)
    columns = [column.name for column in table.columns if column.name not in table.key and not column.derived]
    differs = [f"(b.{name(column)} IS DISTINCT FROM a.{name(column)})" for column in columns]
    counts = "".join(f", count(*) FILTER ({one})" for one in differs)
    changed = f"count(*) FILTER ({' OR '.join(differs) or 'false'})"
    both, rows_changed, *each = figures(
        connection, f"SELECT count(*), {changed}{counts} FROM {paired(table, old, new)}"
    )
    found = sorted(
        ((column, int(count)) for column, count in zip(columns, each, strict=True) if count),
        key=lambda one: (-one[1], one[0]),
    )
    tier_1 = {column.name for column in table.columns if column.tier == 1}
    amount_before, amount_after = _amounts(connection, table, old, new)
    rows_before = before.tables[table.name].rows
    return TableDifference(
        table.name, rows_before, rows, rows - int(both), rows_before - int(both), int(rows_changed), tuple(found),
        tuple(column for column, _ in found if column in tier_1), amount_before, amount_after,
        _moves(connection, table, old, new),
    )  # fmt: skip


def _amounts(
    connection: duckdb.DuckDBPyConnection, table: Table, old: str, new: str
) -> tuple[float | None, float | None]:
    if table.column("amount") is None:
        return None, None
    (before,), (after,) = (figures(connection, f"SELECT sum(amount) FROM {side}") for side in (old, new))
    return before, after


def _moves(connection: duckdb.DuckDBPyConnection, table: Table, old: str, new: str) -> tuple[tuple[str, str, int], ...]:
    if table.name != "opportunities":
        return ()
    found = connection.execute(
        f"SELECT b.stage, a.stage, count(*) FROM {paired(table, old, new)} WHERE b.stage <> a.stage "
        "GROUP BY ALL ORDER BY count(*) DESC, 1, 2 LIMIT 20"
    ).fetchall()
    return tuple((was, is_, count) for was, is_, count in found)
