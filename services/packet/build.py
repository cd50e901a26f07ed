"""Building a packet: its content, and that content as JSON, HTML and PDF. Equal inputs, equal bytes."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_engine.card import Assessment
from kpi_engine.engine import Engine

from ..site import Site
from .content import Content, Provenance, as_json, digest
from .gather import Occasion, gather
from .html import document
from .pdf import fitted


@dataclass(frozen=True, slots=True)
class Built:
    """The outputs by their kind ("content", "html", "pdf"), all of the same content, and the PDF's pages."""

    content: Content
    files: dict[str, bytes]
    pages: int

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each output."""
        return {kind: digest(stored) for kind, stored in self.files.items()}


SUFFIX = {"content": "json", "html": "html", "pdf": "pdf"}


def build(site: Site, engine: Engine, assessment: Assessment, occasion: Occasion, provenance: Provenance) -> Built:
    """The packet of an occasion; all outputs are of the same content, cut to the pages that the PDF may have."""
    content, pdf, pages = fitted(gather(site, engine, assessment, occasion, provenance))
    return Built(content, {"content": as_json(content), "html": document(content), "pdf": pdf}, pages)
