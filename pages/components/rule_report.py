"""The rule report card as people read it: one line for a contract, or a table of all."""

from collections.abc import Mapping

import streamlit as st

from kpi_engine.contract import Contract
from services.rule_report import RuleReport

from .text import safe

_COLUMNS = ("Reds", "Decided", "False alarms", "Without an answer", "Only watched", "Decisions without a red")


def report_card(report: RuleReport | None) -> None:
    """What came of one contract's rules, under its definition."""
    if report is None:
        st.html('<div class="rcc"><p class="quiet">Report card: no breach and no decision on record yet.</p></div>')
        return
    figures = dict(zip(_COLUMNS, _counts(report), strict=True))
    said = " · ".join(f"{count} {name.lower()}" for name, count in figures.items())
    st.html(f'<div class="rcc"><p><span class="do">Report card</span> <span class="quiet">{said}</span></p></div>')


def report_cards(reports: Mapping[str, RuleReport], catalogue: Mapping[str, Contract]) -> None:
    """All contracts with something on record, collapsed; most reds first."""
    known = sorted((one for one in reports.values() if one.kpi in catalogue), key=lambda one: (-one.reds, one.kpi))
    if not known:
        return
    head = "".join(f"<th class='label number'>{name}</th>" for name in _COLUMNS)
    rows = "".join(
        f"<tr><td>{safe(catalogue[one.kpi].name)}</td>"
        + "".join(f"<td class='number'>{count}</td>" for count in _counts(one))
        + "</tr>"
        for one in known
    )
    with st.expander("Report card of the rules: do they earn the attention they ask for?"):
        st.html(
            f'<div class="rcc"><table><tr><th class="label">KPI</th>{head}</tr>{rows}</table>'
            '<p class="label">Episodes since the first tick. Decided, false alarms and without an answer are of the '
            "reds; a decision without a red hints at a breach that no rule saw.</p></div>"
        )


def _counts(one: RuleReport) -> tuple[int, ...]:
    return one.reds, one.decided, one.false_alarms, one.undecided, one.watched, one.decisions_without_red
