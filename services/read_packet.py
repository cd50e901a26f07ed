"""Reading packets: which there are, one in the app or as a file, who has opened it; and building one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from decision_log.entry import Addition
from decision_log.packet import Packet, PacketOpened, packets, readers_of
from kpi_engine.engine import Engine
from kpi_engine.problem import Problem

from .directory import load_directory
from .download import Download
from .edition import Built, content_of, download_of
from .forums import Forum, load_forums
from .packet.build import build
from .packet.content import LAYOUT, Content, Provenance, from_json
from .packet.gather import Occasion
from .people import Person, require
from .rebuild import Rebuilt, rebuilt
from .site import Site


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of the forum's audience, or another reader, and when they first opened the edition (UTC)."""

    person: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A packet with its content, files and readers."""

    packet: Packet
    content: Content
    html: Download
    pdf: Download
    readers: tuple[Reader, ...]


def all_packets(site: Site, person: Person) -> tuple[Packet, ...]:
    """Every edition, newest first."""
    require(person, "view")
    return packets(site.log().stream("packet"))


def open_packet(site: Site, person: Person, id_: str, now: datetime) -> Opened | None:
    """An edition, and on record that the person has opened it; None if there is none of that id."""
    require(person, "view")
    packet = _packet(site, id_)
    if packet is None:
        return None
    if person.id not in packet.readers:
        event = PacketOpened(edition=packet.published.edition)
        site.log().add([Addition(readers_of(id_), event, f"{readers_of(id_)}/{person.id}")], person.id, now)
        packet = _packet(site, id_) or packet
    html, pdf = (download_of(site, id_, packet.published, kind) for kind in ("html", "pdf"))
    return Opened(packet, from_json(content_of(site, packet.published)), html, pdf, _readers(site, packet))


def _packet(site: Site, id_: str) -> Packet | None:
    return next((one for one in packets(site.log().stream("packet")) if one.id == id_), None)


def _readers(site: Site, packet: Packet) -> tuple[Reader, ...]:
    """The forum's audience, then whoever else opened it."""
    directory, _ = load_directory(site)
    forum = next((one for one in load_forums(site)[0] if one.id == packet.published.forum), None)
    audience = [person.id for person in directory.holders(forum.audience)] if forum else []
    everybody = dict.fromkeys((*audience, *packet.readers))
    return tuple(Reader(id_, directory.name_of(id_), packet.readers.get(id_)) for id_ in everybody)


def rebuild(site: Site, id_: str) -> tuple[Rebuilt[Content] | None, tuple[Problem, ...]]:
    """Build the packet again from its snapshot, its archived configuration and the log of then; nothing is kept."""
    packet = _packet(site, id_)
    if packet is None:
        return None, (Problem("packet", f"there is no packet {id_!r}", "See the packet page for those that are."),)
    then = packet.published

    def again(kept: Site, engine: Engine, forum: Forum, provenance: Provenance) -> Built[Content]:
        occasion = Occasion(forum, then.meeting_on, then.edition, datetime.fromisoformat(then.published_at))
        return build(kept, engine, engine.assess(engine.history[-1], then.as_of), occasion, provenance)

    return rebuilt(site, then, LAYOUT, again)
