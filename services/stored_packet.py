"""Where the outputs of published packets lie in the workspace: each under the hash of its bytes."""

from __future__ import annotations

from decision_log.packet import Packet

from .packet.build import SUFFIX
from .packet.content import Content, from_json
from .site import Site


def file_of(digest: str, kind: str) -> str:
    """The place of an output, from the workspace on."""
    return f"packets/{digest}.{SUFFIX[kind]}"


def digests_of(packet: Packet) -> dict[str, str]:
    """The hashes of its outputs by their kind."""
    return {"content": packet.published.content, "html": packet.published.html, "pdf": packet.published.pdf}


def bytes_of(site: Site, packet: Packet, kind: str) -> bytes:
    """An output as it was published."""
    return (site.workspace / file_of(digests_of(packet)[kind], kind)).read_bytes()


def content_of(site: Site, packet: Packet) -> Content:
    """What it says."""
    return from_json(bytes_of(site, packet, "content"))
