"""Writes rows as CSV files, byte by byte the same for the same rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from .world import Row

_WORDS = {True: "true", False: "false"}


def write_rows(path: Path, rows: Iterator[Row]) -> Path | None:
    """A file in our own names: ISO dates, UTC times, true and false. The first row gives the columns; none, no file."""
    first = next(rows, None)
    if first is None:
        return None
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(first)
        for row in chain([first], rows):
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
