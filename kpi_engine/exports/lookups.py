"""Cells that a second export of the folder supplies: a seller's team, a subscription's account."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb

from ..mappings.model import Lookup, TableMapping
from ..problem import Problem
from .header import header_of
from .loading import raw_relation
from .records import broken_line
from .text import Export, open_export


def lookups_of(feeding: TableMapping) -> list[Lookup]:
    """The lookups a table mapping makes."""
    return [source.lookup for source in feeding.columns.values() if source.lookup]


def prepare(
    connection: duckdb.DuckDBPyConnection, lookup: Lookup, files: Sequence[Path], scratch: Path, table: str
) -> list[Problem]:
    """Fills the database table `table` with `key` and `found`, one row a key."""
    fitting = [path for path in files if fnmatchcase(path.name.lower(), lookup.file.lower())]
    if len(fitting) != 1:
        said = "is not in the folder" if not fitting else f"fits {len(fitting)} files of the folder"
        remedy = f"put exactly one such file beside the export: it supplies {lookup.column!r}"
        return [Problem(lookup.file, said, remedy)]
    export = open_export(fitting[0], scratch)
    if isinstance(export, Problem):
        return [export]
    header = header_of(export.head, "auto", (lookup.key, lookup.column))
    if header is None:
        message = f"lacks the column {lookup.key!r} or {lookup.column!r}"
        return [Problem(export.file, message, "export it with both columns", row=1)]
    key, column = header.position(lookup.key), header.position(lookup.column)
    raw = raw_relation(export, header)
    try:
        connection.execute(
            f"CREATE TEMP TABLE {table} AS SELECT c{key} AS key, min(c{column}) AS found, max(c{column}) AS other "
            f"FROM {raw} WHERE c{key} IS NOT NULL GROUP BY 1"
        )
    except duckdb.InvalidInputException as refused:
        message = f"{broken_line(refused)} cannot be read, so the file cannot supply {lookup.column!r}"
        return [Problem(export.file, message, "mend that line, or export the file again")]
    return _contradictions(connection, lookup, export, table)


def _contradictions(connection: duckdb.DuckDBPyConnection, lookup: Lookup, export: Export, table: str) -> list[Problem]:
    doubled = connection.execute(f"SELECT key FROM {table} WHERE found <> other ORDER BY key LIMIT 50").fetchall()
    message = f"has several rows of this key that differ in {lookup.column!r}"
    return [Problem(export.file, message, "keep one", column=lookup.key, value=key) for (key,) in doubled]
