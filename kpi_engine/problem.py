"""A `Problem` is a person's mistake in a file: a value that says where it is and how to mend it.

Badly written is not the same as violated: a contract with a typo gives a `Problem`, a metric past its
threshold gives a breach. Exceptions stay reserved for mistakes of the programmer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend.

    `line` counts lines of a YAML file, `row` counts records of an export (the header is row 1).
    `message` says what is wrong, `remedy` how to mend it.
    """

    file: str
    message: str
    remedy: str = ""
    line: int | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        """`file:line: field: message`, or `file, row N, column C: message` for an export."""
        if self.row is not None or self.line is None:
            place = self.file
            if self.row is not None:
                place += f", row {self.row}"
            if self.column is not None:
                place += f", column {self.column}"
        else:
            place = f"{self.file}:{self.line}"
            if self.column is not None:
                place += f": {self.column}"
        shown = "" if self.value is None else f" (value {self.value[:80]!r})"
        remedy = f" — {self.remedy}" if self.remedy else ""
        return f"{place}: {self.message}{shown}{remedy}"


def abridged(problems: Sequence[Problem], most: int = 50) -> Iterator[Problem]:
    """The first `most` rows with the same problem, then how many there are of it: what a person reads."""
    kinds = [(one.file, one.column, one.message) for one in problems]
    counts = Counter(kinds)
    seen: Counter[tuple[str, str | None, str]] = Counter()
    for problem, kind in zip(problems, kinds, strict=True):
        seen[kind] += 1
        if seen[kind] <= most:
            yield problem
        elif seen[kind] == counts[kind]:
            message = f"{counts[kind]:,} rows have this problem; the first {most:,} are listed"
            yield Problem(problem.file, message, column=problem.column)
