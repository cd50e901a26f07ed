"""Claims and what was found for each."""

from collections.abc import Iterable

import streamlit as st

from services.adoption import CoreKpi, Evidence

from .text import safe

_STATUS = {True: ("green", "yes"), False: ("open", "no"), None: ("open", "cannot be told")}


def claims(evidence: Iterable[Evidence]) -> None:
    """Each claim with yes or no, and the finding below it."""
    rows = "".join(_claim(one) for one in evidence)
    st.html(f'<div class="rcc stack">{rows}</div>')


def _claim(one: Evidence) -> str:
    status, word = _STATUS[one.met]
    return (
        f'<div><p class="row"><span>{safe(one.claim)}</span><span class="status {status}">{word}</span></p>'
        f'<p class="label">{safe(one.found)}</p></div>'
    )


def core_kpis(core: Iterable[CoreKpi]) -> None:
    """What each core KPI has of the operating system."""
    parts = ("dashboard", "owner", "threshold", "runbook")
    head = "".join(f"<th class='label'>{name.capitalize()}</th>" for name in parts)
    rows = "".join(
        f"<tr><td>{safe(kpi.name)}</td>{''.join(_has(getattr(kpi, name)) for name in parts)}</tr>" for kpi in core
    )
    st.html(f'<div class="rcc"><table><tr><th class="label">KPI</th>{head}</tr>{rows}</table></div>')


def _has(has: bool) -> str:
    status, word = _STATUS[has]
    return f"<td><span class='status {status}'>{word}</span></td>"
