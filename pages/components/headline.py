"""The answer first, then the one-line strip of what was checked and what is hidden."""

from collections import Counter

import streamlit as st

from kpi_engine.card import Check
from services.brief import Brief

from .gate import Visit
from .text import safe
from .units import day, reason_in_words


def headline(brief: Brief) -> None:
    """How many exceptions need a decision, and how many are decided or only watched."""
    need, decided, watch = len(brief.to_decide), len(brief.decided), len(brief.to_watch)
    rest = [f"{watch} to watch" if watch else "", f"{decided} decided" if decided else ""]
    if need:
        title = f"{need} {'exception needs' if need == 1 else 'exceptions need'} a decision"
    elif decided:
        title = "Every exception is decided"
    elif watch:
        title = "Nothing needs a decision"
    else:
        title = "No exceptions this week" if brief.assessment.all_clear else "No exceptions found, but not all clear"
    after = " · ".join(text for text in rest if text)
    st.html(f'<div class="rcc"><h1>{title}</h1>{f"<p class=quiet>{after}</p>" if after else ""}</div>')


def strip(brief: Brief) -> None:
    """Checked, red, yellow, not evaluable, stale, data as of, snapshot."""
    assessment = brief.assessment
    count = Counter(check.status for check in assessment.checks)
    clear = (
        '<span class="status green">All clear</span>'
        if assessment.all_clear
        else '<span class="status open">Not all clear</span>'
    )
    stale = len(assessment.stale)
    parts = [
        clear,
        f"<b>{len(assessment.checks)}</b> checked",
        _count(count["red"], "red", "red"),
        _count(count["yellow"], "yellow", "yellow"),
        _count(count["not_evaluable"], "not evaluable", "open"),
        f"<b>{stale}</b> {'stale source' if stale == 1 else 'stale sources'}",
        f"data as of <b>{day(assessment.data_on)}</b>",
        f"judged on <b>{day(assessment.as_of)}</b>" if assessment.as_of != assessment.data_on else "",
        f'<span class="quiet">snapshot {safe(assessment.snapshot[:8])}</span>',
    ]
    st.html(f'<div class="rcc strip">{"".join(f"<span>{part}</span>" for part in parts if part)}</div>')


def _count(number: int, word: str, status: str) -> str:
    """Colour only where there is something to see."""
    return f'<span class="status {status}">{number} {word}</span>' if number else f"<b>0</b> {word}"


def all_quiet(brief: Brief) -> None:
    """The success that the product exists for."""
    checked = len(brief.assessment.checks)
    st.html(
        f'<div class="rcc calm"><span class="status green">All clear</span><h1>No exceptions this week</h1>'
        f'<p class="lead">{checked} checked, all inside their thresholds, '
        f"on data up to {day(brief.assessment.data_on)}.</p></div>"
    )


def not_evaluable(brief: Brief, visit: Visit) -> None:
    """The checks without an answer, each with its reason; they block the all-clear. Collapsed beside any card."""
    checks = [check for check in brief.assessment.checks if check.status == "not_evaluable"]
    if not checks:
        return
    noun = "check" if len(checks) == 1 else "checks"
    with st.expander(f"{len(checks)} {noun} could not be evaluated, so this is no all-clear", expanded=not brief.items):
        rows = "".join(_unanswered(check, visit) for check in checks)
        st.html(
            '<div class="rcc"><table><tr><th class="label">KPI</th><th class="label">Slice</th>'
            f'<th class="label">Reason</th><th class="label number">n</th></tr>{rows}</table></div>'
        )


def _unanswered(check: Check, visit: Visit) -> str:
    why = reason_in_words(check.reason, visit.contracts.get(check.kpi))
    return (
        f"<tr><td>{safe(check.name)}</td><td>{safe(check.slice)}</td><td>{safe(why)}</td>"
        f"<td class='number'>n = {check.n:,}</td></tr>"
    )
