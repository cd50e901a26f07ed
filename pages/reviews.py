"""Reviews: what each forum looks at beside its exceptions, with what the owners say about it."""

import streamlit as st

from pages.components.address import chosen, write
from pages.components.assumptions import assumptions_part
from pages.components.commit_deals import commit_part
from pages.components.gate import enter
from pages.components.indicators import scorecard_of
from pages.components.narrative import narrative
from pages.components.panel import panel
from pages.components.quarter_plan import plan_part
from pages.components.states import no_data, to_mend
from pages.components.text import safe
from pages.components.units import day
from services.review_forum import shelves, view

visit = enter("Reviews")
found, problems = shelves(visit.site, visit.person)
if problems:
    to_mend(problems)
    st.stop()
if not found:
    st.html(
        '<div class="rcc calm"><h1>No dashboards</h1><p class="lead">A forum of config/forums.yaml names its '
        "dashboards; each is a file in config/dashboards.</p></div>"
    )
    st.stop()

titles = {
    name: f"{shelf.forum.name} · {dashboard.title}" for shelf in found for name, dashboard in shelf.dashboards.items()
}
wanted = chosen("dashboard", list(titles))
st.selectbox(
    "Dashboard", list(titles), format_func=lambda name: titles[name], key="pick-dashboard", width=460,
    on_change=write, args=("dashboard",),
)  # fmt: skip
with st.spinner("Reading…"):
    shown, problems = view(visit.site, visit.person, wanted, visit.as_of)
if shown is None:
    to_mend(problems) if problems else no_data()
    st.stop()

forum = next(shelf.forum for shelf in found if wanted in shelf.dashboards)
st.html(
    f'<div class="rcc"><h1>{safe(shown.dashboard.title)}</h1><p class="quiet">{safe(shown.dashboard.purpose)}</p>'
    f'<p class="quiet">{safe(forum.name)}, {forum.cadence} · {safe(", ".join(forum.audience))} · '
    f"data as of {day(shown.as_of)}</p></div>"
)
narrative(visit, shown)
if "commit_deals" in shown.dashboard.parts:
    commit_part(visit)
if "quarter_plan" in shown.dashboard.parts:
    plan_part(visit)
if "assumptions" in shown.dashboard.parts:
    assumptions_part(visit, forum.id, shown.as_of)
with st.grid(2, min_column_width=440, gap="medium"):
    for drawn in shown.panels:
        panel(drawn, shown)
for group in shown.dashboard.indicators:
    scorecard_of(visit, group, shown.as_of)
