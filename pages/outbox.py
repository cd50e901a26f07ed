"""Outbox: every message to people, and whether it got through; what fails comes first."""

import streamlit as st

from pages.components.gate import enter
from pages.components.outbox_lines import outbox_lines
from pages.components.states import to_mend
from services.outbox import outbox

visit = enter("Outbox")
found = outbox(visit.site, visit.person, visit.now)

if found.problems:
    to_mend(found.problems)
if not found.lines:
    st.html(
        '<div class="rcc calm"><h1>No messages yet</h1><p class="lead">Actions, escalations, verdicts and packets are '
        "told to people from here.</p></div>"
    )
    st.stop()

count = len(found.troubles)
answer = f'<span class="count">{count}</span> not getting through' if count else "Nothing fails"
if not found.channels and not found.problems:
    answer = "No channel is set up"
parts = [f"{sum(line.standing == name for line in found.lines)} {name}" for name in ("sent", "waiting", "not sent")]
channels = f"Channels: {', '.join(found.channels)}" if found.channels else "Messages are kept; none is sent"
st.html(f'<div class="rcc"><h1>{answer}</h1><p class="quiet">{" · ".join((*parts, channels))}</p></div>')
if not found.channels:
    st.caption("Name a mail server, a web hook or a file in `config/outbox.yaml`; the file shows one of each.")

outbox_lines(found, visit)
