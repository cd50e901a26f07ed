"""A disk that fills up while decisions are logged: what was acknowledged stays, the rest is refused and sent later."""

from __future__ import annotations

import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

from decision_log.chain import verify
from decision_log.database import Database
from decision_log.failure import NotSaved
from decision_log.source import lines_of

from .deeds import NOW, decision, in_child, open_log


@dataclass(frozen=True)
class Full:
    """Decisions on disks of different sizes. `crashed` writers met something else than a plain refusal."""

    disks: int
    acknowledged: int
    refused: int
    lost: int
    crashed: int
    chain_intact: bool


def run(folder: Path, times: int) -> Full:
    """Fill so many disks, each a little larger; then make room, and send again what was refused."""
    acknowledged = refused = lost = crashed = 0
    intact = True
    for number in range(times):
        place = folder / f"{number}.sqlite3"
        Database.open(place).close()
        room = place.stat().st_size + 20_000 + number * 4_111
        said, code = _fill(place, room)
        crashed += code != 0
        told = [int(line[1:]) for line in said if line.startswith("+")]
        untold = [int(line[1:]) for line in said if line.startswith("-")]
        log = open_log(place)
        for one in untold:
            log.add([decision(one)], "robin", NOW)
        log.close()
        database = Database.look(place)
        lines = list(lines_of(database))
        database.close()
        subjects = [line.subject for line in lines]
        lost += len({decision(one).subject for one in (*told, *untold)} - set(subjects))
        intact = intact and verify(lines).bad is None and len(subjects) == len(set(subjects))
        acknowledged, refused = acknowledged + len(told), refused + len(untold)
    return Full(times, acknowledged, refused, lost, crashed, intact)


def _fill(place: Path, room: int) -> tuple[list[str], int]:
    """What a writer was told, until it was refused five times; no file of its may grow beyond the room."""
    reading, writing = os.pipe()

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        log = open_log(place)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        number = refused = 0
        while refused < 5:
            number += 1
            try:
                log.add([decision(number)], "robin", NOW)
                os.write(writing, b"+%d\n" % number)
            except NotSaved:
                refused += 1
                os.write(writing, b"-%d\n" % number)

    pid = in_child(work)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read().split()
    return said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
