"""What a meeting agrees on at a place of its agenda: who leads types it, everybody reads it."""

from uuid import uuid4

import streamlit as st

from decision_log.meeting import Meeting, Place
from services.run_meeting import note

from .clock import right_now
from .gate import Visit
from .meeting_bar import tell
from .text import safe


def leads(visit: Visit, meeting: Meeting) -> bool:
    """Whether this person holds the meeting's controls."""
    return meeting.facilitator == visit.person.id


def note_box(visit: Visit, meeting: Meeting, label: str, placeholder: str) -> None:
    """The note of the place where the meeting is; it is logged when the field is left."""
    text = meeting.notes.get(meeting.place, "")
    if leads(visit, meeting):
        st.text_area(
            label, key=_shown(meeting, text), placeholder=placeholder, height=110, on_change=_log, args=(visit, meeting)
        )
    elif text:
        st.html(f'<div class="rcc note"><p class="label">{safe(label)}</p><p>{_lines(text)}</p></div>')


def agreed(meeting: Meeting, place: Place, label: str) -> None:
    """What was noted at another place, to be read here."""
    if text := meeting.notes.get(place, ""):
        st.html(f'<div class="rcc note"><p class="label">{safe(label)}</p><p>{_lines(text)}</p></div>')


def _shown(meeting: Meeting, text: str) -> str:
    """The field's key; it shows what the log has, also when another screen has written it."""
    key = _name(meeting)
    if key not in st.session_state or st.session_state.get(f"{key}/logged") != text:
        st.session_state[key] = st.session_state[f"{key}/logged"] = text
    return key


def _log(visit: Visit, meeting: Meeting) -> None:
    text = st.session_state[_name(meeting)]
    tell(note(visit.site, visit.person, meeting.id, meeting.place, text, idempotency_key=uuid4().hex, now=right_now()))


def _name(meeting: Meeting) -> str:
    place = meeting.place
    return f"note/{meeting.id}/{place.section}/{place.topic}/{place.step}"


def _lines(text: str) -> str:
    return safe(text).replace("\n", "<br>")
