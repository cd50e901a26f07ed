"""A snapshot: all tables as they were after a load. Immutable, named by its content."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table of a snapshot: a Parquet file, content-addressed.

    `first_event` and `last_event` span the table's event dates; `sources` are the export files it was
    read from; `left_out` counts rows excluded as unreadable, with the reason given for it.
    """

    name: str
    path: Path
    digest: str
    rows: int
    first_event: date | None
    last_event: date | None
    sources: tuple[str, ...] = ()
    left_out: int = 0
    left_out_reason: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All tables after a load. `data_on` is the last day the data speaks of: the default `as_of`.

    `parent` is the fingerprint of the snapshot it was loaded onto.
    """

    fingerprint: str
    data_on: date
    tables: dict[str, TableFile] = field(default_factory=dict)
    parent: str | None = None
