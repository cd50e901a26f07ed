"""The chain: whether lines, in the order in which they are read, are exactly what was once written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from .entry import GENESIS, chained

_CHECKPOINT = re.compile(r"\s*(\d+)\D+?([0-9a-f]{16,64})\s*")


class Line(NamedTuple):
    """An entry as it is stored and exported: every part as the characters that the hash is over."""

    seq: int
    at: str
    by: str
    subject: str
    version: int
    key: str
    body: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size of the log at some time, and the hash of its last entry or at least the first 16 digits of it."""

    size: int
    root: str

    @classmethod
    def parse(cls, text: str) -> Checkpoint | None:
        """As printed on memos and packets: the size, something between, the hash; None if it is not one."""
        found = _CHECKPOINT.fullmatch(text)
        return cls(int(found[1]), found[2]) if found else None

    def __str__(self) -> str:
        return f"{self.size}:{self.root}"


class Chain:
    """Takes lines one by one and says what is wrong with the first bad one."""

    def __init__(self) -> None:
        self.size, self.root = 0, GENESIS
        self._versions: Counter[str] = Counter()
        self._keys: set[str] = set()

    def fault(self, line: Line) -> str:
        """What is wrong with the next line; empty, and the line taken, if nothing is."""
        *parts, said = line
        if line.seq != self.size + 1:
            return f"entry {self.size + 1} should stand here, and {line.seq} does"
        if line.previous != self.root:
            return "it does not follow from the entry before it"
        if chained(line.previous, *parts[:7]) != said:  # type: ignore[arg-type]
            return "its content is not what its hash was made of"
        if line.version != self._versions[line.subject] + 1:
            return f"it is not number {self._versions[line.subject] + 1} of its subject"
        if line.key in self._keys:
            return "its key is that of an earlier entry"
        self.size, self.root = line.seq, said
        self._versions[line.subject] += 1
        self._keys.add(line.key)
        return ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reading of the whole log found: how many entries are sound, the hash of the last of them, the fault.

    `bad` is the number of the first bad entry, `fault` says what is wrong there; both empty for a sound log.
    """

    checkpoint: Checkpoint
    bad: int | None = None
    fault: str = ""


def verify(lines: Iterable[Line], checkpoints: Iterable[Checkpoint] = ()) -> Verdict:
    """Read the log from its beginning, held against checkpoints taken earlier."""
    chain, expected = Chain(), {one.size: one.root for one in checkpoints}
    for line in lines:
        fault = chain.fault(line) or _other_root(expected, line)
        if fault:
            return Verdict(Checkpoint(chain.size, chain.root), line.seq, fault)
    missing = [size for size in expected if size > chain.size]
    if missing:
        fault = f"the log ends after {chain.size} entries, and once had {max(missing)}"
        return Verdict(Checkpoint(chain.size, chain.root), chain.size + 1, fault)
    return Verdict(Checkpoint(chain.size, chain.root))


def _other_root(expected: dict[int, str], line: Line) -> str:
    root = expected.get(line.seq)
    if root is None or line.hash.startswith(root):
        return ""
    return f"the log was rewritten: its entry {line.seq} once had the hash {root[:16]}…"


def line_of(row: Any) -> Line:
    """The line of a row of the database or of an export."""
    return Line(*(getattr(row, name) for name in Line._fields))
