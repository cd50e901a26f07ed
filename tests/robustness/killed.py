"""Kills an import by SIGKILL at one step after another, and looks at what it left.

`python -m tests.robustness.killed HOME WAY EVERY RANDOM` prints how many times it killed. A step is any opening,
renaming, making or removing of a file in the workspace; `EVERY` is the distance between the steps that are tried,
`RANDOM` how often to kill at a moment that is no step. The process itself never runs the engine: it forks, and a
fork of a process with threads may hang.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from kpi_engine.importing import current_snapshot, snapshot_history
from kpi_engine.snapshot_store import publish_candidate

from .judge import import_files
from .truth import LAYOUTS, clean

_STEPS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"}
OLD = {layout.file: clean(layout, Random(1), 20).bytes() for layout in LAYOUTS[:2]}
NEW = {layout.file: clean(layout, Random(2), 30).bytes() for layout in LAYOUTS[:2]}


def publish(way: str, home: Path) -> str:
    """Puts the new exports in force, at once or as a candidate first; gives the fingerprint."""
    if way == "import":
        result = import_files(NEW, home)
        assert result.snapshot, result.problems
        return result.snapshot.fingerprint
    onto = current_snapshot(home / "workspace")
    result = import_files(NEW, home, only_propose=True)
    assert result.snapshot, result.problems
    publish_candidate(home / "workspace", result.snapshot.fingerprint, onto and onto.fingerprint)
    return result.snapshot.fingerprint


def main(home: Path, way: str, every: int, at_random: int) -> int:
    """How many kills left the snapshot whole or absent, and let the same import succeed; an AssertionError if not."""
    old = home / "old"
    assert _forked(lambda: import_files(OLD, old)) == 0
    steps = _steps(way, _copy(old, home / "counting"))
    started = time.monotonic()
    assert _forked(lambda: publish(way, _copy(old, home / "timing"))) == 0
    lasts = time.monotonic() - started
    kills = 0
    for step in range(1, steps + 1, every):
        kills += _one(old, home / f"step{step}", lambda at, step=step: _dying(way, at, step))
    rng = Random(way)
    for number in range(at_random):
        kills += _one(old, home / f"moment{number}", lambda at: publish(way, at), after=rng.random() * lasts)
    return kills


def _one(old: Path, at: Path, act: Callable[[Path], object], after: float | None = None) -> bool:
    """One kill and the look at what is left; False if the import was quicker."""
    _copy(old, at)
    status = _forked(lambda: act(at), after)
    assert _forked(lambda: look(old, at)) == 0, f"{at.name}: not whole, or the same import fails"
    shutil.rmtree(at)
    return status == -signal.SIGKILL


def look(old: Path, at: Path) -> None:
    """The snapshot is the old one or the new one and whole; the same import then puts the new one in force."""
    before = current_snapshot(old / "workspace")
    left = current_snapshot(at / "workspace")
    assert before
    assert left
    for snapshot in snapshot_history(at / "workspace"):
        for table in snapshot.tables.values():
            assert hashlib.sha256(table.path.read_bytes()).hexdigest() == table.digest, table.path
    fresh = import_files(NEW, at).snapshot
    assert fresh
    assert left.fingerprint in {before.fingerprint, fresh.fingerprint}
    assert current_snapshot(at / "workspace") == fresh
    assert not list((at / "workspace").glob(".import-*"))
    assert [one.fingerprint for one in snapshot_history(at / "workspace")] == [before.fingerprint, fresh.fingerprint]


def _steps(way: str, at: Path) -> int:
    """How many steps there are; a child counts them into a file beside the workspace."""
    said = at / "steps"

    def count() -> None:
        steps = 0

        def seen(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal steps
            steps += event in _STEPS and str(at / "workspace") in str(arguments[0])

        sys.addaudithook(seen)
        publish(way, at)
        said.write_text(str(steps))

    assert _forked(count) == 0
    return int(said.read_text())


def _dying(way: str, at: Path, step: int) -> None:
    left = step

    def seen(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event not in _STEPS or str(at / "workspace") not in str(arguments[0]):
            return
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(seen)
    publish(way, at)


def _forked(act: Callable[[], object], kill_after: float | None = None) -> int:
    """Exit code of the act in a child, which is killed after so many seconds if given."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
        os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        # The child may have ended; until it is waited for, its number is its own.
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _copy(old: Path, to: Path) -> Path:
    shutil.copytree(old, to)
    return to


if __name__ == "__main__":
    home, way, every, at_random = sys.argv[1:]
    Path(home, "old").mkdir()
    print(main(Path(home), way, int(every), int(at_random)))
