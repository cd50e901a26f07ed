"""A fresh table beside the one it replaces: what looks lost or old."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ..problem import Problem
from ..snapshot import TableFile
from .loading import Loaded


def shrunk(table: str, rows: int, last_event: date | None, before: TableFile | None) -> list[str]:
    """Notes on a table that holds less than the last load, or does not reach as far."""
    if before is None:
        return []
    notes = []
    if rows < before.rows:
        notes.append(f"{table}: {before.rows - rows:,} fewer rows than the last load, which held {before.rows:,}")
    if before.last_event and (last_event is None or last_event < before.last_event):
        reach = f"reaches to {last_event}" if last_event else "holds no event"
        notes.append(f"{table}: {reach}, the last load reached to {before.last_event}; is this an older export?")
    return notes


def cut(table: str, loads: Iterable[Loaded], notes: list[str]) -> list[Problem]:
    """The file of a table with such notes that ends amid a line."""
    open_ended = [load.export.file for load in loads if load.feeding.table == table and load.export.open_end]
    return [
        Problem(file, f"is cut: it ends amid a line; {notes[0]}", "export it again") for file in open_ended if notes
    ]
