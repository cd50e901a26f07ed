"""Cells that a second export of the folder supplies: a seller's team, a subscription's account."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb

from ..mappings.model import Lookup, TableMapping
from ..problem import Problem
from .header import Header, header_of
from .loading import raw_relation
from .records import Mending, broken_line
from .text import Export


def lookups_of(feeding: TableMapping) -> list[Lookup]:
    """The lookups a table mapping makes."""
    return [source.lookup for source in feeding.columns.values() if source.lookup]


def prepare(
    connection: duckdb.DuckDBPyConnection,
    lookup: Lookup,
    table: str,
    exports: Mapping[Path, Export | Problem],
    mending: Mending,
    *,
    excluding: bool,
) -> tuple[list[Problem], list[str]]:
    """Fills the database table `table` with `key` and `found`, one row a key; gives problems and notes.

    `excluding` leaves out the records that cannot be read: the keys they hold supply nothing.
    """
    fitting = [path for path in exports if fnmatchcase(path.name.lower(), lookup.file.lower())]
    if len(fitting) != 1:
        said = "is not in the folder" if not fitting else f"fits {len(fitting)} files of the folder"
        remedy = f"put exactly one such file beside the export: it supplies {lookup.column!r}"
        return [Problem(lookup.file, said, remedy)], []
    export = exports[fitting[0]]
    if isinstance(export, Problem):
        return [export], []
    header = header_of(export.head, "auto", (lookup.key, lookup.column))
    if header is None:
        message = f"lacks the column {lookup.key!r} or {lookup.column!r}"
        return [Problem(export.file, message, "export it with both columns", row=1)], []
    notes = []
    try:
        _fill(connection, lookup, table, export, header)
    except duckdb.InvalidInputException as refused:
        sound, broken = mending.of(export, header)
        if broken and not excluding:
            message = f"{broken_line(refused)} cannot be read, so the file cannot supply {lookup.column!r}"
            return [Problem(export.file, message, "mend that line, or export the file again")], []
        _fill(connection, lookup, table, sound, header)
        if broken:
            notes.append(f"{export.file}: {len(broken):,} broken records supply no {lookup.column!r}")
    return _contradictions(connection, lookup, export, table), notes


def _fill(connection: duckdb.DuckDBPyConnection, lookup: Lookup, table: str, export: Export, header: Header) -> None:
    key, column = header.position(lookup.key), header.position(lookup.column)
    connection.execute(
        f"CREATE TABLE {table} AS SELECT c{key} AS key, min(c{column}) AS found, max(c{column}) AS other "
        f"FROM {raw_relation(export, header)} WHERE c{key} IS NOT NULL GROUP BY 1"
    )


def _contradictions(connection: duckdb.DuckDBPyConnection, lookup: Lookup, export: Export, table: str) -> list[Problem]:
    doubled = connection.execute(f"SELECT key FROM {table} WHERE found <> other ORDER BY key LIMIT 50").fetchall()
    message = f"has several rows of this key that differ in {lookup.column!r}"
    return [Problem(export.file, message, "keep one", column=lookup.key, value=key) for (key,) in doubled]
