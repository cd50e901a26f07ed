"""Editions, of packets and of reports: built, put on record, stored under the hashes of their bytes, handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from decision_log.entry import Addition, Conflict
from decision_log.published import Published
from kpi_engine.problem import Problem

from .download import Download
from .forums import Forum
from .packet import content as packet
from .packet.content import digest
from .report import content as report
from .site import Site
from .stored_file import keep

Content = TypeVar("Content", packet.Content, report.Content)
SUFFIX = {"content": "json", "html": "html", "pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Built(Generic[Content]):
    """The outputs by their kind ("content", "html", "pdf"), all of the same content, and the PDF's pages."""

    content: Content
    files: dict[str, bytes]
    pages: int

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each output."""
        return {kind: digest(stored) for kind, stored in self.files.items()}


def tells_nothing_new(content: Content, earlier: Content) -> bool:
    """Whether an edition says what the earlier one said: only its number, its moment and the log's size differ."""
    log: dict[str, Any] = {"log_size": earlier.provenance.log_size, "log_root": earlier.provenance.log_root}
    rests_on = replace(content.provenance, **log)
    names: dict[str, Any] = {"id": earlier.id, "edition": earlier.edition, "published": earlier.published}
    return replace(content, **names, provenance=rests_on) == earlier


def record_of(built: Built[Content], forum: Forum, now: datetime) -> dict[str, Any]:
    """The fields that the events of all publications share."""
    return {
        "forum": forum.id,
        "forum_name": forum.name,
        "as_of": built.content.as_of,
        "edition": built.content.edition,
        "published_at": now.isoformat(),
        **asdict(built.content.provenance),
        **built.digests,
        "pages": built.pages,
    }


def put_on_record(
    site: Site, built: Built[Content], additions: Sequence[Addition], by: str, now: datetime
) -> tuple[Problem, ...]:
    """Store the outputs, then log the publication (the first addition) with all that belongs to it."""
    for kind, output in built.files.items():
        keep(site, file_of(digest(output), kind), output)
    try:
        site.log().add(additions, by, now)
    except Conflict:
        what = additions[0].event.stream
        return (Problem(what, "has just been published by somebody else", "Look at that edition first."),)
    return ()


def file_of(digest: str, kind: str) -> str:
    """The place of an output, from the workspace on."""
    return f"packets/{digest}.{SUFFIX[kind]}"


def digests_of(published: Published) -> dict[str, str]:
    """The hashes of its outputs by their kind."""
    return {"content": published.content, "html": published.html, "pdf": published.pdf}


def bytes_of(site: Site, published: Published, kind: str) -> bytes:
    """An output as it was published."""
    return (site.workspace / file_of(digests_of(published)[kind], kind)).read_bytes()


def content_of(site: Site, published: Published) -> bytes:
    """What it says, as JSON."""
    return bytes_of(site, published, "content")


def download_of(site: Site, id_: str, published: Published, kind: str) -> Download:
    """An output as a file to hand out."""
    name = f"{id_}-{digests_of(published)[kind][:12]}.{SUFFIX[kind]}"
    return Download(name, bytes_of(site, published, kind))
