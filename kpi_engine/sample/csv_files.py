"""Writes rows as CSV files, byte by byte the same for the same rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from .world import Row

_WORDS = {True: "true", False: "false"}


def write_rows(path: Path, rows: Iterable[Row]) -> Path:
    """A file in our own names: ISO dates, UTC times, true and false; the first row gives the columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in enumerate(rows):
            if number == 0:
                writer.writerow(row)
            writer.writerow([_WORDS[value] if isinstance(value, bool) else value for value in row.values()])
    return path


def write_report(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], footer: Sequence[str] = ()
) -> Path:
    """A report as a CRM exports it: every cell quoted, and lines after the last row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)
        for line in footer:
            writer.writerow([line]) if line else file.write("\r\n")
    return path
