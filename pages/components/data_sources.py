"""The sources of the current load: how old each is against what its KPIs allow."""

from collections.abc import Sequence

import streamlit as st

from services.data_health import Source

from .text import safe
from .units import day

_STATES = {"stale": ("red", "Stale"), "fresh": ("green", "Fresh"), "unknown": ("open", "No limit")}


def sources(found: Sequence[Source]) -> None:
    """One line a table, stale ones first; those that nobody limits are folded."""
    limited = [one for one in found if one.state != "unknown"]
    st.html(_table(limited))
    rest = [one for one in found if one.state == "unknown"]
    if rest:
        noun = "table has" if len(rest) == 1 else "tables have"
        with st.expander(f"{len(rest)} {noun} no dated events, or no KPI that limits their age"):
            st.html(_table(rest))


def _table(found: Sequence[Source]) -> str:
    rows = "".join(_row(one) for one in found)
    heads = "".join(
        f"<th class='label{number}'>{head}</th>"
        for head, number in (
            ("State", ""), ("Table", ""), ("File", ""), ("Rows", " number"), ("Last event", " number"),
            ("Age", " number"), ("Stale after", " number"), ("KPIs", " number"),
        )
    )  # fmt: skip
    return f'<div class="rcc"><table class="wide"><tr>{heads}</tr>{rows}</table></div>'


def _row(one: Source) -> str:
    colour, word = _STATES[one.state]
    file = one.file
    left_out = f" · {file.left_out:,} left out: {safe(file.left_out_reason)}" if file.left_out else ""
    cells = (
        f"{file.rows:,}",
        day(file.last_event) if file.last_event else "–",
        "–" if one.age_days is None else f"{one.age_days:,} d",
        "–" if one.stale_after is None else f"{one.stale_after:,} d",
        f"{one.kpis}",
    )
    return (
        f"<tr><td><span class='status {colour}'>{word}</span></td><td>{safe(file.name)}</td>"
        f"<td class='quiet'>{safe(', '.join(file.sources))}{left_out}</td>"
        + "".join(f"<td class='number'>{cell}</td>" for cell in cells)
        + "</tr>"
    )
