"""A steady load: decisions at a fixed rate from several processes, each waited for until it is on disk."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from decision_log.chain import verify
from decision_log.database import Database
from decision_log.source import lines_of

from .deeds import NOW, decision, in_child, open_log

_OPENING = 3.0
"""Seconds in which every process opens the log, before the first decision is due."""


@dataclass(frozen=True)
class Load:
    """Milliseconds from the moment a decision was due to its acknowledgement, waiting for one's turn included."""

    acknowledged: int
    per_second: float
    p50: float
    p95: float
    worst: float
    lost: int
    chain_intact: bool


def run(place: Path | str, seconds: float, rate: float = 50, processes: int = 4) -> Load:
    """Log decisions at `rate` a second for so long."""
    Database.open(place).close()
    reading, writing = os.pipe()
    begin, each = time.monotonic() + _OPENING, int(seconds * rate / processes)
    children = [in_child(lambda n=n: _log(place, n, each, processes, rate, begin, writing)) for n in range(processes)]
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = [line.split() for line in pipe]
    for pid in children:
        os.waitpid(pid, 0)
    took = time.monotonic() - begin
    database = Database.look(place)
    lines = list(lines_of(database))
    database.close()
    lost = len({decision(int(number)).subject for number, _ in said} - {line.subject for line in lines})
    lost += each * processes - len(said)
    waits = sorted(float(wait) for _, wait in said)
    at = [waits[int(share * (len(waits) - 1))] for share in (0.5, 0.95, 1)]
    return Load(len(said), len(said) / took, *at, lost, verify(lines).bad is None)


def _log(place: Path | str, process: int, count: int, processes: int, rate: float, begin: float, said: int) -> None:
    log = open_log(place)
    for turn in range(count):
        number = turn * processes + process
        due = begin + number / rate
        time.sleep(max(0, due - time.monotonic()))
        log.add([decision(number)], "robin", NOW)
        os.write(said, f"{number} {(time.monotonic() - due) * 1000:.2f}\n".encode())
