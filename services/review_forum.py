"""Reviewing a forum's dashboards: figures from the published readings, what owners say about them, publishing both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from decision_log.entry import Addition, Conflict
from decision_log.review import NarrativeWritten, Review, ReviewPublished, published_reviews, review_of, subject_of
from kpi_engine import ENGINE_VERSION
from kpi_engine.card import Point
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.period import WEEKS_IN, WindowName
from kpi_engine.problem import Problem
from kpi_engine.reading import EMPTY_SLICE, TOTAL_SLICE, Reason

from .configuration import archive, contracts, load_engine
from .dashboards import Dashboard, Panel, load_dashboards
from .directory import load_directory
from .forums import Forum, load_forums
from .people import Person, allowed, require
from .publication import published
from .site import Site
from .written import unfit

_FORM = "narrative"
ReadingsOf = Callable[[str, WindowName], pd.DataFrame]
"""The readings of one KPI in one window."""


@dataclass(frozen=True, slots=True)
class Line:
    """One KPI of one slice: its last periods, the latest final reading and the one before it.

    `value` and `before` are None where they are not evaluable; `reason` says why the latest is not.
    """

    contract: Contract
    slice: str
    points: tuple[Point, ...]
    period_end: date | None
    value: float | None
    before: float | None
    n: int
    reason: str

    @property
    def name(self) -> str:
        """What tells it from the other lines of its panel: the slice, else the KPI."""
        return self.contract.name if self.slice == TOTAL_SLICE else self.slice


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel with its lines; slices in the order of their latest n, the largest first."""

    panel: Panel
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A dashboard on a day, with what was said and published about it."""

    id: str
    dashboard: Dashboard
    as_of: date
    currency: str
    panels: tuple[Drawn, ...]
    review: Review
    narrated_by: str
    may_narrate: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a forum looks at."""

    forum: Forum
    dashboards: dict[str, Dashboard]


def shelves(site: Site, person: Person) -> tuple[tuple[Shelf, ...], tuple[Problem, ...]]:
    """The forums with their dashboards, or what is to mend in the files of either."""
    require(person, "view")
    engine, problems = load_engine(site)
    if engine is None:
        return (), problems
    found, problems = load_dashboards(site, engine.contracts)
    forums, more = load_forums(site)
    unknown = tuple(
        Problem(str(site.forums), f"{forum.id} names a dashboard {name!r} that is not there", "Add its file.")
        for forum in forums
        for name in forum.dashboards
        if name not in found
    )
    if problems or more or unknown:
        return (), (*problems, *more, *unknown)
    return tuple(
        Shelf(forum, {name: found[name] for name in forum.dashboards}) for forum in forums if forum.dashboards
    ), ()


def view(
    site: Site, person: Person, dashboard: str, as_of: date | None = None
) -> tuple[View | None, tuple[Problem, ...]]:
    """A dashboard on a day (default: the data date); None without problems means that no data is there yet."""
    require(person, "view")
    publication, problems = published(site, as_of)
    engine, more = load_engine(site)
    if publication is None or engine is None:
        return None, problems or more
    found = load_dashboards(site, engine.contracts)[0][dashboard]
    day = publication.assessment.as_of
    review = review_of(site.log().of(subject_of(dashboard, day)))
    by = "" if review.narrative is None else load_directory(site)[0].name_of(review.narrative.by)
    return View(
        dashboard,
        found,
        day,
        engine.company.currency,
        tuple(draw(publication.readings_of, engine, panel) for panel in found.panels),
        review,
        by,
        allowed(person, "narrate", own=_is_own(site, person, found)),
    ), ()


def narrate(
    site: Site, person: Person, shown: View, text: str, *, idempotency_key: str, now: datetime
) -> tuple[Problem, ...]:
    """Keep what an owner says about the figures that were shown."""
    require(person, "narrate", own=_is_own(site, person, shown.dashboard))
    problems = unfit(_FORM, "text", text, "Say what the figures mean and what follows.")
    if problems:
        return problems
    event = NarrativeWritten(dashboard=shown.id, as_of=shown.as_of, text=text.strip())
    return _add(site, person, shown, event, idempotency_key, now)


def publish_review(
    site: Site, person: Person, shown: View, *, idempotency_key: str, now: datetime
) -> tuple[Problem, ...]:
    """Publish the dashboard of that day; one that needs a narrative is refused without it."""
    require(person, "narrate", own=_is_own(site, person, shown.dashboard))
    narrative = shown.review.narrative
    if narrative is None and shown.dashboard.narrated:
        return (Problem(_FORM, "is missing", "Say what the figures mean; then publish.", column="text"),)
    named, kept = archive(site)
    publication, problems = published(kept, shown.as_of)
    if publication is None:
        return problems
    event = ReviewPublished(
        dashboard=shown.id,
        title=shown.dashboard.title,
        as_of=shown.as_of,
        narrative="" if narrative is None else narrative.text,
        narrated_by="" if narrative is None else narrative.by,
        snapshot=publication.assessment.snapshot,
        configuration=named,
        engine=ENGINE_VERSION,
    )
    return _add(site, person, shown, event, idempotency_key, now)


def reviews(site: Site, person: Person, dashboard: str) -> tuple[Review, ...]:
    """The published days of a dashboard, the newest first."""
    require(person, "view")
    found = published_reviews(site.log().stream("review"))
    return tuple(one for one in found if one.published and one.published.dashboard == dashboard)


def _add(
    site: Site, person: Person, shown: View, event: NarrativeWritten | ReviewPublished, key: str, now: datetime
) -> tuple[Problem, ...]:
    addition = Addition(subject_of(shown.id, shown.as_of), event, key, version=shown.review.entries + 1)
    try:
        site.log().add([addition], person.id, now)
    except Conflict:
        return (Problem(_FORM, "has been changed by somebody else", "Read it, then send yours again."),)
    return ()


def _is_own(site: Site, person: Person, dashboard: Dashboard) -> bool:
    """Whether the person owns one of its KPIs, or stands above somebody who does."""
    directory, _ = load_directory(site)
    catalogue, _ = contracts(site, person)
    shown = {kpi for panel in dashboard.panels for kpi in panel.kpis}
    owners = {owner for kpi, one in catalogue.items() if kpi in shown for owner in one.owners}
    return any(directory.stands_for(person, owner) for owner in owners)


def draw(readings_of: ReadingsOf, engine: Engine, panel: Panel) -> Drawn:
    """The panel with its figures."""
    found: list[Line] = []
    for kpi in panel.kpis:
        readings = readings_of(kpi, panel.window)
        wanted = readings["dimension"] == panel.by if panel.by else readings["slice"] == TOTAL_SLICE
        slices = readings[wanted & (readings["slice"] != EMPTY_SLICE)].sort_values("period_end")
        lines = (_line(engine.contracts[kpi], str(name), rows, panel) for name, rows in slices.groupby("slice"))
        found += sorted(lines, key=lambda line: (line.value is None, -line.n, line.slice))
    return Drawn(panel, tuple(found))


def _line(contract: Contract, name: str, rows: pd.DataFrame, panel: Panel) -> Line:
    is_open = rows["reason"] == Reason.OPEN.value
    final = rows[~is_open]
    latest = final.iloc[-1] if len(final) else None
    # Trailing windows end every week; the one before is the last that does not overlap.
    stride = WEEKS_IN.get(panel.window, 1)
    before = final.iloc[-1 - stride] if len(final) > stride else None
    points = tuple(_point(row) for _, row in rows.tail(panel.periods).iterrows())
    return Line(
        contract,
        name,
        points,
        None if latest is None else latest["period_end"],
        None if latest is None else _known(latest["value"]),
        None if before is None else _known(before["value"]),
        0 if latest is None else int(latest["n"]),
        "" if latest is None else str(latest["reason"]),
    )


def _point(row: pd.Series[Any]) -> Point:
    is_open = row["reason"] == Reason.OPEN.value
    return Point(row["period_end"], _known(row["provisional"] if is_open else row["value"]), is_open)


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
