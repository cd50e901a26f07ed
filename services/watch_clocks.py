"""Watching the clocks: a time that ran out before anybody met it is put on record."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from decision_log.entry import Addition
from decision_log.episode import episodes, subject_of
from decision_log.episode_events import ClockMissed, ClockName

from .people import CLOCKWORK
from .site import Site

CLOCKS: dict[ClockName, str] = {
    "root_cause": "Root cause",
    "corrective_plan": "Corrective plan",
    "intervention": "Intervention, measured and logged",
}
"""What each clock asks for, in words."""


def watch_clocks(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
    """Log each clock of a running episode whose time has run out; says which."""
    additions, said = [], []
    for episode in episodes(site.log().stream("episode")).values():
        if episode.closed is not None:
            continue
        subject = subject_of(episode.id)
        for clock in episode.clocks:
            if clock.met is None and not clock.missed and clock.left(now) < timedelta(0):
                event = ClockMissed(clock=clock.name, due_at=clock.due_at)
                additions.append(Addition(subject, event, f"{subject}/missed/{clock.name}"))
                said.append(f"{CLOCKS[clock.name]} is overdue: {episode.opened.context}")
    if additions:
        site.log().add(additions, CLOCKWORK, now)
    return tuple(said)
