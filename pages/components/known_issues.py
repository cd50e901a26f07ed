"""The known-issues box: dated data caveats, so that nobody argues about a small discrepancy."""

from collections.abc import Sequence

import streamlit as st

from kpi_engine.card import KnownIssueNote

from .text import safe
from .units import day

_EFFECTS = {"explain": "explains", "qualify": "qualifies", "exclude": "leaves rows out"}


def known_issues(notes: Sequence[KnownIssueNote]) -> None:
    """Every issue in force, collapsed, with owner, last day and effect."""
    if not notes:
        return
    noun = "known data issue" if len(notes) == 1 else "known data issues"
    rows = "".join(
        f"<tr><td>{safe(note.note)}</td><td>{safe(note.owner)}</td><td>{_EFFECTS[note.effect]}</td>"
        f"<td class='number'>until {day(note.until)}</td></tr>"
        for note in notes
    )
    with st.expander(f"{len(notes)} {noun}"):
        st.html(f'<div class="rcc"><table>{rows}</table></div>')
