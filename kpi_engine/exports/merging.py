"""From loaded files to whole tables: one row a key, old rows kept on upsert, derived columns, Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from ..company import Company
from ..problem import Problem
from ..tables.schema import Table
from .cells import empty, name, text
from .columns import Check
from .loading import Loaded, listed, numbered_rows
from .order import ordered

# The next row is the deal's next stage, as the rows stand in order.
_DERIVED = {
    ("subscriptions", "arr"): "CAST(round(amount * 12 / billing_months, 4) AS DECIMAL(18, 4))",
    ("stage_history", "left_on"): (
        "CASE WHEN lead(opportunity_id) OVER () = opportunity_id THEN lead(entered_on) OVER () END"
    ),
}

# A deal that was opened again is open, whatever closing day its export still shows.
_COUNTS = {("opportunities", "closed_on"): "CASE WHEN status IN ('won', 'lost') THEN closed_on END AS closed_on"}


def unite(
    connection: duckdb.DuckDBPyConnection, table: Table, company: Company, loads: Sequence[Loaded]
) -> tuple[str, list[Problem]]:
    """SQL of the readable rows of all files of a table, in order, one a key, and the keys that contradict each other.

    Rows equal in every column are kept once and said in the load's notes; rows of a contradicted key are
    all left out and counted as unreadable.
    """
    columns = _columns(table)
    rows = " UNION ALL ".join(
        f"SELECT {_fed(table, load)}, {index} AS _load FROM {load.table} WHERE _kept AND NOT _unreadable"
        for index, load in enumerate(loads)
    )
    if len(loads) > 1:
        connection.execute(f"CREATE TABLE all_{table.name} AS {ordered(rows, table, company)}")
        rows = f"SELECT * FROM all_{table.name}"
    if not _repeats(connection, table, rows):
        return f"SELECT {columns} FROM ({rows})", []
    key = ", ".join(name(column) for column in table.key)
    united = f"once_{table.name}"
    connection.execute(
        f"CREATE TABLE {united} AS SELECT {columns}, min(_load) AS _load, count(*) AS _times "
        f"FROM ({rows}) GROUP BY {columns}"
    )
    for index, load in enumerate(loads):
        again = f"SELECT coalesce(sum(_times - 1), 0) FROM {united} WHERE _load = {index}"
        load.repeated = int(connection.execute(again).fetchall()[0][0])
        if load.repeated:
            load.notes.append(f"{load.repeated:,} rows repeat another row in every column; each was kept once")
    connection.execute(f"CREATE TABLE {united}_keys AS SELECT {key} FROM {united} GROUP BY {key} HAVING count(*) > 1")
    problems = [problem for load in loads for problem in _contradictions(connection, table, load, f"{united}_keys")]
    once = f"SELECT {columns} FROM {united} ANTI JOIN {united}_keys USING ({key})"
    return ordered(once, table, company), problems


def _repeats(connection: duckdb.DuckDBPyConnection, table: Table, rows: str) -> bool:
    """Whether a key stands in several rows. In stored order these are neighbours."""
    same = " AND ".join(f"{name(column)} IS NOT DISTINCT FROM lag({name(column)}) OVER ()" for column in table.key)
    repeats = f"SELECT count(*) FROM (SELECT {same} AS again FROM ({rows})) WHERE again"
    return bool(connection.execute(repeats).fetchall()[0][0])


def _contradictions(connection: duckdb.DuckDBPyConnection, table: Table, load: Loaded, doubled: str) -> list[Problem]:
    key = ", ".join(name(column) for column in table.key)
    hit = f"FROM {load.table} SEMI JOIN {doubled} USING ({key}) WHERE _kept AND NOT _unreadable"
    count = connection.execute(f"SELECT count(*) {hit}").fetchall()[0][0]
    load.unreadable += count
    if not count:
        return []
    shown = " || ' · ' || ".join(f"CAST({name(column)} AS VARCHAR)" for column in table.key)
    rows = f"SELECT _row, {shown} AS value FROM ({numbered_rows(load)}) SEMI JOIN {doubled} USING ({key}) WHERE _kept"
    check = Check(
        " + ".join(table.key), "", "", "the key stands in several rows that differ", "keep the row that is right"
    )
    return listed(connection, load, check, rows)


def upserted(
    connection: duckdb.DuckDBPyConnection, table: Table, company: Company, fresh: str, previous: Path | None
) -> str:
    """SQL of the earlier rows, replaced by the fresh ones of equal key, in order."""
    if previous is None:
        return fresh
    key = ", ".join(name(column) for column in table.key)
    columns = _columns(table)
    earlier = stored(connection, table, previous)
    kept = f"SELECT {columns} FROM ({earlier}) ANTI JOIN ({fresh}) USING ({key})"
    return ordered(f"{kept} UNION ALL SELECT {columns} FROM ({fresh})", table, company)


def stored(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> str:
    """SQL of a stored table in today's columns; a column it was stored without is empty."""
    source = f"read_parquet({text(str(path))})"
    present = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    columns = ", ".join(
        name(column.name) if column.name in present else f"{empty(column)} AS {name(column.name)}"
        for column in table.columns
    )
    return f"SELECT {columns} FROM {source}"


def observed_stages(now: str, before: str, data_on: date, company: Company) -> str:
    """SQL of the stage changes seen between two loads of opportunities that came without history.

    A deal that is won or lost entered that stage on its closing day, any other changed or new deal on
    the day the fresh data speaks of: the change lies somewhere before it.
    """
    day = f"CASE WHEN status IN ('won', 'lost') THEN least(closed_on, {_day(data_on)}) ELSE {_day(data_on)} END"
    return (
        f"SELECT opportunity_id, stage, timezone('UTC', timezone({text(company.time_zone)}, "
        f"CAST(day AS TIMESTAMP))) AS entered_at, day AS entered_on, amount, close_on, "
        f"CAST(NULL AS VARCHAR) AS changed_by "
        f"FROM (SELECT fresh.*, coalesce({day}, {_day(data_on)}) AS day FROM ({now}) AS fresh "
        f"LEFT JOIN (SELECT opportunity_id, stage AS was FROM ({before})) AS earlier USING (opportunity_id) "
        f"WHERE was IS NULL OR was <> stage)"
    )


def write(connection: duckdb.DuckDBPyConnection, table: Table, rows: str, path: Path) -> None:
    """Writes the rows, which stand in order, with their derived columns as Parquet."""
    columns = ", ".join(
        f"{_DERIVED[table.name, column.name]} AS {name(column.name)}" if column.derived else name(column.name)
        for column in table.columns
    )
    connection.execute(
        f"COPY (SELECT {columns} FROM ({rows})) TO {text(str(path))} "
        "(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)"
    )


def extent(connection: duckdb.DuckDBPyConnection, table: Table, rows: str) -> tuple[int, date | None, date | None]:
    """Number of rows, first and last event date."""
    events = [name(column) for column in table.event_columns]
    spans = ", ".join(f"min({event}), max({event})" for event in events)
    found = connection.execute(f"SELECT {', '.join(filter(None, ['count(*)', spans]))} FROM ({rows})").fetchall()[0]
    days = [day for day in found[1:] if day is not None]
    return found[0], min(days, default=None), max(days, default=None)


def _fed(table: Table, load: Loaded) -> str:
    """All columns of the table: those the file feeds, and the others empty."""
    return ", ".join(
        _COUNTS.get((table.name, column.name), name(column.name))
        if column.name in load.columns
        else f"{empty(column)} AS {name(column.name)}"
        for column in table.columns
        if not column.derived
    )


def _columns(table: Table) -> str:
    return ", ".join(name(column.name) for column in table.columns if not column.derived)


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"
