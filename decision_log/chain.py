"""The chain: whether lines, in the order in which they are read, are exactly what was once written."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .entry import GENESIS, chained
from .failure import LogFailure

_CHECKPOINT = re.compile(r"\D*(\d+)\D+?([0-9a-f]{16,64})\s*")


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

    def has(self, key: str) -> bool:
        """Whether a line with this key was taken."""
        return key in self._keys

    def count(self, subject: str) -> int:
        """How many lines of a subject were taken."""
        return self._versions[subject]

    def fault(self, line: Line) -> str:
        """What is wrong with the next line; empty, and the line taken, if nothing is."""
        if not _is_legible(line):
            return "it cannot be read as an entry"
        if line.seq != self.size + 1:
            return f"entry {self.size + 1} should stand here, and {line.seq} does"
        if line.previous != self.root:
            return "it does not follow from the entry before it"
        if line.hash != _hash_of(line):
            return "its content is not what its hash was made of"
        if line.version != self._versions[line.subject] + 1:
            return f"it is not number {self._versions[line.subject] + 1} of its subject"
        if line.key in self._keys:
            return "its key is that of an earlier entry"
        self.size, self.root = line.seq, line.hash
        self._versions[line.subject] += 1
        self._keys.add(line.key)
        return ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reading of the whole log found: how many entries are sound, the hash of the last of them, the fault.

    `bad` is the number of the first bad entry (or the place where one is missing), `fault` says what is wrong
    there; both are empty for a sound log.
    """

    checkpoint: Checkpoint
    bad: int | None = None
    fault: str = ""


def verify(lines: Iterable[Line], checkpoints: Iterable[Checkpoint] = ()) -> Verdict:
    """Read the log from its beginning, held against checkpoints taken earlier."""
    chain, roots, expected = Chain(), [GENESIS], tuple(checkpoints)
    try:
        for line in lines:
            before = Checkpoint(chain.size, chain.root)
            fault = chain.fault(line)
            if not fault:
                roots.append(line.hash)
                earlier = (one for one in expected if one.size == chain.size)
                fault = _rewritten(roots, (*earlier, *_carried(line)))
            if fault:
                return Verdict(before, before.size + 1, fault)
    except LogFailure as failure:
        return Verdict(Checkpoint(chain.size, chain.root), chain.size + 1, str(failure))
    once = max((one.size for one in expected), default=0)
    fault = f"the log ends here, and once had {once} entries" if once > chain.size else ""
    return Verdict(Checkpoint(chain.size, chain.root), chain.size + 1 if fault else None, fault)


def _rewritten(roots: Sequence[str], checkpoints: Iterable[Checkpoint]) -> str:
    for size, root in ((one.size, one.root) for one in checkpoints):
        if size >= len(roots) or not roots[size].startswith(root):
            return f"this or an earlier entry was rewritten: entry {size} once had the hash {root[:16]}…"
    return ""


def _carried(line: Line) -> Iterator[Checkpoint]:
    """The checkpoint that a memo or a packet carries, of the log before it."""
    if '"log_size":' in line.body:
        body = json.loads(line.body)
        yield Checkpoint(body["log_size"], body.get("log_hash") or body["log_root"])


def _hash_of(line: Line) -> str:
    """The hash that its content makes."""
    return chained(line.previous, line.seq, line.at, line.by, line.subject, line.version, line.key, line.body)


def _is_legible(line: Line) -> bool:
    """Databases and exports give back what they like where somebody has meddled."""
    return all(isinstance(part, int if name in ("seq", "version") else str) for name, part in line._asdict().items())


def line_of(row: Any) -> Line:
    """The line of a row of the database or of an export."""
    return Line(*(getattr(row, name) for name in Line._fields))
