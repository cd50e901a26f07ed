"""Reading packets: which there are, one in the app or as a file, who has opened it; and building one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from decision_log.entry import Addition
from decision_log.packet import Packet, PacketOpened, packets, readers_of
from kpi_engine.problem import Problem

from .configuration import archived, engine_of
from .directory import load_directory
from .download import Download
from .forums import load_forums
from .packet.build import SUFFIX, Built, build
from .packet.content import LAYOUT, Content
from .packet.gather import Occasion
from .people import Person, require
from .provenance import obstacles, recorded_provenance
from .site import Site
from .stored_packet import bytes_of, content_of, digests_of

_WHERE = "packet"


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
    html, pdf = (_download(site, packet, kind) for kind in ("html", "pdf"))
    return Opened(packet, content_of(site, packet), html, pdf, _readers(site, packet))


def _packet(site: Site, id_: str) -> Packet | None:
    return next((one for one in packets(site.log().stream("packet")) if one.id == id_), None)


def _download(site: Site, packet: Packet, kind: str) -> Download:
    name = f"{packet.id}-{digests_of(packet)[kind][:12]}.{SUFFIX[kind]}"
    return Download(name, bytes_of(site, packet, kind))


def _readers(site: Site, packet: Packet) -> tuple[Reader, ...]:
    """The forum's audience, then whoever else opened it."""
    directory, _ = load_directory(site)
    forum = next((one for one in load_forums(site)[0] if one.id == packet.published.forum), None)
    audience = [person.id for person in directory.holders(forum.audience)] if forum else []
    everybody = dict.fromkeys((*audience, *packet.readers))
    return tuple(Reader(id_, directory.name_of(id_), packet.readers.get(id_)) for id_ in everybody)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A packet built again from its fingerprints, and which outputs have other bytes than then."""

    built: Built
    different: tuple[str, ...]


def rebuild(site: Site, id_: str) -> tuple[Rebuilt | None, tuple[Problem, ...]]:
    """Build the packet again from its snapshot, its archived configuration and the log of then; nothing is kept."""
    packet = _packet(site, id_)
    if packet is None:
        return None, (Problem(_WHERE, f"there is no packet {id_!r}", "See the packet page for those that are."),)
    then = packet.published
    problems = tuple(obstacles(site, then, LAYOUT, _WHERE))
    if problems:
        return None, problems
    kept = archived(site, then.configuration)
    engine, problems = engine_of(kept, then.snapshots, then.log_size)
    forum = next((one for one in load_forums(kept)[0] if one.id == then.forum), None)
    if engine is None or forum is None:
        return None, problems or (Problem(_WHERE, f"the archived forums lack {then.forum!r}"),)
    assessment = engine.assess(engine.history[-1], then.as_of)
    occasion = Occasion(forum, then.meeting_on, then.edition, datetime.fromisoformat(then.published_at))
    built = build(kept, engine, assessment, occasion, recorded_provenance(then))
    recorded = digests_of(packet)
    return Rebuilt(built, tuple(kind for kind, digest in built.digests.items() if digest != recorded[kind])), ()
