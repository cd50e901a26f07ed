"""The slow, exact look at a file that the fast reader refused: which records are broken, and why."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Lock

import numpy as np

from .header import Header
from .text import Export

_LONGEST_CELL = 16 * 1024 * 1024
_CHUNK = 1 << 22


def broken_line(refusal: Exception) -> str:
    """Where the fast reader gave up, in words a person can follow."""
    found = re.search(r"on Line: (\d+)", str(refusal))
    return f"line {found[1]}" if found else "a record"


def mend(export: Export, header: Header, target: Path) -> list[tuple[int, str]]:
    """Writes the sound records to `target` in plain form; gives (record, what is wrong) of the others.

    The header is record 1.
    """
    csv.field_size_limit(_LONGEST_CELL)
    broken: list[tuple[int, str]] = []
    with (
        export.path.open(encoding="utf-8-sig", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, delimiter=header.delimiter, lineterminator="\n")
        for number, record in _records(csv.reader(source, delimiter=header.delimiter, strict=True)):
            if isinstance(record, str):
                broken.append((number, record))
            elif len(record) != len(header.names):
                broken.append((number, f"has {len(record)} cells where the header has {len(header.names)}"))
            else:
                writer.writerow(record)
    return broken


class Mending:
    """The files of one import that the fast reader refused; each is looked at once, whoever asks for it."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._lock = Lock()
        self._done: dict[tuple[Path, str], tuple[Export, list[tuple[int, str]]]] = {}

    def of(self, export: Export, header: Header) -> tuple[Export, list[tuple[int, str]]]:
        """The export without its broken records, and (record, what is wrong) of these."""
        file = export.path, header.delimiter
        with self._lock:
            if file not in self._done:
                target = self._scratch / f"mended_{len(self._done)}.csv"
                broken = mend(export, header, target)
                self._done[file] = replace(export, path=target), broken
            return self._done[file]


def overflows(path: Path, delimiter: str, separators: int) -> bool:
    """Whether the file holds more separators outside quotes than that.

    The fast reader takes an empty cell beyond the last column for nothing, though it tells of shifted cells.
    """
    quoted, found = False, 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            # Marks toggle; a doubled mark toggles twice, with nothing in between.
            pieces = chunk.split(b'"') if b'"' in chunk else [chunk]
            found += sum(_count(piece, delimiter) for piece in pieces[quoted::2])
            quoted ^= len(pieces) % 2 == 0
    return found > separators


def _count(piece: bytes, sign: str) -> int:
    # Long pieces many times faster by numpy, short ones by bytes.
    if len(piece) < 1024:
        return piece.count(sign.encode())
    return int(np.count_nonzero(np.frombuffer(piece, np.uint8) == ord(sign)))


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | str]]:
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, _words(str(error))
            continue
        if record:
            yield number, record
        else:
            number -= 1


def _words(error: str) -> str:
    if "unexpected end of data" in error:
        return "has a quotation mark that is never closed"
    if "expected after" in error:
        return "has text after a closing quotation mark"
    return f"can't be read ({error})"
