"""Reading reports: one in the app or as a file, every publication of reviews and reports, and building one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from decision_log.report import Report, reports
from decision_log.review import ReviewPublished
from kpi_engine.engine import Engine
from kpi_engine.problem import Problem

from .directory import load_directory
from .download import Download
from .edition import Built, content_of, download_of
from .forums import Forum
from .packet.content import Provenance
from .people import Person, require
from .rebuild import Rebuilt, rebuilt
from .report.content import LAYOUT, Content, from_json
from .report.gather import Occasion, gather
from .report.outputs import built
from .site import Site


@dataclass(frozen=True, slots=True)
class Opened:
    """A report with its content and files."""

    report: Report
    content: Content
    html: Download
    pdf: Download


@dataclass(frozen=True, slots=True)
class Issued:
    """A review or a report as it was published: its day of data, by whom, when (UTC), its words, its address."""

    sort: str
    title: str
    as_of: date
    by: str
    at: datetime
    words: str
    address: str


def all_reports(site: Site, person: Person) -> tuple[Report, ...]:
    """Every edition, newest first."""
    require(person, "view")
    return reports(site.log().stream("report"))


def open_report(site: Site, person: Person, id_: str) -> Opened | None:
    """An edition; None if there is none of that id."""
    report = next((one for one in all_reports(site, person) if one.id == id_), None)
    if report is None:
        return None
    html, pdf = (download_of(site, id_, report.published, kind) for kind in ("html", "pdf"))
    return Opened(report, from_json(content_of(site, report.published)), html, pdf)


def issued(site: Site, person: Person) -> tuple[Issued, ...]:
    """Every published review and report, the latest publication first."""
    require(person, "view")
    name_of = load_directory(site)[0].name_of
    found = [
        Issued("Report", f"{one.published.forum_name}, edition {one.published.edition}", one.published.as_of,
               name_of(one.by), one.at, one.published.headline, f"/reports?report={one.id}")
        for one in all_reports(site, person)
    ]  # fmt: skip
    for lines in site.log().stream("review").values():
        for entry in lines:
            said = entry.event
            if isinstance(said, ReviewPublished):
                address = f"/reviews?dashboard={said.dashboard}&as_of={said.as_of}"
                by = name_of(entry.by)
                found.append(Issued("Review", said.title, said.as_of, by, entry.at, said.narrative, address))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def rebuild_report(site: Site, id_: str) -> tuple[Rebuilt[Content] | None, tuple[Problem, ...]]:
    """Build the report again from its snapshot, its archived configuration and the log of then; nothing is kept."""
    report = next((one for one in reports(site.log().stream("report")) if one.id == id_), None)
    if report is None:
        return None, (Problem("report", f"there is no report {id_!r}", "See the reports page for those that are."),)
    then = report.published

    def again(kept: Site, engine: Engine, forum: Forum, provenance: Provenance) -> Built[Content]:
        snapshot = engine.history[-1]
        readings = engine.readings(snapshot, then.as_of)
        content = gather(
            kept,
            engine,
            engine.assess(snapshot, then.as_of),
            lambda kpi, window: readings[(readings["kpi"] == kpi) & (readings["window"] == window)],
            Occasion(forum, then.edition, datetime.fromisoformat(then.published_at)),
            provenance,
        )
        return built(content)

    return rebuilt(site, then, LAYOUT, again)
