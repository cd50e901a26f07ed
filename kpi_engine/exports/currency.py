"""Amounts in other currencies become the reporting currency, by the latest rate on or before their day."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ..problem import Problem
from ..tables.catalogue import BY_NAME
from .cells import name, text
from .columns import Check
from .loading import Loaded, listed, numbered_rows
from .merging import stored
from .order import ordered

_NO_RATE = Check(
    "currency", "", "", "is not the reporting currency, and no rate is known for it on that day",
    "add the rate to currency_rates and load it along",
)  # fmt: skip


def rates_of(connection: duckdb.DuckDBPyConnection, loads: Sequence[str], previous: Path | None) -> str:
    """SQL of the rates: those of this load, else those stored before, else none."""
    if loads:
        return " UNION ALL ".join(f"SELECT currency, rate_on, rate FROM {load} WHERE NOT _unreadable" for load in loads)
    if previous:
        return stored(connection, BY_NAME["currency_rates"], previous)
    return "SELECT NULL::VARCHAR AS currency, NULL::DATE AS rate_on, NULL::DECIMAL(20, 12) AS rate WHERE false"


def convert(connection: duckdb.DuckDBPyConnection, loaded: Loaded, rates: str, currency: str) -> list[Problem]:
    """Converts the loaded rows in place; rows without a rate become unreadable and are listed.

    `rates` is SQL with the columns of `currency_rates`; `currency` is the reporting currency.
    """
    if "_currency" not in loaded.layout.values or not _foreign(connection, loaded.table, currency):
        return []
    table = loaded.feeding.canonical
    money = [column.name for column in table.columns if column.type == "money" and column.name in loaded.columns]
    changed = [f"CAST({name(column)} * rate AS DECIMAL(18, 4)) AS {name(column)}" for column in money]
    replaced = ", ".join([*changed, "(_unreadable OR rate IS NULL) AS _unreadable"])
    rated = ordered(_rated(f"SELECT * FROM {loaded.table}", loaded, rates, currency), table, loaded.setting.company)
    connection.execute(
        f"CREATE OR REPLACE TABLE {loaded.table} AS SELECT * EXCLUDE (_day, rate) REPLACE ({replaced}) FROM ({rated})"
    )
    unreadable = f"SELECT count(*) FROM {loaded.table} WHERE _kept AND _unreadable"
    before, loaded.unreadable = loaded.unreadable, connection.execute(unreadable).fetchall()[0][0]
    if loaded.unreadable == before:
        return []
    rows = _rated(numbered_rows(loaded), loaded, rates, currency)
    return listed(connection, loaded, _NO_RATE, f"SELECT _row, _currency FROM ({rows}) WHERE _kept AND rate IS NULL")


def _foreign(connection: duckdb.DuckDBPyConnection, table: str, currency: str) -> bool:
    counted = connection.execute(f"SELECT count(*) FROM {table} WHERE _currency <> {text(currency)}").fetchall()
    return bool(counted[0][0])


def _rated(rows: str, loaded: Loaded, rates: str, currency: str) -> str:
    table = loaded.feeding.canonical
    days = [column for column in table.columns if column.type == "date" and column.name in loaded.columns]
    first_known = [*(name(column.name) for column in sorted(days, key=lambda column: column.tier)), "DATE '2200-01-01'"]
    own = f"coalesce(l._currency, {text(currency)}) = {text(currency)}"
    return (
        f"SELECT l.*, CASE WHEN {own} THEN 1 ELSE r.rate END AS rate "
        f"FROM (SELECT *, coalesce({', '.join(first_known)}) AS _day FROM ({rows})) AS l "
        f"ASOF LEFT JOIN ({rates}) AS r ON l._currency = r.currency AND l._day >= r.rate_on"
    )
