"""Decisions: the log, newest first, each with the facts it was taken on; and deciding where nothing breached."""

import streamlit as st

from pages.components.decide_form import decide_without_breach
from pages.components.decision_entry import decision_entry
from pages.components.decision_filter import decision_filter
from pages.components.gate import enter
from pages.components.text import safe
from services.people import allowed
from services.review_decisions import decisions, override_rate

visit = enter("Decisions")
entries = decisions(visit.site, visit.person, visit.today)
override = override_rate(visit.site, visit.person)

title, control = st.columns([5, 2], vertical_alignment="bottom")
if allowed(visit.person, "decide"):
    with control, st.container(horizontal=True, horizontal_alignment="right"):
        decide_without_breach(visit)
if not entries:
    st.html(
        '<div class="rcc calm"><h1>No decisions yet</h1><p class="lead">Decide on a card of the exceptions page; '
        "the decision, its reasons and its check date are kept here.</p></div>"
    )
    st.stop()

running = sum(entry.is_open for entry in entries)
late = sum(entry.standing == "overdue" for entry in entries)
check = sum(entry.standing == "check due" for entry in entries)
noun = "decision" if len(entries) == 1 else "decisions"
parts = [
    f"{running} open",
    f"{late} with an action overdue" if late else "",
    f"{check} to check" if check else "",
    f"{override.rate * 100:.0f} % override their proposal ({override.overridden} of {override.proposed})"
    if override.rate is not None
    else "none had a proposal to follow",
]
said = " · ".join(part for part in parts if part)
with title:
    st.html(f'<div class="rcc"><h1>{len(entries)} {noun}</h1><p class="quiet">{safe(said)}</p></div>')

shown = decision_filter(entries)
if not shown:
    st.caption("No decision fits these filters.")
for entry in shown:
    decision_entry(entry, visit)
