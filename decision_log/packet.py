"""A packet: the pre-read of a forum as it was published, on which data, and who has opened it or gets it by mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .entry import Entry
from .event import Event
from .published import Published


class PacketPublished(Published):
    """An edition of the pre-read for a forum's meeting; `cut` says what was left out to keep its PDF short."""

    kind: Literal["packet.published"] = "packet.published"
    meeting_on: date
    cut: tuple[str, ...]


class PacketOpened(Event):
    """Somebody has opened an edition."""

    kind: Literal["packet.opened"] = "packet.opened"
    edition: int


class SubscriptionChanged(Event):
    """A person wants a forum's packets by mail, or no longer wants them."""

    kind: Literal["subscription.changed"] = "subscription.changed"
    forum: str
    wanted: bool


AnyPacketEvent = PacketPublished | PacketOpened | SubscriptionChanged


@dataclass(frozen=True, slots=True)
class Packet:
    """One edition of a packet: who published it and when (UTC), who has opened it and when first."""

    id: str
    subject: str
    key: str
    at: datetime
    by: str
    published: PacketPublished
    readers: Mapping[str, datetime]


def name_of(forum: str, meeting_on: date, edition: int) -> str:
    """The id of an edition, as addresses and file names carry it."""
    return f"{forum}-{meeting_on.isoformat()}-{edition}"


def subject_of(forum: str, meeting_on: date) -> str:
    """The log's subject of a meeting's packets."""
    return f"packet/{forum}/{meeting_on.isoformat()}"


def readers_of(packet: str) -> str:
    """The subject of an edition's read receipts: apart, so that reading never stands in the way of publishing."""
    return f"packet-read/{packet}"


def subscription_of(forum: str, person: str) -> str:
    """The log's subject of a person's subscription to a forum's packets."""
    return f"subscription/{forum}/{person}"


def packets(subjects: Mapping[str, tuple[Entry, ...]]) -> tuple[Packet, ...]:
    """Every edition of the stream, newest first."""
    entries = sorted((entry for lines in subjects.values() for entry in lines), key=lambda entry: entry.seq)
    readers: dict[str, dict[str, datetime]] = {}
    for entry in entries:
        if isinstance(entry.event, PacketOpened):
            readers.setdefault(entry.subject.removeprefix("packet-read/"), {}).setdefault(entry.by, entry.at)
    found = []
    for entry in entries:
        event = entry.event
        if isinstance(event, PacketPublished):
            id_ = name_of(event.forum, event.meeting_on, event.edition)
            found.append(Packet(id_, entry.subject, entry.key, entry.at, entry.by, event, readers.get(id_, {})))
    return tuple(reversed(found))


def subscribers(subjects: Mapping[str, tuple[Entry, ...]], forum: str) -> tuple[str, ...]:
    """The ids of the persons who want a forum's packets by mail, in the order in which they first asked."""
    found = []
    for lines in subjects.values():
        last = lines[-1].event
        if isinstance(last, SubscriptionChanged) and last.forum == forum and last.wanted:
            found.append(lines[0].by)
    return tuple(found)
