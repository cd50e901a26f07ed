"""One decision of the log: what, who, until when, on which facts."""

from typing import Any

import streamlit as st

from services.review_decisions import Entry

from .text import plain, safe
from .units import day, quantity, where

_STANDING = {
    "overdue": '<span class="status red">Past due</span>',
    "due": '<span class="status yellow">Due within a week</span>',
    "check due": '<span class="status yellow">Check due</span>',
    "running": '<span class="status open">Running</span>',
}


def decision_entry(entry: Entry) -> None:
    """The decision in a frame; why, target and criteria open on demand."""
    decision, taken = entry.decision, entry.decision.taken
    facts = taken.facts
    read = _in_words(facts.get("value"), facts)
    with st.container(border=True, key=f"card-decision-{decision.number}", gap="small"):
        st.html(
            f'<div class="rcc card-head"><div class="row"><span>{_STANDING[entry.standing]}</span>'
            f'<span class="quiet">No. {decision.number} · {day(taken.decided_on)} · {safe(taken.forum)}</span></div>'
            f"<h3>{safe(taken.action_text)}</h3>"
            f'<p><span class="do">{safe(facts.get("name", taken.kpi))}</span> · '
            f"{safe(where(taken.dimension, taken.slice))} · {safe(read)}, {safe(facts.get('limit_text', ''))} · "
            f"to {day(taken.period_end)}</p>"
            f'<p><span class="do">{safe(taken.assignee)}</span>, due {day(taken.due_on)} · '
            f"check {day(taken.check_on)} · decided by {safe(decision.decided_by)}</p></div>"
        )
        with st.expander("Why, and when it counts as closed"):
            st.html(f'<div class="rcc"><dl class="facts">{_details(entry)}</dl></div>')
            if taken.link:
                st.markdown(f"[Analysis]({taken.link.replace('(', '%28').replace(')', '%29')})")
                st.caption(plain(taken.link))


def _in_words(value: float | None, facts: dict[str, Any]) -> str:
    return quantity(value, facts.get("unit", "count"), facts.get("currency", ""), facts.get("decimals", 1))


def _details(entry: Entry) -> str:
    taken = entry.decision.taken
    facts = taken.facts
    target = _in_words(taken.metric_target, facts)
    rows = [
        ("Trigger", taken.context),
        ("Why", taken.why),
        ("Rejected", taken.rejected_options),
        ("Kind", taken.action),
        ("Decision owner", taken.decision_owner),
        ("Expected impact", f"{taken.expected_impact}, by {day(taken.impact_by)}"),
        ("Success metric", f"{taken.metric_kpi}, {taken.metric_slice}: {target} on {day(taken.check_on)}"),
        ("Closeout", taken.closeout_criteria),
        ("Logged", f"{entry.decision.decided_at:%Y-%m-%d %H:%M} UTC"),
        ("Facts from", f"snapshot {str(facts.get('snapshot', ''))[:12]}, contract {facts.get('contract', '')}"),
    ]
    return "".join(f"<dt>{name}</dt><dd>{safe(text)}</dd>" for name, text in rows if text)
