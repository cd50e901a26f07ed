"""Gathering a report: figures, the log as it was, and what owners say, turned into its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from decision_log.report import name_of, reports
from kpi_engine.card import Assessment
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from rendering.units import day

from ..brief import Item, joined
from ..directory import load_directory
from ..forums import Forum
from ..packet.content import Provenance
from ..packet.follow_up import caveats, checks, tasks
from ..packet.summary import counts, movers
from ..review_forum import ReadingsOf
from ..site import Site
from .appendix import changes, definitions
from .commentary import chapters, comments
from .content import Content
from .performance import areas, objectives
from .summary import risks, steps, wins


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which report it is: the forum, the edition, the moment it is published."""

    forum: Forum
    edition: int
    published_at: datetime


def gather(
    site: Site,
    engine: Engine,
    assessment: Assessment,
    readings_of: ReadingsOf,
    occasion: Occasion,
    provenance: Provenance,
) -> Content:
    """The content. `site` holds the archived configuration; the log is read up to the provenance's size."""
    log, up_to = site.log(), provenance.log_size
    directory, _ = load_directory(site, up_to)
    local = occasion.published_at.astimezone(ZoneInfo(engine.company.time_zone))
    brief = joined(site, assessment, up_to)
    red = [item for item in brief.items if item.card.status == "red" and not item.card.folded]
    since = _before(site, occasion.forum, assessment.as_of, up_to)
    goals = objectives(site, engine, readings_of, assessment.as_of)
    told = chapters(site, engine, readings_of, occasion.forum, assessment.as_of, directory, up_to)
    shown = [engine.contracts[check.kpi] for check in assessment.checks]
    return Content(
        id=name_of(occasion.forum.id, assessment.as_of, occasion.edition),
        company=engine.company.name,
        forum=occasion.forum.name,
        edition=occasion.edition,
        as_of=assessment.as_of,
        data_on=assessment.data_on,
        published=f"{day(local.date())}, {local:%H:%M} {local.tzname()}",
        headline=_headline(assessment, red),
        counts=counts(assessment.checks),
        wins=wins(log, since, up_to, directory, goals),
        risks=risks(red, directory),
        trends=movers(assessment.checks, engine.contracts, engine.company.currency),
        areas=areas(site, engine, assessment, up_to),
        objectives=goals,
        chapters=told,
        comments=comments(log, brief.items, since, up_to, directory, engine.contracts),
        tasks=tasks(log.stream("action", up_to), directory, local.date()),
        steps=steps(log.stream("decision", up_to), since, directory),
        checks=checks(log.stream("decision", up_to), directory, local.date(), since),
        definitions=definitions(_unique(shown)),
        changes=changes(_unique(shown)),
        caveats=tuple(caveats(assessment, engine.contracts)),
        provenance=provenance,
    )


def _headline(assessment: Assessment, red: Sequence[Item]) -> str:
    """The answer first: how much of what is watched holds, and what the rest may cost."""
    kpis = {check.kpi for check in assessment.checks}
    off = {item.card.kpi for item in red}
    if not off:
        return f"None of {len(kpis)} KPIs is red"
    return f"{len(off)} of {len(kpis)} KPIs {'is' if len(off) == 1 else 'are'} red"


def _before(site: Site, forum: Forum, as_of: date, up_to: int) -> int:
    """The size of the log at the forum's report on earlier data; 0 for the first."""
    earlier = (
        one.published.log_size
        for one in reports(site.log().stream("report", up_to))
        if one.published.forum == forum.id and one.published.as_of < as_of
    )
    return next(earlier, 0)


def _unique(contracts: Sequence[Contract]) -> list[Contract]:
    return sorted({one.id: one for one in contracts}.values(), key=lambda one: one.name)
