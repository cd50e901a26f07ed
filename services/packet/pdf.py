"""The packet as PDF: typst lays the content out with our own fonts; nothing else of the machine is read."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from .content import Content
from .drawn import drawn
from .shorten import cuts, shortened

MOST_PAGES = 5
_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "print"
_FONTS = _HERE.parents[1] / "static" / "fonts" / "complete"


def fitted(content: Content) -> tuple[Content, bytes, int]:
    """The content cut to at most five pages, its PDF, and how many pages that has."""
    pdf, pages = _printed(content)
    if pages <= MOST_PAGES:
        return content, pdf, pages
    order = cuts(content)
    too_few, enough = 0, len(order)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if _printed(shortened(content, order[:middle]))[1] <= MOST_PAGES:
            enough = middle
        else:
            too_few = middle
    kept = shortened(content, order[:enough])
    return kept, *_printed(kept)


def as_png(content: Content) -> list[bytes]:
    """The pages as pictures, to be looked at."""
    return pictures("packet.typ", drawn(content))


def pictures(template: str, data: dict[str, Any]) -> list[bytes]:
    """The pages of a template's data as pictures."""
    found = _compiler(template, data).compile(format="png", ppi=110)
    return found if isinstance(found, list) else [found]


def _printed(content: Content) -> tuple[bytes, int]:
    return printed("packet.typ", drawn(content))


def printed(template: str, data: dict[str, Any]) -> tuple[bytes, int]:
    """A template's data as PDF, and how many pages that has."""
    compiler = _compiler(template, data)
    pages = json.loads(compiler.query("<pages>", field="value", one=True))
    try:
        return compiler.compile(format="pdf", timestamp=0, pdf_standards=["ua-1"]), pages
    except typst.TypstError:
        # A name may hold a character that our fonts lack; then the PDF is good to read, but not accessible by the norm.
        return compiler.compile(format="pdf", timestamp=0), pages


def _compiler(template: str, data: dict[str, Any]) -> Any:
    told = json.dumps(data, ensure_ascii=False, sort_keys=True)
    # The templates' folder holds nothing else, and it is all that a template can read.
    return typst.Compiler(_TEMPLATES / template, root=_TEMPLATES, font_paths=_fonts(), sys_inputs={"data": told})


@cache
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
