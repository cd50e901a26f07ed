"""A memo as people read it: its body for the page, and a whole HTML file that needs nothing else."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from decision_log.memo import MemoPublished

from .units import day

_HERE = Path(__file__).parent
CSS = (_HERE / "memo.css").read_text(encoding="utf-8")
"""How the body looks, on the page and in the file; it uses the colours `--rule` and `--quiet` around it."""


def memo_body(
    memo: MemoPublished,
    *,
    per_decision: float | None,
    to_decision: float | None,
    published_at: datetime | None = None,
    hash_: str = "",
) -> str:
    """The body as HTML; every text in it is escaped.

    `per_decision` are minutes, `to_decision` hours; without `published_at` it is marked as a draft.
    """
    zone = ZoneInfo(memo.time_zone)
    return (
        _templates()
        .get_template("memo_body.html")
        .render(
            memo=memo,
            others=[name for name in memo.attendees if name != memo.facilitator],
            day=day,
            minutes=lambda seconds: f"{seconds / 60:.0f}",
            clock=lambda at: f"{at.astimezone(zone):%H:%M}",
            span=_span,
            lines=_lines,
            tasks=sum(len(one.tasks) for one in memo.decisions),
            per_decision=per_decision,
            to_decision=to_decision,
            published=f"{published_at.astimezone(zone):%-d %b %Y %H:%M}" if published_at else "",
            hash=hash_,
        )
    )


def memo_file(memo: MemoPublished, body: str) -> bytes:
    """The memo as one HTML file, readable and printable without this app."""
    page = _templates().get_template("memo_page.html")
    return page.render(memo=memo, body=Markup(body), css=Markup(CSS), day=day).encode()  # noqa: S704 - both are ours


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _span(hours: float) -> str:
    """A time in hours, from two days on in days."""
    if hours < 1:
        return "under 1 h"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"


def _lines(text: str) -> Markup:
    """The text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())
