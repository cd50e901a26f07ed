"""Publishing the pre-read of a forum's meeting: built, stored by hash, put on record, mailed to subscribers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from decision_log.entry import Addition
from decision_log.outbox import Attachment
from decision_log.packet import (
    Packet,
    PacketPublished,
    SubscriptionChanged,
    name_of,
    packets,
    subject_of,
    subscription_of,
)
from decision_log.packet import subscribers as subscribed
from kpi_engine.engine import Engine
from kpi_engine.problem import Problem

from .configuration import archive, load_engine
from .edition import content_of, file_of, put_on_record, record_of, tells_nothing_new
from .forum_calendar import next_meeting
from .forums import Forum, load_forums
from .outbox import message
from .packet.build import build
from .packet.content import LAYOUT, from_json
from .packet.gather import Occasion
from .people import CLOCKWORK, Person, require
from .provenance import provenance_of
from .publication import assessed
from .site import Site

_WHERE = "packet"
_MEDIA = {"html": "text/html", "pdf": "application/pdf"}


def forums_with_packets(site: Site, person: Person) -> tuple[Forum, ...]:
    """The forums that packets can be published for; none while there is something to mend in their file."""
    require(person, "view")
    return load_forums(site)[0]


def publish(
    site: Site, person: Person, forum_id: str, *, as_of: date | None, idempotency_key: str, now: datetime
) -> tuple[Packet | None, tuple[Problem, ...]]:
    """Publish the packet of the forum's next meeting; one that tells nothing new is the edition that told it first."""
    require(person, "facilitate")
    forums, problems = load_forums(site)
    forum = next((one for one in forums if one.id == forum_id), None)
    if forum is None:
        return None, problems or (Problem(str(site.forums), f"has no forum {forum_id!r}", "Choose another."),)
    return _publish(site, forum, person.id, as_of, idempotency_key, now)


def scheduled(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
    """Publish the packets that are to go out by now, each once: a step of the tick."""
    found: list[str] = []
    engine, _ = load_engine(site)
    for forum in load_forums(site)[0] if engine else ():
        assert engine is not None
        meeting = next_meeting(forum, _local(engine, now).date())
        if (
            meeting is None
            or site.log().of(subject_of(forum.id, meeting))
            or _local(engine, now) < _due(forum, meeting)
        ):
            continue
        key = f"{subject_of(forum.id, meeting)}/scheduled"
        packet, _ = _publish(site, forum, CLOCKWORK, as_of, key, now)
        if packet is not None:
            found.append(f"{forum.name}: the pre-read for {meeting} is out, {packet.published.pages} pages")
    return tuple(found)


def subscribe(site: Site, person: Person, forum_id: str, wanted: bool, now: datetime) -> None:
    """Send the forum's packets to the person by mail from now on, or no longer."""
    require(person, "view")
    if (person.id in subscribers(site, forum_id)) != wanted:
        subject = subscription_of(forum_id, person.id)
        number = len(site.log().of(subject)) + 1
        event = SubscriptionChanged(forum=forum_id, wanted=wanted)
        site.log().add([Addition(subject, event, f"{subject}/{number}")], person.id, now)


def subscribers(site: Site, forum_id: str) -> tuple[str, ...]:
    """The ids of the persons who get the forum's packets by mail."""
    return subscribed(site.log().stream("subscription"), forum_id)


def _local(engine: Engine, now: datetime) -> datetime:
    """The moment on the company's own clock."""
    return now.astimezone(ZoneInfo(engine.company.time_zone)).replace(tzinfo=None)


def _due(forum: Forum, meeting: date) -> datetime:
    """When the packet goes out, on the company's own clock."""
    return datetime.combine(meeting - timedelta(days=forum.pre_read_days), time(forum.pre_read_hour))


def _publish(
    site: Site, forum: Forum, by: str, as_of: date | None, key: str, now: datetime
) -> tuple[Packet | None, tuple[Problem, ...]]:
    earlier = _with_key(site, key)
    if earlier is not None:
        return earlier, ()
    head = site.log().head
    named, kept = archive(site)
    assessment, problems = assessed(kept, as_of)
    engine, more = load_engine(kept)
    if assessment is None or engine is None:
        return None, problems or more or (
            Problem(_WHERE, "has no data to tell of", "Import a folder of exports first."),
        )
    provenance = provenance_of(site, assessment.snapshot, named, LAYOUT, head)
    today = _local(engine, now).date()
    meeting = next_meeting(forum, today) or today
    subject = subject_of(forum.id, meeting)
    occasion = Occasion(forum, meeting, len(site.log().of(subject)) + 1, now)
    built = build(kept, engine, assessment, occasion, provenance)
    latest = next((one for one in packets(site.log().stream("packet")) if one.subject == subject), None)
    if latest is not None and tells_nothing_new(built.content, from_json(content_of(site, latest.published))):
        return latest, ()
    event = PacketPublished(meeting_on=meeting, cut=built.content.cut, **record_of(built, forum, now))
    additions = [Addition(subject, event, key, version=occasion.edition), *_mail(site, event)]
    problems = put_on_record(site, built, additions, by, now)
    return (None, problems) if problems else (_with_key(site, key), ())


def _with_key(site: Site, key: str) -> Packet | None:
    return next((one for one in packets(site.log().stream("packet")) if one.key == key), None)


def _mail(site: Site, event: PacketPublished) -> list[Addition]:
    to = subscribers(site, event.forum)
    if not to:
        return []
    id_ = name_of(event.forum, event.meeting_on, event.edition)
    digests = {"pdf": event.pdf, "html": event.html}
    attached = [
        Attachment(name=f"{id_}.{kind}", media_type=_MEDIA[kind], file=file_of(digest, kind), sha256=digest)
        for kind, digest in digests.items()
    ]
    return [
        message(
            f"packet/{id_}",
            to,
            f"{event.forum_name}: pre-read for {event.meeting_on}",
            f"The pre-read for the meeting on {event.meeting_on} is attached, as PDF and as a page for the browser.",
            topic="packet",
            attachments=attached,
        )
    ]
