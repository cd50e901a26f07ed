"""Putting an exception off to another meeting, with a reason, and taking it up again."""

from uuid import uuid4

import streamlit as st

from decision_log.meeting import Meeting, Topic
from services.run_meeting import defer, take_up

from .clock import right_now
from .gate import Visit
from .meeting_bar import tell
from .meeting_note import leads
from .text import safe


def defer_control(visit: Visit, meeting: Meeting, topic: Topic) -> None:
    """Who leads may put the topic off; everybody sees that it was."""
    put_off = meeting.still_deferred.get(topic.key)
    if put_off is not None:
        st.html(
            '<div class="rcc note"><p class="label">Deferred to the next meeting</p>'
            f"<p>{safe(put_off.reason)}</p></div>"
        )
        if leads(visit, meeting):
            st.button("Take it up again", key=f"take-up-{topic.key}", on_click=_take_up, args=(visit, meeting, topic))
    elif leads(visit, meeting):
        with st.popover("Defer"):
            reason = f"defer-reason-{topic.key}"
            st.text_input("Why not today", key=reason, placeholder="What has to be known or done first")
            st.button("Defer it", key=f"defer-{topic.key}", on_click=_defer, args=(visit, meeting, topic, reason))


def _defer(visit: Visit, meeting: Meeting, topic: Topic, reason: str) -> None:
    words = st.session_state[reason]
    tell(defer(visit.site, visit.person, meeting.id, topic, words, idempotency_key=uuid4().hex, now=right_now()))


def _take_up(visit: Visit, meeting: Meeting, topic: Topic) -> None:
    tell(take_up(visit.site, visit.person, meeting.id, topic, idempotency_key=uuid4().hex, now=right_now()))
