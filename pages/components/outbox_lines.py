"""The messages of the outbox as rows: how each stands, to whom, on which channel, and why not."""

import streamlit as st

from services.outbox import Line, Outbox, try_again

from .gate import Visit
from .text import safe

_SHOWN = 100
_STANDING = {
    "given up": "<span class='status red'>Given up</span>",
    "failing": "<span class='status yellow'>Failing</span>",
    "waiting": "<span class='status open'>Waiting</span>",
    "not sent": "<span class='status open'>Not sent</span>",
    "sent": "<span class='status green'>Sent</span>",
}


def outbox_lines(found: Outbox, visit: Visit) -> None:
    """What fails or waits; below it, folded, what was kept or sent. What was given up can be tried again."""
    by_standing: dict[str, list[Line]] = {}
    for line in found.lines:
        by_standing.setdefault(line.standing, []).append(line)
    for standing in ("given up", "failing", "waiting"):
        _rows(by_standing.get(standing, []), visit)
    for standing in ("not sent", "sent"):
        lines = by_standing.get(standing, [])
        if lines:
            with st.expander(f"{len(lines)} {standing}", expanded=not found.channels):
                _rows(lines, visit)


def _rows(lines: list[Line], visit: Visit) -> None:
    for line in lines[:_SHOWN]:
        if line.standing != "given up":
            st.html(_row(line, visit))
            continue
        said, control = st.columns([6, 1], vertical_alignment="center")
        said.html(_row(line, visit))
        control.button(
            "Try again", key=f"again-{line.message.subject}-{line.channel}", on_click=_again, args=(line, visit)
        )
    if len(lines) > _SHOWN:
        st.caption(f"and {len(lines) - _SHOWN} more")


def _again(line: Line, visit: Visit) -> None:
    one = line.message
    try_again(visit.site, visit.person, one.subject, line.channel, version=one.version, now=visit.now)


def _row(line: Line, visit: Visit) -> str:
    queued = line.message.queued
    when = f"{line.message.queued_at.astimezone(visit.now.tzinfo):%-d %b %Y %H:%M}"
    tries = f", {line.attempts} {'attempt' if line.attempts == 1 else 'attempts'}" if line.attempts else ""
    where = f"by {safe(line.channel)}{tries}" if line.channel else ""
    why = f"<p class='note'>{safe(line.reason)}</p>" if line.reason else ""
    return (
        "<div class='rcc'><table><tr><td><div class='row'>"
        f"<span>{_STANDING[line.standing]} <span class='quiet'>{where}</span></span>"
        f"<span class='quiet'>{when}</span></div><p class='do'>{safe(queued.subject)}</p>"
        f"<p class='quiet'>to {safe(', '.join(line.to))}</p>{why}</td></tr></table></div>"
    )
