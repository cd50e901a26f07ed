"""Processes that change the same decision at once: each change stands on all those before it, none is lost."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from decision_log.chain import verify
from decision_log.database import Database
from decision_log.decision import DecisionTaken
from decision_log.entry import Addition, Conflict
from decision_log.source import lines_of

from .deeds import NOW, decision, in_child, open_log

_FIRST = decision(0)


@dataclass(frozen=True)
class Races:
    """`refused` changes were told that somebody had been faster, and made anew on what then stood there."""

    updates: int
    refused: int
    lost: int
    chain_intact: bool


def run(place: Path | str, times: int, processes: int = 2) -> Races:
    """Let the processes make so many changes between them, as fast as they can."""
    log = open_log(place)
    log.add([_FIRST], "robin", NOW)
    log.close()
    reading, writing = os.pipe()
    children = [in_child(lambda n=n: _change(place, n, times // processes, writing)) for n in range(processes)]
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = [line.split() for line in pipe]
    for pid in children:
        os.waitpid(pid, 0)
    database = Database.look(place)
    lines = list(lines_of(database))
    database.close()
    there = {line.key for line in lines}
    acknowledged = {key for _, key in said}
    lost = len(acknowledged - there) + times // processes * processes - len(acknowledged)
    refused = sum(int(count) for count, _ in said)
    return Races(len(acknowledged), refused, lost, verify(lines).bad is None)


def _change(place: Path | str, process: int, count: int, acknowledgements: int) -> None:
    log = open_log(place)
    taken = _FIRST.event
    assert isinstance(taken, DecisionTaken)
    for number in range(count):
        refused, key = 0, f"change-{process}-{number}"
        while True:
            standing = len(log.of(_FIRST.subject))
            event = taken.model_copy(update={"correction": f"the wording after {standing}"})
            try:
                log.add([Addition(_FIRST.subject, event, key, standing + 1)], "robin", NOW)
                break
            except Conflict:
                refused += 1
        os.write(acknowledgements, f"{refused} {key}\n".encode())
