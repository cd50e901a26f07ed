"""Running a meeting: opening it, moving along its agenda, noting, deferring, handing over; anybody may follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from decision_log.entry import Addition
from decision_log.event import Event
from decision_log.meeting import (
    AgendaSection,
    ItemDeferred,
    Meeting,
    MeetingEnded,
    MeetingHandedOver,
    MeetingJoined,
    MeetingOpened,
    MeetingPaused,
    MeetingResumed,
    NoteTaken,
    Place,
    PlaceEntered,
    Topic,
    meeting_of,
    meetings,
    subject_of,
)
from kpi_engine.company import Company
from kpi_engine.contract import FORUMS, Cadence
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model
from rendering.units import where

from .brief import Brief, brief
from .directory import load_directory
from .forums import Forum, load_forums
from .people import Person, allowed, require
from .site import Site
from .written import unfit

_WHERE = "meeting"
_NOT_THERE = Problem(_WHERE, "is not there", "Open one from the meeting page.")
_ENDED = Problem(_WHERE, "has ended", "Open the next one.")


def all_meetings(site: Site, person: Person) -> tuple[Meeting, ...]:
    """Every meeting, newest first."""
    require(person, "view")
    return meetings(site.log().stream("meeting"))


def running(site: Site, person: Person) -> Meeting | None:
    """The meeting that has been opened last and has not ended."""
    return next((one for one in all_meetings(site, person) if one.ended_at is None), None)


def follow(site: Site, person: Person, id_: str) -> Meeting | None:
    """A meeting as it stands now."""
    require(person, "view")
    lines = site.log().of(subject_of(id_))
    return meeting_of(lines) if lines else None


def open_meeting(
    site: Site, person: Person, forum_id: str, now: datetime, *, as_of: date | None = None
) -> tuple[Meeting | None, tuple[Problem, ...]]:
    """Open the forum's meeting of today, led by the person; one that is running already is that one.

    It works on the cards judged on `as_of` (default: the data date). Its deep dives are the worst exceptions
    that nobody has decided on yet.
    """
    require(person, "facilitate")
    known, problems = load_forums(site)
    forum = next((one for one in known if one.id == forum_id), None)
    if forum is None:
        return None, problems or (Problem(str(site.forums), f"has no forum {forum_id!r}", "Choose another."),)
    held = [one for one in all_meetings(site, person) if one.opened.forum == forum.id]
    if held and held[0].ended_at is None:
        return held[0], ()
    opened, problems = _opening(site, person, forum, now, as_of)
    if opened is None:
        return None, problems
    same_day = sum(one.opened.held_on == opened.held_on for one in held)
    id_ = f"{forum.id}-{opened.held_on}" + (f"-{same_day + 1}" if same_day else "")
    subject = subject_of(id_)
    # Two facilitators who open it at once name the same intent: the second is given the first's meeting.
    site.log().add([Addition(subject, opened, f"{subject}/opened")], person.id, now)
    return follow(site, person, id_), ()


def _opening(
    site: Site, person: Person, forum: Forum, now: datetime, as_of: date | None
) -> tuple[MeetingOpened | None, tuple[Problem, ...]]:
    company, mistakes = load_model(site.company, Company)
    found, problems = agenda_brief(site, person, forum.cadence, as_of)
    if company is None or found is None:
        missing = Problem(_WHERE, "has no data to look at", "Import a folder of exports first.")
        return None, tuple(mistakes) or problems or (missing,)
    worst = [item.card for item in found.to_decide][: forum.deep_dives]
    opened = MeetingOpened(
        forum=forum.id,
        name=forum.name,
        cadence=forum.cadence,
        held_on=now.astimezone(ZoneInfo(company.time_zone)).date(),
        time_zone=company.time_zone,
        judged_on=found.assessment.as_of,
        facilitator=person.id,
        agenda=tuple(AgendaSection(**section.model_dump()) for section in forum.agenda),
        topics=tuple(Topic(key=card.key, name=card.name, where=where(card.dimension, card.slice)) for card in worst),
    )
    return opened, ()


def agenda_brief(
    site: Site, person: Person, cadence: Cadence, judged_on: date | None = None
) -> tuple[Brief | None, tuple[Problem, ...]]:
    """The brief of a forum: the weekly meeting works on every breach, the others on those of their own KPIs."""
    found, problems = brief(site, person, judged_on)
    if found is None or cadence == "weekly":
        return found, problems
    own = tuple(item for item in found.items if item.card.forum.casefold() == FORUMS[cadence])
    return replace(found, items=own), problems


def pulse(site: Site, person: Person, id_: str) -> tuple[int, ...]:
    """Differs from an earlier one once something has happened that the meeting's screens show.

    Who came or read something is left out: a dozen people who arrive must not redraw a dozen screens each time.
    """
    require(person, "view")
    log = site.log()
    told = sum(not isinstance(entry.event, MeetingJoined) for entry in log.of(subject_of(id_)))
    return told, *(sum(map(len, log.stream(name).values())) for name in ("decision", "action"))


def join(site: Site, person: Person, meeting: Meeting, now: datetime) -> None:
    """Note that the person is there; once is enough."""
    require(person, "view")
    if meeting.ended_at is None and person.id not in meeting.attendees:
        subject = subject_of(meeting.id)
        site.log().add([Addition(subject, MeetingJoined(), f"{subject}/joined/{person.id}")], person.id, now)


def enter(site: Site, person: Person, id_: str, place: Place, *, seen: int, now: datetime) -> tuple[Problem, ...]:
    """Move everybody to a place; `seen` are the presses that the person's screen knew of.

    If others have pressed since, the meeting stays where they moved it: pressing "next" on two screens at
    once moves on once. The same holds for pausing, resuming and handing over.
    """
    meeting, problems = led_by(site, person, id_)
    if meeting is not None and place not in meeting.places:
        return (Problem(_WHERE, "has no such place on its agenda", "Choose one that it has."),)
    return problems or _press(site, person, id_, PlaceEntered(place=place), seen, now)


def pause(site: Site, person: Person, id_: str, *, seen: int, now: datetime) -> tuple[Problem, ...]:
    """Stop the timers."""
    return led_by(site, person, id_)[1] or _press(site, person, id_, MeetingPaused(), seen, now)


def resume(site: Site, person: Person, id_: str, *, seen: int, now: datetime) -> tuple[Problem, ...]:
    """Let the timers go on."""
    return led_by(site, person, id_)[1] or _press(site, person, id_, MeetingResumed(), seen, now)


def may_lead(site: Site, person: Person) -> tuple[Person, ...]:
    """Who else could lead a meeting."""
    require(person, "view")
    listed = (member.person for member in load_directory(site)[0].people if not member.disabled)
    return tuple(other for other in listed if other.id != person.id and allowed(other, "facilitate"))


def hand_over(site: Site, person: Person, id_: str, to: str, *, seen: int, now: datetime) -> tuple[Problem, ...]:
    """Let somebody else lead from here; the meeting stays where it is."""
    problems = led_by(site, person, id_)[1]
    if not problems and to not in {other.id for other in may_lead(site, person)}:
        problems = (
            Problem(_WHERE, f"cannot be led by {to!r}", "Choose somebody with the facilitator's role.", column="to"),
        )
    return problems or _press(site, person, id_, MeetingHandedOver(to=to), seen, now)


def take_over(site: Site, person: Person, id_: str, *, seen: int, now: datetime) -> tuple[Problem, ...]:
    """Lead it from here, for a facilitator who finds it without one."""
    require(person, "facilitate")
    meeting = follow(site, person, id_)
    if meeting is None:
        return (_NOT_THERE,)
    if meeting.ended_at is not None:
        return (_ENDED,)
    return _press(site, person, id_, MeetingHandedOver(to=person.id), seen, now)


def note(
    site: Site, person: Person, id_: str, place: Place, text: str, *, idempotency_key: str, now: datetime
) -> tuple[Problem, ...]:
    """Write down what was agreed at a place; it replaces what stood there."""
    _, problems = led_by(site, person, id_)
    return (
        problems
        or unfit(_WHERE, "note", text)
        or _write(site, person, id_, NoteTaken(place=place, text=text.strip()), idempotency_key, now)
    )


def defer(
    site: Site, person: Person, id_: str, topic: Topic, reason: str, *, idempotency_key: str, now: datetime
) -> tuple[Problem, ...]:
    """Put an exception off to another meeting, with a reason."""
    _, problems = led_by(site, person, id_)
    if not problems and not reason.strip():
        problems = (Problem(_WHERE, "needs a reason", "Say what has to be known or done first.", column="reason"),)
    event = ItemDeferred(topic=topic, reason=reason.strip())
    return problems or unfit(_WHERE, "reason", reason) or _write(site, person, id_, event, idempotency_key, now)


def take_up(
    site: Site, person: Person, id_: str, topic: Topic, *, idempotency_key: str, now: datetime
) -> tuple[Problem, ...]:
    """Take an exception up again that had been put off."""
    event = ItemDeferred(topic=topic, reason="")
    return led_by(site, person, id_)[1] or _write(site, person, id_, event, idempotency_key, now)


def cancel(site: Site, person: Person, id_: str, reason: str, now: datetime) -> tuple[Problem, ...]:
    """End it without a memo, and say why; the log keeps what was noted and decided."""
    _, problems = led_by(site, person, id_)
    if not problems and not reason.strip():
        problems = (Problem(_WHERE, "ends without a memo", "Say why.", column="reason"),)
    event = MeetingEnded(cancelled_because=reason.strip())
    return problems or unfit(_WHERE, "reason", reason) or _write(site, person, id_, event, ending(id_), now)


def ending(id_: str) -> str:
    """The key under which a meeting ends: it ends once."""
    return f"{subject_of(id_)}/ended"


def led_by(site: Site, person: Person, id_: str) -> tuple[Meeting | None, tuple[Problem, ...]]:
    """The meeting, if it runs and the person leads it; else why not."""
    require(person, "facilitate")
    meeting = follow(site, person, id_)
    if meeting is None:
        return None, (_NOT_THERE,)
    if meeting.ended_at is not None:
        return None, (_ENDED,)
    if meeting.facilitator != person.id:
        leader = load_directory(site)[0].name_of(meeting.facilitator)
        return None, (Problem(_WHERE, f"is led by {leader}", "Take it over first."),)
    return meeting, ()


def _press(site: Site, person: Person, id_: str, event: Event, seen: int, now: datetime) -> tuple[Problem, ...]:
    return _write(site, person, id_, event, f"{subject_of(id_)}#{seen + 1}", now)


def _write(site: Site, person: Person, id_: str, event: Event, key: str, now: datetime) -> tuple[Problem, ...]:
    site.log().add([Addition(subject_of(id_), event, key)], person.id, now)
    return ()
