"""Building a packet: its content, and that content as JSON, HTML and PDF. Equal inputs, equal bytes."""

from __future__ import annotations

from kpi_engine.card import Assessment
from kpi_engine.engine import Engine

from ..edition import Built
from ..site import Site
from .content import Content, Provenance, as_json
from .gather import Occasion, gather
from .html import document
from .pdf import fitted


def build(
    site: Site, engine: Engine, assessment: Assessment, occasion: Occasion, provenance: Provenance
) -> Built[Content]:
    """The packet of an occasion; all outputs are of the same content, cut to the pages that the PDF may have."""
    content, pdf, pages = fitted(gather(site, engine, assessment, occasion, provenance))
    return Built(content, {"content": as_json(content), "html": document(content), "pdf": pdf}, pages)
