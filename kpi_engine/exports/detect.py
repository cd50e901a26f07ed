"""How a file seems to be written, from its beginning and its end: shown to a person before anything counts.

Python's own csv reader under four delimiters decides; clevercsv takes seconds to load and knows no more of
our files. charset-normalizer proposes an encoding only where the bytes are neither UTF-8 nor UTF-16.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..problem import Problem
from .header import DELIMITERS, MAX_COLUMNS
from .text import binary_kind, encoding_of, footer_of

SHOWN_ROWS = 6
ENCODINGS = (
    "utf-8",
    "cp1252",
    "utf-16",
    "iso-8859-15",
    "cp1250",
    "cp1251",
    "mac_roman",
    "shift_jis",
    "gb18030",
    "big5",
)
_HEAD = 1 << 16
_LOOKED_AT = 300
_ABOVE = 30
_EAST_ASIAN = {"cp932": "shift_jis", "shift_jis": "shift_jis", "gb18030": "gb18030", "big5": "big5"}
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")
_SLASHED = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(\D.*)?")
_POINT = re.compile(r"\D{0,4}(\d{1,3}(,\d{3})+\.\d+|\d+\.\d+|\d{1,3}(,\d{3}){2,})\D{0,4}")
_COMMA = re.compile(r"\D{0,4}(\d{1,3}([. ]\d{3})+,\d+|\d+,\d+|\d{1,3}(\.\d{3}){2,})\D{0,4}")
_EITHER = re.compile(r"\D{0,4}[1-9]\d{0,2}[.,]\d{3}\D{0,4}")


@dataclass(frozen=True, slots=True)
class Detection:
    """How the file seems to be written; `lines_above` stand over the header, `footer_bytes` under the rows.

    `dates` and `decimals` are words, from the first rows only. `head` holds the first records below the
    header, as text.
    """

    encoding: str
    delimiter: str
    quoted: bool
    lines_above: int
    header: tuple[str, ...]
    footer_bytes: int
    dates: str
    decimals: str
    head: tuple[tuple[str, ...], ...]

    def column(self, index: int) -> list[str]:
        """The filled cells of a column in the first rows."""
        return [row[index].strip() for row in self.head if index < len(row) and row[index].strip()]


def detect(
    path: Path, encoding: str | None = None, delimiter: str | None = None, lines_above: int | None = None
) -> Detection | Problem:
    """What the file seems to be; what a person told already is not guessed again."""
    with path.open("rb") as stream:
        start = stream.read(_HEAD)
    if kind := binary_kind(start):
        return Problem(path.name, f"is {kind}, not CSV text", "unpack or export it as CSV (UTF-8)")
    encoding = encoding or proposed_encoding(path, start)
    if encoding is None:
        return Problem(path.name, "is not text in an encoding we know", "export it as CSV (UTF-8)")
    text = start.decode(encoding, "replace").removeprefix("\ufeff")
    if not text.strip():
        return Problem(path.name, "is empty", "export it again; a table without rows still has its header")
    delimiter = delimiter or _delimiter(text)
    lines_above = _lines_above(text, delimiter) if lines_above is None else lines_above
    body = "".join(text.splitlines(keepends=True)[lines_above:])
    records = _records(body, delimiter, _LOOKED_AT)
    header = tuple(cell.strip() for cell in records[0][:MAX_COLUMNS]) if records else ()
    cells = [cell.strip() for row in records[1:] for cell in row if cell.strip()]
    quoted = '"' in body
    footer = footer_of(path)[0] if encoding in ("utf-8", "cp1252") else 0
    head = tuple(tuple(row) for row in records[1:])
    return Detection(
        encoding, delimiter, quoted, lines_above, header, footer, _dates(cells), _decimals(cells), head
    )  # fmt: skip


def proposed_encoding(path: Path, start: bytes) -> str | None:
    """The encoding that the whole file is text in; East Asian ones only by what charset-normalizer finds."""
    found = encoding_of(path)
    if found in ("utf-8", "utf-16") or b"\0" in start:
        return found
    from charset_normalizer import from_bytes

    # Nearly any bytes are text in Windows-1252, so its competitors are asked first.
    best = from_bytes(start).best()
    return _EAST_ASIAN.get(best.encoding, found) if best else found


def _delimiter(text: str) -> str:
    """The sign under which most records have as many cells as most others, and more than one."""

    def score(sign: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _records(text, sign, 100))
        width, rows = max(widths.items(), key=lambda one: (one[0] > 1, one[1], one[0]), default=(1, 0))
        return (rows / max(1, widths.total()) if width > 1 else 0.0), width

    return max(DELIMITERS, key=score)


def _lines_above(text: str, delimiter: str) -> int:
    """Lines before the first that has as many cells as most lines have, none of them empty if that can be."""
    if text.lower().startswith("sep="):
        return 1
    lines = text.splitlines()[: _LOOKED_AT + _ABOVE]
    widths = [len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines]
    usual = Counter(width for width in widths if width > 1).most_common(1)
    if not usual or widths[0] == usual[0][0]:
        return 0
    first = next(index for index, width in enumerate(widths) if width == usual[0][0])
    # A quoted line end makes the first lines look short; titles above a table hold few cells.
    return first if first <= _ABOVE and max(widths[:first]) <= max(2, usual[0][0] // 2) else 0


def _records(text: str, delimiter: str, most: int) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[list[str]] = []
    try:
        for record in reader:
            if record:
                found.append(record)
            if len(found) > most:
                break
    except csv.Error:
        pass
    # The last record of a cut beginning may be half a record.
    return found[:-1] if len(text) >= _HEAD // 2 and len(found) > 1 and len(found) <= most else found


def _dates(cells: Iterable[str]) -> str:
    slashed = [match for cell in cells if (match := _SLASHED.fullmatch(cell))]
    day_first, month_first = any(int(m[1]) > 12 for m in slashed), any(int(m[2]) > 12 for m in slashed)
    if day_first and month_first:
        return "mixed: some day first, some month first"
    if day_first or month_first:
        return f"{'day' if day_first else 'month'} first, as {slashed[0][0]}"
    if slashed:
        return f"day and month cannot be told apart yet, as {slashed[0][0]}"
    iso = next((cell for cell in cells if _ISO.fullmatch(cell)), None)
    return f"year first, as {iso}" if iso else "none seen"


def _decimals(cells: list[str]) -> str:
    """One thousand two hundred may be written like one and two tenths: such cells are evidence of nothing."""
    sure = [cell for cell in cells if not _EITHER.fullmatch(cell) and not _SLASHED.fullmatch(cell)]
    point = next((cell for cell in sure if _POINT.fullmatch(cell)), None)
    comma = next((cell for cell in sure if _COMMA.fullmatch(cell)), None)
    if point and comma:
        return f"unclear: {point} and {comma}"
    if comma or point:
        return f"comma, as {comma}" if comma else f"point, as {point}"
    either = next((cell for cell in cells if _EITHER.fullmatch(cell)), None)
    return f"unclear, as {either}" if either else "whole numbers"
