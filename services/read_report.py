"""Reading reports: one in the app or as a file, every publication of reviews and reports, and building one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from decision_log.report import Report, reports
from decision_log.review import ReviewPublished
from kpi_engine.problem import Problem

from .configuration import archived, engine_of
from .directory import load_directory
from .download import Download
from .forums import load_forums
from .people import Person, require
from .provenance import obstacles, recorded_provenance
from .report.content import LAYOUT, Content, from_json
from .report.gather import Occasion, gather
from .report.outputs import Built, built
from .site import Site
from .stored_packet import file_of

_WHERE = "report"


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


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A report built again from its fingerprints, and which outputs have other bytes than then."""

    built: Built
    different: tuple[str, ...]


def all_reports(site: Site, person: Person) -> tuple[Report, ...]:
    """Every edition, newest first."""
    require(person, "view")
    return reports(site.log().stream("report"))


def open_report(site: Site, person: Person, id_: str) -> Opened | None:
    """An edition; None if there is none of that id."""
    report = next((one for one in all_reports(site, person) if one.id == id_), None)
    if report is None:
        return None
    html, pdf = (_file(site, report, kind) for kind in ("html", "pdf"))
    return Opened(report, from_json(_file(site, report, "content").content), html, pdf)


def _file(site: Site, report: Report, kind: str) -> Download:
    digest = getattr(report.published, kind)
    return Download(f"{report.id}-{digest[:12]}.{kind}", (site.workspace / file_of(digest, kind)).read_bytes())


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


def rebuild_report(site: Site, id_: str) -> tuple[Rebuilt | None, tuple[Problem, ...]]:
    """Build the report again from its snapshot, its archived configuration and the log of then; nothing is kept."""
    report = next((one for one in reports(site.log().stream("report")) if one.id == id_), None)
    if report is None:
        return None, (Problem(_WHERE, f"there is no report {id_!r}", "See the reports page for those that are."),)
    then = report.published
    problems = tuple(obstacles(site, then, LAYOUT, _WHERE))
    if problems:
        return None, problems
    kept = archived(site, then.configuration)
    engine, problems = engine_of(kept, then.snapshots, then.log_size)
    forum = next((one for one in load_forums(kept)[0] if one.id == then.forum), None)
    if engine is None or forum is None:
        return None, problems or (Problem(_WHERE, f"the archived forums lack {then.forum!r}"),)
    snapshot = engine.history[-1]
    readings = engine.readings(snapshot, then.as_of)
    occasion = Occasion(forum, then.edition, datetime.fromisoformat(then.published_at))
    content = gather(
        kept,
        engine,
        engine.assess(snapshot, then.as_of),
        lambda kpi, window: readings[(readings["kpi"] == kpi) & (readings["window"] == window)],
        occasion,
        recorded_provenance(then),
    )
    done = built(content)
    return Rebuilt(done, tuple(kind for kind, digest in done.digests.items() if digest != getattr(then, kind))), ()
