"""The packet as HTML: a part of a page in the app, and one file of its own that fetches nothing."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .content import Content
from .drawn import drawn

_HERE = Path(__file__).parent / "web"
_FONTS = Path(__file__).parents[2] / "static" / "fonts"
_STATUS = {"red": "Red", "yellow": "Yellow", "green": "Green", "not_evaluable": "Not evaluable"}


def body(content: Content, theme: str = "light") -> str:
    """The packet to stand inside a page of the app."""
    return templates(_HERE).get_template("body.html.j2").render(d=drawn(content, theme), css=css())


def document(content: Content) -> bytes:
    """The packet as one file: styles, fonts and charts are in it."""
    page = templates(_HERE).get_template("document.html.j2")
    return page.render(d=drawn(content), css=css(), fonts=fonts()).encode()


def fonts() -> dict[int, str]:
    """The fonts that a document carries within it, by weight."""
    files = {weight: _FONTS / f"ibm-plex-sans-latin-{weight}-normal.woff2" for weight in (400, 600)}
    return {weight: _data(file, "font/woff2") for weight, file in files.items()}


def _picture(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _data(file: Path, media_type: str) -> str:
    return f"data:{media_type};base64,{b64encode(file.read_bytes()).decode()}"


def css() -> Markup:
    """How a packet and whatever is laid out like it look."""
    return Markup((_HERE / "packet.css").read_text())  # noqa: S704 - our own file


@cache
def templates(folder: Path) -> Environment:
    """The templates of a folder, beside them those of the packet."""
    loader = FileSystemLoader([folder, _HERE])
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found.lstrip_blocks = True
    found.filters["picture"] = _picture
    found.globals["words"] = _STATUS
    return found
