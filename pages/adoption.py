"""Adoption: how far the company runs on decisions. Everything is read from the system; nothing is ticked."""

from pathlib import Path

import streamlit as st

from pages.components.evidence import claims, core_kpis
from pages.components.gate import enter
from pages.components.units import day
from services.adoption import WEEKLY_INSTANCES, adoption

visit = enter("Adoption")
found = adoption(visit.site, visit.person)
_HERE = Path(__file__).parent
_DO_IT = ("contracts", "contracts", "people", "meeting", "exceptions", "actions")

complete = sum(kpi.complete for kpi in found.core)
begun = "nothing has been decided here yet" if found.started_on is None else f"began on {day(found.started_on)}"
st.html(
    f'<div class="rcc"><h1>{found.stage}</h1><p class="quiet">Stage of maturity, by the evidence below · {begun} · '
    f"{complete} of {len(found.core)} core KPIs complete · {found.weeks} of {WEEKLY_INSTANCES} weekly instances"
    "</p></div>"
)

if not all(step.met for step in found.first_loop):
    with st.container(border=True, key="card-guided-start"):
        st.html(
            '<div class="rcc"><h2>Start with one decision</h2><p class="quiet">Pipeline coverage by segment, as a full '
            "loop: what is done, and where to do the rest.</p></div>"
        )
        for step, page in zip(found.first_loop, _DO_IT, strict=True):
            text, link = st.columns([5, 1], vertical_alignment="center")
            with text:
                claims([step])
            if not step.met and (_HERE / f"{page}.py").exists():
                link.page_link(_HERE / f"{page}.py", label="Do it →")

st.html('<div class="rcc"><h2>Milestones</h2></div>')
with st.grid(4, min_column_width=260):
    for milestone in found.milestones:
        with st.container(border=True, height="stretch", key=f"card-milestone-{milestone.name}"):
            late = milestone.due_on is not None and visit.today > milestone.due_on and not milestone.met
            status, word = ("green", "met") if milestone.met else ("red", "late") if late else ("open", "not yet")
            due = "" if milestone.due_on is None else f" · by {day(milestone.due_on)}"
            st.html(
                f'<div class="rcc"><p><span class="status {status}">{word}</span></p>'
                f'<h3>{milestone.name}</h3><p class="label">{due.removeprefix(" · ")}</p></div>'
            )
            claims(milestone.evidence)

left, right = st.columns(2, gap="large")
with left:
    st.html('<div class="rcc"><h2>Diagnosis in five questions</h2></div>')
    claims(found.diagnostic)
    st.html('<div class="rcc"><h2>Core KPIs</h2></div>')
    core_kpis(found.core)
with right:
    st.html('<div class="rcc"><h2>Stages of maturity</h2></div>')
    for stage, evidence in found.stages.items():
        here = ' <span class="tag">you are here</span>' if stage == found.stage else ""
        st.html(f'<div class="rcc"><h3>{stage}{here}</h3></div>')
        claims(evidence)
