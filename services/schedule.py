"""The running app's own schedule: a tick every few minutes, beside the pages, whatever the last one met."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from .site import Site
from .tick import log_report, tick

_log = logging.getLogger("revenue_command_center.tick")


@contextmanager
def ticking(site: Site, minutes: float, clock: Callable[[], datetime]) -> Iterator[None]:
    """Tick now and every so many minutes until the block ends; never with 0. Ends with the program, at any moment."""
    done = threading.Event()
    if minutes > 0:
        threading.Thread(target=_run, args=(site, minutes, clock, done), name="tick", daemon=True).start()
    try:
        yield
    finally:
        done.set()


def minutes_of(setting: str) -> float:
    """The minutes between ticks as RCC_TICK_MINUTES says them: 5 by default, 0 for never."""
    try:
        found = float(setting or 5)
    except ValueError:
        found = -1.0
    if 0 <= found < float("inf"):
        return found
    _log.error("RCC_TICK_MINUTES is %r, which is no number of minutes: it is taken as 5", setting)
    return 5.0


def _run(site: Site, minutes: float, clock: Callable[[], datetime], done: threading.Event) -> None:
    while not done.is_set():
        try:
            log_report(tick(site, None, clock()))
        except Exception:
            _log.exception("the tick failed; the next one is in %g minutes", minutes)
        done.wait(minutes * 60)
