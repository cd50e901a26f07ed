"""The quarterly loop in figures: targets by segment, capacity to carry them, pipeline to fill it, budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

import pandas as pd
from pydantic import TypeAdapter

from kpi_engine.engine import Engine
from kpi_engine.period import Calendar, WindowName
from kpi_engine.reading import Reason
from kpi_engine.snapshot import Snapshot
from kpi_engine.snapshot_store import snapshot_history

from .configuration import load_engine
from .people import Person, require
from .publication import Publication, beside, published
from .site import Site

_TOTAL = "(all)"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment ("(all)" is the company): bookings targets of this quarter and the two after it.

    A target that is not set is None. `quota` is what its ramped sellers carry a quarter, `coverage` that of
    the next two quarters, `required` the coverage that the win rate of thirteen weeks asks for; None where they
    are not evaluable.
    """

    name: str
    targets: tuple[float | None, float | None, float | None]
    sellers: float | None
    quota: float | None
    coverage: tuple[float | None, float | None]
    required: float | None

    @property
    def room(self) -> float | None:
        """What the ramped quota leaves above the next quarter's target; negative where sellers lack."""
        return None if self.quota is None or self.targets[1] is None else self.quota - self.targets[1]


@dataclass(frozen=True, slots=True)
class Money:
    """A function's channel: budget of this quarter and the next, and what was spent in the latest quarter on record."""

    function: str
    channel: str
    budget: float | None
    next_budget: float | None
    spent: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The loop on a day. `quarters` are the first days of this quarter and the two after it.

    `spent_in` is the first day of the quarter that `spent` speaks of, `spent_until` the last day of spend on record.
    """

    as_of: date
    currency: str
    quarters: tuple[date, date, date]
    segments: tuple[Segment, ...]
    money: tuple[Money, ...]
    spent_in: date | None
    spent_until: date | None


_PLAN = TypeAdapter(Plan)


def quarter_plan(site: Site, person: Person, as_of: date | None = None) -> Plan | None:
    """The plan's figures as of a day; None without data."""
    require(person, "view")
    publication, _ = published(site, as_of)
    engine, _ = load_engine(site)
    if publication is None or engine is None:
        return None
    return _PLAN.validate_json(
        beside(publication, "plan.json", lambda: _PLAN.dump_json(_plan(site, engine, publication)))
    )


def _plan(site: Site, engine: Engine, publication: Publication) -> Plan:
    assessment = publication.assessment
    day, calendar = assessment.as_of, Calendar.of(engine.company)
    snapshot = next(one for one in snapshot_history(site.workspace) if one.fingerprint == assessment.snapshot)
    this = calendar.quarter(day)
    money, spent_in, spent_until = _money(snapshot, calendar, this)
    first, second, third = (calendar.quarter_span(this + ahead)[0] for ahead in range(3))
    return Plan(
        day,
        engine.company.currency,
        (first, second, third),
        _segments(engine, publication, snapshot, calendar, this),
        money,
        spent_in,
        spent_until,
    )


def _segments(
    engine: Engine, publication: Publication, snapshot: Snapshot, calendar: Calendar, this: int
) -> tuple[Segment, ...]:
    rows = _rows(snapshot, "targets")
    rows = rows[rows["metric"] == "bookings"] if len(rows) else rows
    targets = _by_quarter(rows, "period_on", ("segment",), calendar)
    whole: dict[int, float] = {}
    for (_, quarter), amount in targets.items():
        whole[quarter] = whole.get(quarter, 0) + amount
    asked: tuple[tuple[str, WindowName], ...] = (
        ("sellers", "quarter"), ("ramped_quota", "quarter"), ("pipeline_coverage", "week"),
        ("pipeline_coverage_after_next", "week"), ("required_coverage", "13w"),
    )  # fmt: skip
    read = [_latest(engine, publication, kpi, window) for kpi, window in asked]
    names = sorted({key[0] for key, _ in targets if key[0]} | {name for one in read for name in one if name != _TOTAL})
    found = []
    for name in (_TOTAL, *names):
        sellers, quota, next_, after, required = (one.get(name) for one in read)
        known = (
            whole if name == _TOTAL else {quarter: value for (key, quarter), value in targets.items() if key == (name,)}
        )
        a, b, c = (known.get(this + ahead) for ahead in range(3))
        found.append(Segment(name, (a, b, c), sellers, quota, (next_, after), required))
    return tuple(found)


def _latest(engine: Engine, publication: Publication, kpi: str, window: WindowName) -> dict[str, float]:
    """The latest final reading of the company and of each segment, where it has a value."""
    if kpi not in engine.contracts or window not in engine.contracts[kpi].windows:
        return {}
    readings = publication.readings_of(kpi, window)
    mine = readings[readings["dimension"].isin(["total", "segment"]) & (readings["reason"] != Reason.OPEN.value)]
    newest = mine.sort_values("period_end").drop_duplicates("slice", keep="last")
    known = newest.dropna(subset=["value"])
    return {str(name): float(value) for name, value in zip(known["slice"], known["value"], strict=True)}


def _money(snapshot: Snapshot, calendar: Calendar, this: int) -> tuple[tuple[Money, ...], date | None, date | None]:
    budget = _by_quarter(_rows(snapshot, "budget"), "period_on", ("function", "channel"), calendar)
    spend = _rows(snapshot, "spend")
    spent = _by_quarter(spend, "spent_on", ("function", "channel"), calendar)
    last = max((quarter for _, quarter in spent), default=None)
    keys = sorted({key for key, _ in (*budget, *spent)})
    money = tuple(
        Money(
            key[0],
            key[1],
            budget.get((key, this)),
            budget.get((key, this + 1)),
            None if last is None else spent.get((key, last)),
        )
        for key in keys
    )
    shown = tuple(one for one in money if (one.budget, one.next_budget, one.spent) != (None, None, None))
    until = max(spend["spent_on"].dropna(), default=None) if len(spend) else None
    return shown, None if last is None else calendar.quarter_span(last)[0], until


def _rows(snapshot: Snapshot, table: str) -> pd.DataFrame:
    file = snapshot.tables.get(table)
    return pd.read_parquet(file.path) if file is not None and file.rows else pd.DataFrame()


def _by_quarter(
    rows: pd.DataFrame, when: str, by: tuple[str, ...], calendar: Calendar
) -> dict[tuple[tuple[str, ...], int], float]:
    """Amounts added up by the columns and the fiscal quarter; rows without a day or an amount are left out."""
    if rows.empty:
        return {}
    told = rows.dropna(subset=[when, "amount"])
    lines = sorted(
        (tuple("" if pd.isna(row[name]) else str(row[name]) for name in by), calendar.quarter(row[when]), row["amount"])
        for row in told.to_dict("records")
    )
    return {key: float(sum(one[2] for one in found)) for key, found in groupby(lines, key=lambda one: (one[0], one[1]))}
