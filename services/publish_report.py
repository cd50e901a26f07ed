"""Publishing a forum's standard report: not before its owners have said what the figures mean; stored by hash."""

from __future__ import annotations

from datetime import date, datetime

from decision_log.entry import Addition
from decision_log.report import Report, ReportPublished, reports, subject_of
from kpi_engine.problem import Problem

from .configuration import archive, load_engine
from .dashboards import load_dashboards
from .edition import content_of, put_on_record, record_of, tells_nothing_new
from .forums import Forum, load_forums
from .people import Person, require
from .provenance import provenance_of
from .publication import published
from .report.content import LAYOUT, Content, from_json
from .report.gather import Occasion, gather
from .report.outputs import built
from .site import Site

_WHERE = "report"
_REPORTING = ("monthly", "quarterly")


def reporting_forums(site: Site, person: Person) -> tuple[Forum, ...]:
    """The forums that a report is made for: the monthly and the quarterly ones."""
    require(person, "view")
    return tuple(forum for forum in load_forums(site)[0] if forum.cadence in _REPORTING)


def draft_report(
    site: Site, person: Person, forum_id: str, as_of: date | None, now: datetime
) -> tuple[Content | None, tuple[Problem, ...]]:
    """What the report would say now; None without problems means that no data is there yet."""
    require(person, "view")
    forum = next((one for one in reporting_forums(site, person) if one.id == forum_id), None)
    return (None, ()) if forum is None else _content(site, forum, as_of, now)


def unsaid(content: Content) -> tuple[str, ...]:
    """The dashboards whose owners have not said yet what the figures mean: they stand against publishing."""
    return tuple(one.title for one in content.chapters if not one.narrative)


def publish_report(
    site: Site, person: Person, forum_id: str, *, as_of: date | None, idempotency_key: str, now: datetime
) -> tuple[Report | None, tuple[Problem, ...]]:
    """Publish the forum's report; one that tells nothing new is the edition that told it first."""
    require(person, "facilitate")
    earlier = _with_key(site, idempotency_key)
    if earlier is not None:
        return earlier, ()
    forum = next((one for one in reporting_forums(site, person) if one.id == forum_id), None)
    if forum is None:
        return None, (Problem(_WHERE, f"is for no forum {forum_id!r}", "Choose another."),)
    content, problems = _content(site, forum, as_of, now)
    if content is None:
        return None, problems or (Problem(_WHERE, "has no data to tell of", "Import a folder of exports first."),)
    lacking = unsaid(content)
    if lacking:
        remedy = "Its owners write it on the reviews page; then publish."
        return None, (Problem(_WHERE, f"lacks the narrative of {', '.join(lacking)}", remedy),)
    subject = subject_of(forum.id, content.as_of)
    latest = next((one for one in _reports(site) if one.subject == subject), None)
    if latest is not None and tells_nothing_new(content, from_json(content_of(site, latest.published))):
        return latest, ()
    done = built(content)
    event = ReportPublished(headline=content.headline, **record_of(done, forum, now))
    addition = Addition(subject, event, idempotency_key, version=event.edition)
    problems = put_on_record(site, done, [addition], person.id, now)
    return (None, problems) if problems else (_with_key(site, idempotency_key), ())


def _content(site: Site, forum: Forum, as_of: date | None, now: datetime) -> tuple[Content | None, tuple[Problem, ...]]:
    head = site.log().head
    named, kept = archive(site)
    publication, problems = published(kept, as_of)
    engine, more = load_engine(kept)
    if publication is None or engine is None:
        return None, problems or more
    misfits = load_dashboards(kept, engine.contracts)[1]
    if misfits:
        return None, misfits
    assessment = publication.assessment
    provenance = provenance_of(site, assessment.snapshot, named, LAYOUT, head)
    edition = len(site.log().of(subject_of(forum.id, assessment.as_of))) + 1
    occasion = Occasion(forum, edition, now)
    return gather(kept, engine, assessment, publication.readings_of, occasion, provenance), ()


def _with_key(site: Site, key: str) -> Report | None:
    return next((one for one in _reports(site) if one.key == key), None)


def _reports(site: Site) -> tuple[Report, ...]:
    return reports(site.log().stream("report"))
