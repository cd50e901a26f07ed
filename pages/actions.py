"""Actions: what decisions asked of people, overdue first; done is claimed here and verified by somebody else."""

import streamlit as st

from pages.components.action_row import action_row
from pages.components.gate import enter
from pages.components.outbox_banner import outbox_banner
from services.act import actions

visit = enter("Actions")
items = actions(visit.site, visit.person, visit.today)

outbox_banner(visit)
if not items:
    st.html(
        '<div class="rcc calm"><h1>No actions yet</h1><p class="lead">An action is created with a decision: what, '
        "who, until when. Overdue ones come first here and in the meeting.</p></div>"
    )
    st.stop()

title, control = st.columns([5, 2], vertical_alignment="bottom")
with control, st.container(horizontal=True, horizontal_alignment="right"):
    whose = st.segmented_control(
        "Whose", ["All", "Mine"], default="All", required=True, key="whose", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
shown = [item for item in items if whose == "All" or item.is_mine]

late = sum(item.is_overdue for item in shown)
still_open = sum(item.action.state == "open" for item in shown)
claimed = sum(item.action.state == "done" for item in shown)
noun = "action" if late == 1 else "actions"
answer = f'<span class="count">{late}</span> {noun} overdue' if late else "No action is overdue"
if not shown:
    answer = "Nothing is asked of you"
with title:
    st.html(
        f'<div class="rcc"><h1>{answer}</h1><p class="quiet">{still_open} open · {claimed} to be verified · '
        f"{len(shown) - still_open - claimed} verified or cancelled</p></div>"
    )

ended = [item for item in shown if item.action.state in ("verified", "cancelled")]
with st.grid(2, min_column_width=420, gap="medium"):
    for item in shown:
        if item not in ended:
            action_row(item, visit)
if ended:
    with st.expander(f"{len(ended)} verified or cancelled"), st.grid(2, min_column_width=420, gap="medium"):
        for item in ended[:50]:
            action_row(item, visit)
