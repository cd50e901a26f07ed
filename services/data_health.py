"""Data health: how fresh each source is, what the controls and hygiene rules found, and what each load changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import pandas as pd

from decision_log.outbox import subject_of
from kpi_engine.asking import source_tables
from kpi_engine.column_uses import columns_of
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.known_issue import KnownIssue
from kpi_engine.problem import Problem
from kpi_engine.quality.check import Outcome
from kpi_engine.snapshot import Snapshot, TableFile
from kpi_engine.snapshot_store import current_snapshot

from .configuration import load_engine
from .inspection import Inspected, inspected_loads, inspection_of
from .people import Person, require
from .publication import assessed
from .site import Site


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the load: how old its last event is, and after how many days a KPI that reads it is stale.

    `stale_after` is the strictest of the contracts that read the table, None if none says.
    """

    file: TableFile
    age_days: int | None
    stale_after: int | None
    kpis: int

    @property
    def state(self) -> Literal["fresh", "stale", "unknown"]:
        """Whether the source keeps its promise."""
        if self.age_days is None or self.stale_after is None:
            return "unknown"
        return "stale" if self.age_days > self.stale_after else "fresh"


@dataclass(frozen=True, slots=True)
class Standing:
    """A check as it stands: its outcome, its violations by load (None: not evaluated), oldest first.

    `due` is when its owners must have mended it, once they were told; `explained` a known issue in force that
    acknowledges it.
    """

    outcome: Outcome
    trend: tuple[tuple[date, int | None], ...]
    due: datetime | None = None
    explained: KnownIssue | None = None


@dataclass(frozen=True, slots=True)
class TableChange:
    """What a load did to one table: rows before (None: the table is new) and after (None: it is gone)."""

    table: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Load:
    """A snapshot in the order of loading, and the tables that differ from the load before."""

    number: int
    snapshot: Snapshot
    changes: tuple[TableChange, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """The data health page, whole; loads newest first."""

    data_on: date
    sources: tuple[Source, ...]
    controls: tuple[Standing, ...]
    hygiene: tuple[Standing, ...]
    loads: tuple[Load, ...]


def health(site: Site, person: Person) -> tuple[Health | None, tuple[Problem, ...]]:
    """How healthy the data of the current load is; None without problems means that no data is there yet."""
    require(person, "view")
    assessment, problems = assessed(site)  # assessing inspects a load that nobody has asked about yet
    engine, more = load_engine(site)
    snapshot = current_snapshot(site.workspace)
    if assessment is None or engine is None or snapshot is None:
        return None, problems or more
    loads = inspected_loads(site, engine)
    standings = [_standing(site, one, loads, engine, snapshot) for one in (loads[-1].outcomes if loads else ())]
    return Health(
        snapshot.data_on,
        tuple(_sources(engine, snapshot)),
        tuple(one for one in standings if one.outcome.group == "control"),
        tuple(one for one in standings if one.outcome.group == "hygiene"),
        tuple(_loads(engine.history)),
    ), ()


def offences(site: Site, person: Person, check: str) -> pd.DataFrame:
    """The records that break a check in the current load: columns record, name, owner, team, wrong, since."""
    require(person, "view")
    return offences_of(site, check)


def offences_of(site: Site, check: str) -> pd.DataFrame:
    """The same, for services that have checked the right."""
    engine, _ = load_engine(site)
    snapshot = current_snapshot(site.workspace)
    found = inspection_of(site, engine, snapshot) if engine and snapshot else None
    return pd.DataFrame() if found is None else found.of(check).drop(columns="check").reset_index(drop=True)


def began(rows: pd.DataFrame, data_on: date, weeks: int = 13) -> tuple[tuple[tuple[str, int], ...], int]:
    """How many records began to break a check in each of the last weeks (by their Monday), and how many earlier.

    Nothing where the check does not know since when a record is wrong.
    """
    days = pd.to_datetime(rows["since"], errors="coerce").dropna()
    if days.empty:
        return (), 0
    last = data_on - timedelta(days=data_on.weekday())
    mondays = [last - timedelta(weeks=back) for back in reversed(range(weeks))]
    counted = (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).dt.date.value_counts()
    return tuple((str(monday), int(counted.get(monday, 0))) for monday in mondays), int(
        counted[counted.index < mondays[0]].sum()
    )


def run_of(check: str, loads: Sequence[Inspected]) -> str | None:
    """The fingerprint of the first load of the running streak in which a check is open; None if it is not."""
    first = None
    for load in reversed(loads):
        outcome = next((one for one in load.outcomes if one.id == check), None)
        if outcome is None or outcome.state == "passed":
            break
        if outcome.state == "open":
            first = load.snapshot.fingerprint
    return first


def told_of(check: str, run: str) -> str:
    """The dedupe id of the message that told the owners of a check that it opened."""
    return f"control/{check}/{run[:16]}"


def explanation(outcome: Outcome, issues: Iterable[KnownIssue], as_of: date) -> KnownIssue | None:
    """The known issue in force that speaks of the check's table as a whole."""
    return next(
        (one for one in issues if one.in_force(as_of) and one.scope.table == outcome.table and not one.scope.kpis), None
    )


@dataclass(frozen=True, slots=True)
class Lineage:
    """One table that a KPI stands on: the columns its formula names, the files, and the load that brought them."""

    table: str
    columns: tuple[str, ...]
    file: TableFile | None
    load: Load | None


def lineage(site: Site, person: Person, kpi: str) -> tuple[Lineage, ...]:
    """From a KPI down to the files its numbers were read from, table by table."""
    require(person, "view")
    engine, _ = load_engine(site)
    snapshot = current_snapshot(site.workspace)
    if engine is None or snapshot is None or kpi not in engine.contracts:
        return ()
    contract = engine.contracts[kpi]
    loads = tuple(_loads(engine.history))
    named = columns_of(contract.metric)
    return tuple(
        Lineage(
            table,
            tuple(sorted(column.removeprefix(f"{table}.") for column in named if column.startswith(f"{table}."))),
            snapshot.tables.get(table),
            _brought(snapshot.tables.get(table), loads),
        )
        for table in source_tables(contract, engine.company, snapshot.data_on)
    )


def _brought(file: TableFile | None, newest_first: Sequence[Load]) -> Load | None:
    """The load since which the table is as it is now."""
    found = None
    for load in newest_first:
        then = load.snapshot.tables.get(file.name) if file else None
        if file is None or then is None or then.digest != file.digest:
            break
        found = load
    return found


def _standing(site: Site, outcome: Outcome, loads: Sequence[Inspected], engine: Engine, snapshot: Snapshot) -> Standing:
    trend = tuple((load.snapshot.data_on, _violations(load.outcomes, outcome.id)) for load in loads)
    run, due = run_of(outcome.id, loads), None
    if run is not None:
        told = site.log().of(subject_of(told_of(outcome.id, run)))
        due = told[0].at + timedelta(hours=outcome.sla_hours) if told else None
    return Standing(outcome, trend, due, explanation(outcome, engine.known_issues, snapshot.data_on))


def _violations(outcomes: Iterable[Outcome], check: str) -> int | None:
    found = next((one for one in outcomes if one.id == check), None)
    return None if found is None or found.state == "not_evaluable" else found.violations


def _sources(engine: Engine, snapshot: Snapshot) -> Iterable[Source]:
    reading: dict[str, list[Contract]] = {}
    for contract in engine.contracts.values():
        for table in source_tables(contract, engine.company, snapshot.data_on):
            reading.setdefault(table, []).append(contract)
    found = [_source(file, reading.get(name, []), snapshot.data_on) for name, file in snapshot.tables.items()]
    order = ("stale", "fresh", "unknown")
    return sorted(found, key=lambda one: (order.index(one.state), -(one.age_days or 0), one.file.name))


def _source(file: TableFile, contracts: Sequence[Contract], data_on: date) -> Source:
    limits = [one.refresh.stale_after_days for one in contracts if one.refresh.stale_after_days]
    age = (data_on - file.last_event).days if file.last_event else None
    return Source(file, age, min(limits, default=None), len(contracts))


def _loads(history: Sequence[Snapshot]) -> Iterable[Load]:
    before: Mapping[str, TableFile] = {}
    found = []
    for number, snapshot in enumerate(history, 1):
        found.append(Load(number, snapshot, tuple(_changes(before, snapshot.tables))))
        before = snapshot.tables
    return reversed(found)


def _changes(before: Mapping[str, TableFile], after: Mapping[str, TableFile]) -> Iterable[TableChange]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old is None or new is None or old.digest != new.digest:
            yield TableChange(name, old.rows if old else None, new.rows if new else None)
