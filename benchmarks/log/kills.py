"""kill -9 while decisions are logged: what was acknowledged is there, and a retry doubles nothing."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from decision_log.chain import verify
from decision_log.database import Database
from decision_log.source import lines_of

from .deeds import NOW, decision, in_child, open_log


@dataclass(frozen=True)
class Kills:
    """Counts of decisions, and whether the chain holds. `unknown` were in the log though nobody was told so."""

    kills: int
    acknowledged: int
    unknown: int
    lost: int
    doubled: int
    chain_intact: bool


def run(place: Path | str, times: int, seed: int = 7) -> Kills:
    """Kill the writer so many times; the next one begins by sending again what was not acknowledged."""
    chance = random.Random(seed)
    acknowledged: set[int] = set()
    unknown = killed = 0
    Database.open(place).close()
    while killed < times:
        first = max(acknowledged, default=0) + 1
        said, alive = _write_until_killed(place, first, chance.randrange(1, 9), chance.uniform(0, 0.01))
        killed += alive
        acknowledged |= said
        unknown += _is_there(place, max(acknowledged, default=0) + 1)
    _write(place, max(acknowledged) + 1, os.open(os.devnull, os.O_WRONLY), 1)
    database = Database.look(place)
    lines = list(lines_of(database))
    database.close()
    subjects = [line.subject for line in lines]
    lost = len({decision(number).subject for number in acknowledged} - set(subjects))
    doubled = len(subjects) - len(set(subjects))
    return Kills(killed, len(acknowledged), unknown, lost, doubled, verify(lines).bad is None)


def _write_until_killed(place: Path | str, first: int, least: int, seconds: float) -> tuple[set[int], bool]:
    """What a writer was told is saved, as it reported through a pipe; killed some moments after the least of it."""
    reading, writing = os.pipe()
    pid = in_child(lambda: _write(place, first, writing, 10_000))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = [pipe.readline() for _ in range(least)]
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        told += pipe.readlines()
    _, status = os.waitpid(pid, 0)
    return {int(line) for line in told if line.endswith(b"\n")}, os.WIFSIGNALED(status)


def _write(place: Path | str, first: int, acknowledgements: int, count: int) -> None:
    log = open_log(place)
    for number in range(first, first + count):
        log.add([decision(number)], "robin", NOW)
        os.write(acknowledgements, b"%d\n" % number)


def _is_there(place: Path | str, number: int) -> bool:
    database = Database.look(place)
    try:
        return any(line.subject == decision(number).subject for line in lines_of(database))
    finally:
        database.close()
