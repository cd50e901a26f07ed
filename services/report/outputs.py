"""A report as JSON, as HTML and as PDF: the packet's layout, equal inputs, equal bytes."""

from __future__ import annotations

from pathlib import Path

from ..edition import Built
from ..packet.html import css, fonts, templates
from ..packet.pdf import printed
from .content import Content, as_json
from .drawn import drawn

_WEB = Path(__file__).parent / "web"


def built(content: Content) -> Built[Content]:
    """All three outputs."""
    pdf, pages = printed("report.typ", drawn(content))
    return Built(content, {"content": as_json(content), "html": document(content), "pdf": pdf}, pages)


def body(content: Content, theme: str = "light") -> str:
    """The report to stand inside a page of the app."""
    return templates(_WEB).get_template("body.html.j2").render(d=drawn(content, theme), css=css())


def document(content: Content) -> bytes:
    """The report as one file: styles, fonts and charts are in it."""
    page = templates(_WEB).get_template("document.html.j2")
    return page.render(d=drawn(content), css=css(), fonts=fonts()).encode()
