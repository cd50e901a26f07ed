"""Narrowing the decisions: open or closed, forum, decision owner, KPI. The choice lives in the address."""

from collections.abc import Callable, Sequence

import streamlit as st

from decision_log.decision import DecisionTaken
from services.review_decisions import Entry

_BY: dict[str, Callable[[DecisionTaken], str]] = {
    "Forum": lambda taken: taken.forum,
    "Decision owner": lambda taken: taken.decision_owner,
    "KPI": lambda taken: str(taken.facts.get("name", taken.kpi)),
}


def decision_filter(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries that fit what is chosen."""
    columns = st.columns([3, 2, 2, 3], vertical_alignment="bottom")
    state = columns[0].segmented_control(
        "State", ["all", "open", "closed"], default="all", required=True, key="state", bind="query-params"
    )
    found = [one for one in entries if state == "all" or one.is_open == (state == "open")]
    for column, (label, of) in zip(columns[1:], _BY.items(), strict=True):
        options = sorted({of(entry.decision.taken) for entry in entries})
        chosen = column.selectbox(label, options, index=None, placeholder="All", key=f"by-{label}")
        found = [one for one in found if chosen is None or of(one.decision.taken) == chosen]
    return tuple(found)
