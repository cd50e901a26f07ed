"""Decisions: the log, newest first, each with the facts it was taken on."""

import streamlit as st

from pages.components.decision_entry import decision_entry
from pages.components.gate import enter
from services.review_decisions import decisions

visit = enter("Decisions")
entries = decisions(visit.site, visit.person, visit.today)

if not entries:
    st.html(
        '<div class="rcc calm"><h1>No decisions yet</h1><p class="lead">Decide on a card of the exceptions page; '
        "the decision, its reasons and its check date are kept here.</p></div>"
    )
    st.stop()

late = sum(entry.standing == "overdue" for entry in entries)
check = sum(entry.standing == "check due" for entry in entries)
noun = "decision" if len(entries) == 1 else "decisions"
rest = " · ".join(text for text in (f"{late} past due" if late else "", f"{check} to check" if check else "") if text)
st.html(f'<div class="rcc"><h1>{len(entries)} {noun}</h1><p class="quiet">{rest or "Nothing past due"}</p></div>')

for entry in entries:
    decision_entry(entry)
