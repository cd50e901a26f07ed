"""What is suspicious of a load: the signs that an export was cut, scaled, shifted or simply last month's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from ..exports.cells import name
from ..snapshot import Snapshot
from ..tables.schema import Table
from .sides import changed_tables, figures, paired, sides

FEWER_ROWS = 0.30
MISSING_SHARE = 0.02
"""A slice must have held this share of the rows, and ten of them, before its absence means something."""
_LEAST = 10
_MOST = 0.9
_FACTORS = (1000, 100)
_SLICES = ("segment", "region", "product", "team", "owner", "plan")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One sign, of one table, in a sentence; a person must say why the load is right all the same."""

    kind: Literal["fewer rows", "fewer files", "slice missing", "amounts scaled", "dates shifted", "older file"]
    table: str
    message: str


def suspicions(before: Snapshot | None, after: Snapshot, history: Sequence[Snapshot]) -> tuple[Suspicion, ...]:
    """Every sign in the tables that change; `history` are the earlier snapshots. A first load shows none."""
    if before is None:
        return ()
    found: list[Suspicion] = []
    with duckdb.connect() as connection:
        for table in changed_tables(before, after):
            if table.name not in before.tables or not before.tables[table.name].rows:
                continue
            old, new = sides(connection, table, before, after)
            found += _fewer_rows(table, before, after)
            found += _missing_slices(connection, table, old, new)
            found += _scaled(connection, table, old, new)
            found += _shifted(connection, table, old, new)
            found += _older(table, before, after, history)
    return tuple(found)


def _fewer_rows(table: Table, before: Snapshot, after: Snapshot) -> list[Suspicion]:
    earlier, now = before.tables[table.name], after.tables[table.name]
    was, is_ = earlier.rows, now.rows
    if is_ <= was * (1 - FEWER_ROWS):
        message = f"{is_:,} rows where there were {was:,}: {1 - is_ / was:.0%} fewer"
        return [Suspicion("fewer rows", table.name, message)]
    if is_ < was and len(now.sources) < len(earlier.sources):
        message = (
            f"read from {', '.join(now.sources)} alone, before from {', '.join(earlier.sources)}: "
            f"{was - is_:,} rows fewer"
        )
        return [Suspicion("fewer files", table.name, message)]
    return []


def _missing_slices(connection: duckdb.DuckDBPyConnection, table: Table, old: str, new: str) -> list[Suspicion]:
    found = []
    for column in (column for column in _SLICES if table.column(column)):
        rows = connection.execute(
            f"SELECT {column}, count(*), sum(count(*)) OVER () FROM {old} WHERE {column} IS NOT NULL GROUP BY ALL"
        ).fetchall()
        still = {value for (value,) in connection.execute(f"SELECT DISTINCT {column} FROM {new}").fetchall()}
        gone = [(v, n) for v, n, whole in rows if v not in still and n >= max(_LEAST, whole * MISSING_SHARE)]
        said = ", ".join(f"{value} ({count:,} rows before)" for value, count in sorted(gone)[:10])
        if gone:
            found.append(Suspicion("slice missing", table.name, f"no row of {column} {said} any more"))
    return found


def _scaled(connection: duckdb.DuckDBPyConnection, table: Table, old: str, new: str) -> list[Suspicion]:
    found = []
    for column in (column.name for column in table.columns if column.type == "money" and not column.derived):
        b, a = f"CAST(b.{name(column)} AS DOUBLE)", f"CAST(a.{name(column)} AS DOUBLE)"
        times = [*_FACTORS, *(1 / factor for factor in _FACTORS)]
        # Half a per cent around the factor: cents may have been rounded away.
        like = ", ".join(f"count(*) FILTER (abs({a} / {b} / {factor!r} - 1) < 0.005)" for factor in times)
        both, *counts = figures(
            connection, f"SELECT count(*), {like} FROM {paired(table, old, new)} WHERE {b} <> 0 AND {a} <> 0"
        )
        for factor, count in zip(times, counts, strict=True):
            if both and count / both >= 0.5:
                said = f"× {factor:,.0f}" if factor > 1 else f"÷ {1 / factor:,.0f}"
                message = f"{column} is {said} in {count:,.0f} of {both:,.0f} rows that both loads hold"
                found.append(Suspicion("amounts scaled", table.name, message))
    return found


def _shifted(connection: duckdb.DuckDBPyConnection, table: Table, old: str, new: str) -> list[Suspicion]:
    dates = [column.name for column in table.columns if column.type == "date" and not column.derived]
    found = []
    for column in (column for column in dates if column not in table.key):
        days = f"date_diff('day', b.{column}, a.{column})"
        rows = connection.execute(
            f"SELECT {days}, count(*), sum(count(*)) OVER () FROM {paired(table, old, new)} "
            f"WHERE b.{column} IS NOT NULL AND a.{column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
        ).fetchall()
        if rows and rows[0][0] and rows[0][1] >= max(_LEAST, _MOST * rows[0][2]):
            shift, count, whole = rows[0]
            message = f"{column} moved by {shift:+d} days in {count:,} of {whole:,} rows that both loads hold"
            found.append(Suspicion("dates shifted", table.name, message))
    return found


def _older(table: Table, before: Snapshot, after: Snapshot, history: Sequence[Snapshot]) -> list[Suspicion]:
    """The content of an earlier load again, or events that end earlier than before."""
    now, was = after.tables[table.name], before.tables[table.name]
    for earlier in reversed(history):
        file = earlier.tables.get(table.name)
        if file and file.digest == now.digest:
            message = f"the same content as the load with data of {earlier.data_on}, which a later one replaced"
            return [Suspicion("older file", table.name, message)]
    if now.last_event and was.last_event and now.last_event < was.last_event:
        message = f"its last event is of {now.last_event}; the load before reached {was.last_event}"
        return [Suspicion("older file", table.name, message)]
    return []
