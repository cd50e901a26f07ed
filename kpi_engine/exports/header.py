"""The header record of an export, read with the delimiter under which it makes sense."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
MAX_COLUMNS = 2_000


def normal(name: str) -> str:
    """A column name as it is compared: case and blanks around or doubled within do not count."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class Header:
    """The column names of a file in order, and what separates them."""

    delimiter: str
    names: tuple[str, ...]

    def position(self, name: str) -> int | None:
        """Where the column stands, or None; the comparison ignores case and blanks."""
        wanted = normal(name)
        return next((index for index, found in enumerate(self.names) if normal(found) == wanted), None)

    def missing(self, names: Iterable[str]) -> list[str]:
        """Those of the names that the header does not hold."""
        return [name for name in names if self.position(name) is None]

    def doubled(self) -> list[str]:
        """Names that stand for more than one column."""
        counts = Counter(normal(name) for name in self.names if name.strip())
        return [name for name in dict.fromkeys(self.names) if counts[normal(name)] > 1]


def header_of(head: str, delimiter: str, signature: Iterable[str]) -> Header | None:
    """The header if it holds the whole signature under the delimiter (`auto`: under any), else None."""
    wanted = tuple(signature)
    for candidate in DELIMITERS if delimiter == "auto" else (delimiter,):
        header = parse_header(head, candidate)
        if not header.missing(wanted):
            return header
    return None


def parse_header(head: str, delimiter: str) -> Header:
    """The first record of the text, whatever it holds."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        first = next((record for record in reader if record), [])
    except csv.Error:
        first = []
    return Header(delimiter, tuple(name.strip() for name in first[: MAX_COLUMNS + 1]))
