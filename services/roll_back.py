"""The loads there have been, and going back to an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from decision_log.entry import Addition
from decision_log.load import SUBJECT, LoadDiscarded, LoadPublished, LoadRolledBack, load_entries
from kpi_engine.problem import Problem
from kpi_engine.snapshot import Snapshot
from kpi_engine.snapshot_store import Busy, current_snapshot, restore, snapshot_history, snapshots_in_force

from .directory import load_directory
from .people import Person, require
from .publication import published
from .site import Site
from .written import unfit

LEAST_REASON = 10


@dataclass(frozen=True, slots=True)
class PastLoad:
    """A published snapshot: `standing` says what became of it, `by`, `at` and `reason` what the log knows."""

    snapshot: Snapshot
    standing: str
    files: tuple[str, ...] = ()
    by: str = ""
    at: datetime | None = None
    reason: str = ""

    @property
    def rows(self) -> int:
        """Rows of all its tables."""
        return sum(table.rows for table in self.snapshot.tables.values())


def past_loads(site: Site, person: Person) -> tuple[PastLoad, ...]:
    """Every snapshot that was ever in force, once, the newest first."""
    require(person, "publish")
    current = current_snapshot(site.workspace)
    in_force = {one.fingerprint for one in snapshots_in_force(site.workspace)}
    known = {one.fingerprint: one for one in snapshot_history(site.workspace)}
    names = load_directory(site)[0]
    logged = {
        entry.event.snapshot: (entry, entry.event)
        for entry in load_entries(site.log().stream("load"))
        if isinstance(entry.event, LoadPublished)
    }
    found = []
    for fingerprint, snapshot in reversed(known.items()):
        standing = "replaced" if fingerprint in in_force else "rolled back"
        if current is not None and fingerprint == current.fingerprint:
            standing = "in force"
        if fingerprint in logged:
            entry, event = logged[fingerprint]
            found.append(PastLoad(snapshot, standing, event.files, names.name_of(entry.by), entry.at, event.reason))
        else:
            sources = {source for table in snapshot.tables.values() for source in table.sources}
            found.append(PastLoad(snapshot, standing, tuple(sorted(sources))))
    return tuple(found)


def roll_back(
    site: Site, person: Person, fingerprint: str, reason: str, key: str, now: datetime
) -> tuple[Problem, ...]:
    """Put an earlier snapshot in force again; what was published on the later one stays as it was beside it."""
    require(person, "publish")
    if len(reason.strip()) < LEAST_REASON:
        remedy = f"say why in {LEAST_REASON} characters or more"
        return (Problem("load", "a roll-back needs a reason", remedy, column="reason"),)
    if too_long := unfit("load", "reason", reason):
        return too_long
    others = [one.fingerprint for one in snapshot_history(site.workspace) if one.fingerprint != fingerprint]
    if not others:
        return ()
    # Where it is in force already, the process ended before the log knew, and this is the second try.
    event = LoadRolledBack(snapshot=fingerprint, from_snapshot=others[-1], reason=reason.strip())
    try:
        restore(site.workspace, fingerprint, wait=False)
    except Busy:
        return (Problem("load", "somebody's load is being read or published right now", "try again in a minute"),)
    except KeyError:
        return (Problem("load", "there is no such snapshot", "choose one of the list"),)
    site.log().add([Addition(SUBJECT, event, f"load/rolled-back/{key}")], by=person.id, at=now)
    return published(site)[1]


def events(
    site: Site, person: Person
) -> tuple[tuple[datetime, str, LoadPublished | LoadRolledBack | LoadDiscarded], ...]:
    """What people did with loads, the newest first: when, who, what."""
    require(person, "publish")
    names = load_directory(site)[0]
    return tuple(
        (entry.at, names.name_of(entry.by), entry.event)
        for entry in reversed(load_entries(site.log().stream("load")))
        if isinstance(entry.event, LoadPublished | LoadRolledBack | LoadDiscarded)
    )
