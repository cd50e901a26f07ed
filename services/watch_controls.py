"""Watching the controls: owners are told once when one opens, and those above them when its time is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from decision_log.entry import Addition
from decision_log.outbox import subject_of
from kpi_engine.quality.check import Outcome
from kpi_engine.snapshot_store import current_snapshot

from .configuration import load_engine
from .data_health import explanation, run_of, told_of
from .directory import Directory, Title, load_directory
from .inspection import inspected_loads
from .outbox import message
from .people import CLOCKWORK
from .site import Site


def watch_controls(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
    """Tell of open controls: a step of the tick. What a known issue acknowledges does not nag."""
    engine, _ = load_engine(site)
    snapshot = current_snapshot(site.workspace)
    if engine is None or snapshot is None:
        return ()
    loads = inspected_loads(site, engine)
    directory, _ = load_directory(site)
    told: list[Addition] = []
    for outcome in loads[-1].outcomes if loads else ():
        run = run_of(outcome.id, loads)
        explained = explanation(outcome, engine.known_issues, snapshot.data_on)
        if outcome.group == "control" and run is not None and explained is None:
            told += _news(site, directory, outcome, run, now)
    known = site.log().size
    site.log().add(told, CLOCKWORK, now)
    return (f"Controls: {len(told)} told",) if site.log().size > known else ()


def _news(site: Site, directory: Directory, outcome: Outcome, run: str, now: datetime) -> Iterator[Addition]:
    """What is to be told of an open control by now; a message that went out already is never queued twice."""
    named = told_of(outcome.id, run)
    said = f"{outcome.name}: {outcome.violations:,} of {outcome.checked:,} {outcome.table or 'contracts'}"
    text = f"{said}\n\nRule: {outcome.rule}.\nThe records are listed on the data health page."
    opened = site.log().of(subject_of(named))
    if not opened:
        hours = f"to be mended within {outcome.sla_hours} hours"
        to = _ids(directory, outcome.owners)
        yield message(named, to, f"Control open, {said}", f"{text}\n{hours}.", topic="quality")
    elif opened[0].at + timedelta(hours=outcome.sla_hours) <= now and not site.log().of(subject_of(f"{named}/late")):
        above = [title.reports_to for owner in outcome.owners if (title := _title(directory, owner))]
        to = _ids(directory, [*outcome.owners, *(name for name in above if name)])
        late = f"Control still open after {outcome.sla_hours} hours, {said}"
        yield message(f"{named}/late", to, late, text, topic="quality")


def _ids(directory: Directory, titles: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Who holds the titles; a title that nobody holds stays as it is, so that the outbox shows it."""
    return tuple(id_ for title in titles for id_ in [one.id for one in directory.holders([title])] or [title])


def _title(directory: Directory, owner: str) -> Title | None:
    return directory.titles.get(directory.canonical(owner))
