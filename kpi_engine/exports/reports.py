"""What an import says of each file: rows counted, and in words what was repaired, flagged or left out."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from .artefacts import WORDS_FOR_NOTHING
from .cells import name, texts
from .loading import Loaded

_DIMENSIONS = ("segment", "region", "industry", "tier", "type", "product", "plan", "source", "team", "kind")


@dataclass(frozen=True, slots=True)
class TableReport:
    """Rows of one file for one table: read = accepted + refused + rows repeated or filtered out.

    `repaired` counts repeated rows that were dropped.
    """

    table: str
    file: str
    mapping: str
    read: int
    accepted: int
    repaired: int
    refused: int
    filtered: int = 0


def report_of(loaded: Loaded) -> TableReport:
    """The row counts of one load."""
    refused = loaded.unreadable + loaded.broken_records
    read = loaded.read + loaded.broken_records
    accepted = read - refused - loaded.repeated - loaded.filtered
    file, mapping = loaded.export.file, loaded.setting.mapping.name
    return TableReport(loaded.feeding.table, file, mapping, read, accepted, loaded.repeated, refused, loaded.filtered)


def notes_of(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> list[str]:
    """Repairs, filters, absent columns and empty tier 1 cells, one sentence each."""
    place = f"{loaded.export.file} → {loaded.feeding.table}"
    notes = [*loaded.export.repairs, *loaded.notes]
    if loaded.read == 0:
        notes.append("holds no rows; the table is empty now" if loaded.feeding.load == "full" else "holds no rows")
    if loaded.filtered:
        notes.append(f"{loaded.filtered:,} rows were left out by the mapping's filters")
    if loaded.unreadable + loaded.broken_records:
        notes.append(f"{loaded.unreadable + loaded.broken_records:,} unreadable rows were left out")
    if loaded.layout.absent:
        notes.append(f"without {', '.join(sorted(loaded.layout.absent))}")
    notes += _empty_tier_1(connection, loaded) + _foreign_stages(connection, loaded)
    notes += _opened_again(connection, loaded)
    notes += _words_for_nothing(connection, loaded) + _lone_words(connection, loaded)
    return [f"{place}: {note}" for note in notes]


def _lone_words(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> list[str]:
    """Words of a dimension that one row alone holds among few and frequent ones: a slip, or cells that shifted."""
    said = []
    for column in (column for column in _DIMENSIONS if column in loaded.columns):
        found = connection.execute(
            f"SELECT word, rows FROM (SELECT {name(column)} AS word, count(*) AS rows FROM {loaded.table} "
            f"WHERE _kept AND NOT _unreadable AND {name(column)} IS NOT NULL GROUP BY 1) "
            "QUALIFY rows = 1 AND count(*) FILTER (rows = 1) OVER () <= 3 AND avg(rows) OVER () >= 8 ORDER BY word"
        ).fetchall()
        said += [f"{column} {word!r}" for word, _ in found]
    return [f"one row alone holds {', '.join(said)}"] if said else []


def _words_for_nothing(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> list[str]:
    """Words such as N/A in texts: an own slice of every KPI, unless the mapping says that they mean nothing."""
    table = loaded.feeding.canonical
    columns = [column.name for column in table.columns if column.type == "text" and column.name in loaded.columns]
    if not columns:
        return []
    counts = ", ".join(f"count(*) FILTER ({name(column)} IN {texts(WORDS_FOR_NOTHING)})" for column in columns)
    found = connection.execute(f"SELECT {counts} FROM {loaded.table} WHERE _kept AND NOT _unreadable").fetchall()[0]
    said = ", ".join(f"{column} ({count:,})" for column, count in zip(columns, found, strict=True) if count)
    remedy = "list them under missing in the mapping if they mean an empty cell"
    return [f"words such as N/A are taken as written: {said}; {remedy}"] if said else []


def _foreign_stages(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> list[str]:
    """Stages that the company's stage list does not have: no conversion or funnel will count them."""
    company = loaded.setting.company
    if "stage" not in loaded.columns or not company.stages:
        return []
    known = texts([*company.stages, company.won_stage, company.lost_stage])
    found = connection.execute(
        f"SELECT stage, count(*) FROM {loaded.table} WHERE _kept AND NOT _unreadable AND stage NOT IN {known} "
        "GROUP BY stage ORDER BY count(*) DESC, stage LIMIT 20"
    ).fetchall()
    said = ", ".join(f"{stage} ({count:,})" for stage, count in found)
    return [f"stages that config/company.yaml does not list: {said}"] if found else []


def _opened_again(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> list[str]:
    """Open deals that still show the day they were once closed on."""
    if loaded.feeding.table != "opportunities" or "closed_on" not in loaded.columns:
        return []
    found = connection.execute(
        f"SELECT count(*) FROM {loaded.table} WHERE _kept AND NOT _unreadable AND status = 'open' "
        "AND closed_on IS NOT NULL"
    ).fetchall()[0][0]
    return [f"{found:,} open deals show a day they were closed on; it is left out until they close"] if found else []


def _empty_tier_1(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> list[str]:
    columns = [
        column.name
        for column in loaded.feeding.canonical.columns
        if column.tier == 1 and not column.required and column.name not in loaded.layout.absent
    ]
    if not columns:
        return []
    counts = ", ".join(f"count(*) - count({name(column)})" for column in columns)
    found = connection.execute(f"SELECT {counts} FROM {loaded.table} WHERE _kept AND NOT _unreadable").fetchall()[0]
    return [f"{count:,} rows have no {column}" for column, count in zip(columns, found, strict=True) if count]
