"""The log as a file: JSON Lines, which can be verified again, or CSV for a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from pathlib import Path

from .chain import Line

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_jsonl(lines: Iterable[Line], path: Path) -> int:
    """One entry a line, every part as the characters that the hashes are over; how many."""
    count = 0
    with open(path, "w", encoding="utf-8", newline="\n", opener=_private) as file:
        for line in lines:
            file.write(json.dumps(line._asdict(), ensure_ascii=False) + "\n")
            count += 1
    return count


def write_csv(lines: Iterable[Line], path: Path) -> int:
    """UTF-8 with a mark, so that spreadsheets read accents right; no cell may run as a formula."""
    count = 0
    with open(path, "w", encoding="utf-8-sig", newline="", opener=_private) as file:
        table = csv.writer(file)
        table.writerow(Line._fields)
        for line in lines:
            table.writerow([_harmless(part) for part in line])
            count += 1
    return count


def _private(path: str, flags: int) -> int:
    """A new file is its owner's only, like a backup."""
    return os.open(path, flags, 0o600)


def _harmless(cell: str | int) -> str | int:
    """Text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA_STARTS):
        return "'" + cell
    return cell
