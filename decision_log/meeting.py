"""A meeting: where it stands on its agenda, who leads it, and its timers, all told by its entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .entry import Entry
from .event import Event

Step = Literal["", "changed", "do"]
"""The two steps of a deep dive: agreeing on what changed, then on what is done. Elsewhere empty."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgendaSection(_Part):
    """A part of the agenda as it was when the meeting began; `opens` is what it puts on the screen."""

    name: str
    minutes: int
    opens: str
    purpose: str


class Topic(_Part):
    """An exception for a deep dive: the key of its card, and what people call it."""

    key: str
    name: str
    where: str


class Place(_Part):
    """A place on the agenda: a section, in a deep dive also the topic's key and the step."""

    section: int
    topic: str = ""
    step: Step = ""


class MeetingOpened(Event):
    """A meeting of a forum of a cadence begins; `judged_on` is the day whose cards it works on."""

    kind: Literal["meeting.opened"] = "meeting.opened"
    forum: str
    name: str
    cadence: Literal["weekly", "biweekly", "monthly", "quarterly"]
    held_on: date
    time_zone: str
    judged_on: date
    facilitator: str
    agenda: tuple[AgendaSection, ...]
    topics: tuple[Topic, ...]


class PlaceEntered(Event):
    """Everybody moves to a place on the agenda."""

    kind: Literal["meeting.entered"] = "meeting.entered"
    place: Place


class MeetingPaused(Event):
    """The timers stop."""

    kind: Literal["meeting.paused"] = "meeting.paused"


class MeetingResumed(Event):
    """The timers go on."""

    kind: Literal["meeting.resumed"] = "meeting.resumed"


class MeetingHandedOver(Event):
    """Somebody else leads from here."""

    kind: Literal["meeting.handed_over"] = "meeting.handed_over"
    to: str


class NoteTaken(Event):
    """What was agreed at a place of the agenda; a later note on the same place replaces it."""

    kind: Literal["meeting.noted"] = "meeting.noted"
    place: Place
    text: str


class ItemDeferred(Event):
    """An exception that is not decided today, and why; without a reason it is taken up again."""

    kind: Literal["meeting.deferred"] = "meeting.deferred"
    topic: Topic
    reason: str


class MeetingJoined(Event):
    """Somebody is there."""

    kind: Literal["meeting.joined"] = "meeting.joined"


class MeetingEnded(Event):
    """It is over; `cancelled_because` is empty when it ended with a memo."""

    kind: Literal["meeting.ended"] = "meeting.ended"
    cancelled_because: str = ""


AnyMeetingEvent = (
    MeetingOpened
    | PlaceEntered
    | MeetingPaused
    | MeetingResumed
    | MeetingHandedOver
    | NoteTaken
    | ItemDeferred
    | MeetingJoined
    | MeetingEnded
)


@dataclass(frozen=True, slots=True)
class Spell:
    """Time spent at a place without a break; `end` is None while it runs."""

    place: Place
    start: datetime
    end: datetime | None = None

    def lasted(self, now: datetime) -> timedelta:
        """How long so far; clocks of two servers may differ a little, time never runs backwards for it."""
        return max((self.end or now) - self.start, timedelta())


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as its entries tell it.

    `presses` counts what its facilitators pressed (next, pause, hand over). A screen that presses says how
    many it had seen, so that two who press at once move the meeting only once.
    """

    id: str
    opened: MeetingOpened
    opened_at: datetime
    facilitator: str
    place: Place
    presses: int
    spells: tuple[Spell, ...]
    notes: Mapping[Place, str]
    deferred: Mapping[str, ItemDeferred]
    attendees: tuple[str, ...]
    ended_at: datetime | None
    cancelled_because: str

    @property
    def paused(self) -> bool:
        """Whether its timers stand still before its end."""
        return self.ended_at is None and self.spells[-1].end is not None

    @property
    def section(self) -> AgendaSection:
        """The part of the agenda it is in."""
        return self.opened.agenda[self.place.section]

    @property
    def still_deferred(self) -> Mapping[str, ItemDeferred]:
        """What is put off to another meeting, by the key of its card."""
        return {key: item for key, item in self.deferred.items() if item.reason}

    @property
    def planned(self) -> timedelta:
        """What the whole agenda is to take."""
        return timedelta(minutes=sum(section.minutes for section in self.opened.agenda))

    @property
    def places(self) -> tuple[Place, ...]:
        """The agenda from place to place, each topic of the deep dives in its two steps."""
        return places(self.opened)

    def beside(self, offset: int) -> Place | None:
        """The place so many steps further on the agenda; None beyond its ends."""
        at = self.places.index(self.place) + offset
        return self.places[at] if 0 <= at < len(self.places) else None

    def spent(self, now: datetime, at: Callable[[Place], bool] = lambda place: True) -> timedelta:
        """The time spent at certain places (default: in all), pauses left out."""
        return sum((spell.lasted(now) for spell in self.spells if at(spell.place)), timedelta())

    def spent_in(self, section: int, now: datetime) -> timedelta:
        """The time spent in a section."""
        return self.spent(now, lambda place: place.section == section)


def subject_of(meeting: str) -> str:
    """The log's subject of a meeting."""
    return f"meeting/{meeting}"


def places(opened: MeetingOpened) -> tuple[Place, ...]:
    """The places of an agenda in order."""
    found: list[Place] = []
    for number, section in enumerate(opened.agenda):
        if section.opens == "deep_dives" and opened.topics:
            found += [Place(section=number, topic=topic.key, step=step) for topic in opened.topics for step in _STEPS]
        else:
            found.append(Place(section=number))
    return tuple(found)


_STEPS: tuple[Step, ...] = ("changed", "do")


def meetings(subjects: Mapping[str, tuple[Entry, ...]]) -> tuple[Meeting, ...]:
    """Every meeting of the stream, newest first."""
    return tuple(meeting_of(lines) for lines in reversed(tuple(subjects.values())))


def meeting_of(lines: tuple[Entry, ...]) -> Meeting:
    """The meeting of a subject's entries, oldest first."""
    first = lines[0]
    opened = first.event
    assert isinstance(opened, MeetingOpened), "a meeting begins with being opened"
    start = places(opened)[0]
    meeting = Meeting(
        first.subject.partition("/")[2], opened, first.at, opened.facilitator, start, 0, (Spell(start, first.at),),
        {}, {}, (), None, "",
    )  # fmt: skip
    for entry in lines[1:]:
        meeting = _after(meeting, entry)
    return meeting


def _after(meeting: Meeting, entry: Entry) -> Meeting:
    """The meeting after one more entry. What was pressed in the moment it ended no longer counts."""
    event, running = entry.event, meeting.ended_at is None
    match event:
        case MeetingJoined() if entry.by not in meeting.attendees:
            return replace(meeting, attendees=(*meeting.attendees, entry.by))
        case MeetingEnded(cancelled_because=reason) if running:
            spells = _halted(meeting.spells, entry.at)
            return replace(meeting, spells=spells, ended_at=entry.at, cancelled_because=reason)
        case NoteTaken(place=place, text=text) if running:
            return replace(meeting, notes={**meeting.notes, place: text})
        case ItemDeferred(topic=topic) if running:
            return replace(meeting, deferred={**meeting.deferred, topic.key: event})
        case PlaceEntered() | MeetingPaused() | MeetingResumed() | MeetingHandedOver() if running:
            return replace(meeting, presses=meeting.presses + 1, **_pressed(meeting, event, entry.at))
    return meeting


def _pressed(meeting: Meeting, event: Event, at: datetime) -> dict[str, Any]:
    halted = _halted(meeting.spells, at)
    match event:
        case PlaceEntered(place=place):
            # Moving on while paused keeps the pause.
            spell = Spell(place, at, at if meeting.paused else None)
            return {"place": place, "spells": (*halted, spell)}
        case MeetingPaused():
            return {"spells": halted}
        case MeetingResumed() if meeting.paused:
            return {"spells": (*halted, Spell(meeting.place, at))}
        case MeetingHandedOver(to=to):
            return {"facilitator": to}
    return {}


def _halted(spells: tuple[Spell, ...], at: datetime) -> tuple[Spell, ...]:
    last = spells[-1]
    return spells if last.end is not None else (*spells[:-1], replace(last, end=at))
