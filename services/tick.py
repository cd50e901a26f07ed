"""The tick: everything that happens by itself, from judging to sending. Twice in a row, it changes nothing.

python -m services.tick [--as-of DATE] [--now MOMENT]
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fcntl import LOCK_EX, flock

from kpi_engine.problem import Problem
from kpi_engine.snapshot_store import current_snapshot

from .act import remind
from .assume import confront
from .close_out import settle
from .configuration import load_engine
from .judge_episodes import judge_episodes
from .outbox import deliver
from .publish_packet import scheduled
from .sample_calendar import present
from .seal_formulas import seal_formulas
from .site import Site
from .watch_clocks import watch_clocks
from .watch_controls import watch_controls

Step = Callable[[Site, date, datetime], tuple[str, ...]]

# In this order: a message goes out in the tick that caused it.
STEPS: tuple[tuple[str, Step], ...] = (
    ("formulas", seal_formulas),
    ("episodes", judge_episodes),
    ("clocks", watch_clocks),
    ("closeouts", settle),
    ("assumptions", confront),
    ("reminders", remind),
    ("controls", watch_controls),
    ("packets", scheduled),
    ("outbox", deliver),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a tick did, in lines for people; what has to be mended first; which steps failed, and how."""

    as_of: date
    done: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    failures: tuple[tuple[str, Exception], ...] = ()


def tick(site: Site, as_of: date | None, now: datetime) -> Report:
    """Run every step for a day (default, and at most: the data date). A step that fails does not stop the others.

    One tick at a time: a second process waits, and then finds nothing left to do.
    """
    snapshot = current_snapshot(site.workspace)
    data_on = now.date() if snapshot is None else snapshot.data_on
    day = min(as_of or data_on, data_on)
    problems = load_engine(site)[1] if snapshot is not None else ()
    done: list[str] = []
    failures: list[tuple[str, Exception]] = []
    with _alone(site):
        for name, step in STEPS:
            try:
                done += step(site, day, now)
            except Exception as failure:
                failures.append((name, failure))
    return Report(day, tuple(done), problems, tuple(failures))


@contextmanager
def _alone(site: Site) -> Iterator[None]:
    site.workspace.mkdir(0o700, parents=True, exist_ok=True)
    with (site.workspace / "tick.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def log_report(report: Report) -> None:
    """Tell the server's log what was done and what went wrong."""
    log = logging.getLogger("revenue_command_center.tick")
    for line in report.done:
        log.info("%s", line)
    for problem in report.problems:
        log.error("to mend: %s", problem)
    for name, failure in report.failures:
        log.error("the step %s failed", name, exc_info=failure)


def main(arguments: list[str] | None = None) -> int:
    """One tick for cron: 0 done, 1 something to mend, 2 wrong usage, 70 a fault of the program."""
    parser = argparse.ArgumentParser(prog="python -m services.tick", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="judge up to this day (default: data)")
    parser.add_argument(
        "--now", type=_moment, metavar="MOMENT", help="log under this moment, such as 2026-06-29T08:00Z"
    )
    given = parser.parse_args(arguments)
    try:
        site = Site.from_environment()
        report = tick(site, given.as_of, given.now or present(site, datetime.now(UTC)))
    except Exception as failure:
        print(f"the tick could not start: {failure}", file=sys.stderr)
        return 70
    for line in report.done or (f"Nothing new as of {report.as_of}.",):
        print(line)
    for problem in report.problems:
        print(problem, file=sys.stderr)
    for name, error in report.failures:
        print(f"the step {name} failed: {type(error).__name__}: {error}", file=sys.stderr)
    return 70 if report.failures else 1 if report.problems else 0


def _moment(text: str) -> datetime:
    """A moment with its time zone; one without is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
