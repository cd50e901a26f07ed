"""Meeting: the agenda with its clocks, everybody on the same page; dashboards are elsewhere."""

from pathlib import Path

import streamlit as st

from pages.components.gate import enter
from pages.components.meeting_bar import bar, controls
from pages.components.meeting_close import ended
from pages.components.meeting_lobby import lobby, watch
from pages.components.meeting_sections import section
from services.run_meeting import follow, join, pulse, running

_COMPONENTS = Path(__file__).parent / "components"

visit = enter("Meeting")
st.html(_COMPONENTS / "meeting.css")

# A reload forgets whom it followed: it finds the meeting that runs, or none.
followed = st.session_state.get("followed", "")
meeting = running(visit.site, visit.person) or (follow(visit.site, visit.person, followed) if followed else None)
if meeting is None:
    lobby(visit)
    st.stop()
if meeting.ended_at is not None:
    ended(visit, meeting)
    watch(visit)
    st.stop()

st.session_state["followed"] = meeting.id
st.html(_COMPONENTS / "present.css")
st.html(_COMPONENTS / "meeting_stage.css")
join(visit.site, visit.person, meeting, visit.now)
leader = visit.directory.name_of(meeting.facilitator)
bar(visit, meeting.id, leader, pulse(visit.site, visit.person, meeting.id))
controls(visit, meeting)
section(visit, meeting)
st.page_link(Path(__file__).parent / "exceptions.py", label="Leave the meeting")
