"""One flipped bit in the database file or its write-ahead log: found, or without any effect on what the log says."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from decision_log.chain import Line, verify
from decision_log.database import Database
from decision_log.failure import LogFailure
from decision_log.log import DecisionLog
from decision_log.source import lines_of

from .deeds import NOW, decision, open_log

_ENTRIES = 150


@dataclass(frozen=True)
class Flips:
    """Each flip falls under one. `harmless`: in unused space or beside the log, every entry reads as before."""

    flips: int
    found_at_start: int
    found_by_verify: int
    harmless: int
    missed: int


def run(folder: Path, times: int, seed: int = 7) -> Flips:
    """Damage a copy of a log so many times, every other time in what is not yet moved out of the write-ahead log."""
    moved, waiting = _made(folder / "moved", in_wal=False), _made(folder / "waiting", in_wal=True)
    chance, found = random.Random(seed), Counter[str]()
    for number in range(times):
        source, file = (moved, "log.sqlite3") if number % 2 else (waiting, "log.sqlite3-wal")
        copy = folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source, copy)
        _flip(copy / file, chance)
        found[_found(copy / "log.sqlite3", _LINES)] += 1
    return Flips(times, found["start"], found["verify"], found["harmless"], found["missed"])


_LINES: list[Line] = []


def _made(folder: Path, *, in_wal: bool) -> Path:
    """A log as a server leaves it that was stopped in good order, or killed."""
    log = open_log(folder / "open" / "log.sqlite3")
    for number in range(_ENTRIES):
        log.add([decision(number)], "robin", NOW)
    if not in_wal:
        log.close()
    shutil.copytree(folder / "open", folder / "left", ignore=shutil.ignore_patterns("*-shm"))
    log.close()
    database = Database.look(folder / "open" / "log.sqlite3")
    _LINES[:] = lines_of(database)
    database.close()
    return folder / "left"


def _flip(file: Path, chance: random.Random) -> None:
    content = bytearray(file.read_bytes())
    bit = chance.randrange(len(content) * 8)
    content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)


def _found(path: Path, lines: Sequence[Line]) -> str:
    copy = path.parent.with_name("verified")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(path.parent, copy)
    try:
        database = Database.open(path)
        _ = DecisionLog(database).size
        database.close()
    except LogFailure:
        return "start"
    try:
        looked = Database.look(copy / path.name)
        noted = looked.witness.last() if looked.witness else None
        if verify(lines_of(looked), [noted] if noted else []).bad is not None:
            return "verify"
        return "harmless" if list(lines_of(looked)) == list(lines) else "missed"
    except LogFailure:
        return "verify"
