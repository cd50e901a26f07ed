"""The end of a meeting: the memo is read back, completed and published; afterwards it is where to go."""

from pathlib import Path

import streamlit as st

from decision_log.meeting import Meeting
from services.publish_memo import draft, forecast_in_proposals, publish_memo
from services.read_memo import memo_of

from .clock import right_now
from .draft import Draft, to_complete
from .gate import Visit
from .meeting_note import leads
from .memo_view import memo_view
from .text import safe

_MEMOS = Path(__file__).parents[1] / "memos.py"
_LABELS = {"forecast_implications": "Forecast implications", "next_pre_read": "The next pre-read must answer"}


def confirm(visit: Visit, meeting: Meeting) -> None:
    """Read the decisions back, say what they mean for the forecast, publish."""
    st.html(
        '<div class="rcc"><h1>Read back and publish</h1>'
        f'<p class="quiet">{safe(meeting.section.purpose)} The memo cannot be changed afterwards.</p></div>'
    )
    memo, form = st.columns([3, 2], gap="large")
    with form:
        forecast, pre_read = _form(visit, meeting) if leads(visit, meeting) else ("", "")
    with memo:
        memo_view(draft(visit.site, visit.person, meeting, visit.now, forecast, pre_read))


def _form(visit: Visit, meeting: Meeting) -> tuple[str, str]:
    kept = Draft(visit, f"memo/{meeting.id}")
    start = forecast_in_proposals(visit.site, visit.person, meeting, visit.now)
    forecast = st.text_area(
        _LABELS["forecast_implications"], key=kept.key("forecast_implications", start), height=140,
        placeholder="What today's decisions do to commit, best case and coverage",
    )  # fmt: skip
    pre_read = st.text_area(
        _LABELS["next_pre_read"], key=kept.key("next_pre_read", ""), height=110, placeholder="Optional"
    )
    kept.keep()
    if st.button("Publish the memo and end the meeting", type="primary", key="publish"):
        published, problems = publish_memo(
            visit.site, visit.person, meeting.id,
            forecast_implications=forecast, next_pre_read=pre_read, now=right_now(),
        )  # fmt: skip
        if published is not None:
            kept.drop()
            st.rerun()
        to_complete(problems, _LABELS, "Not published yet")
    return forecast, pre_read


def ended(visit: Visit, meeting: Meeting) -> None:
    """What somebody sees who was there when it ended."""
    memo = memo_of(visit.site, visit.person, meeting.id)
    if memo is None:
        st.html(
            f'<div class="rcc calm"><h1>The meeting has ended</h1>'
            f'<p class="lead">Without a memo: {safe(meeting.cancelled_because)}</p></div>'
        )
        with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
            st.button("To the next meeting", on_click=_leave)
        return
    count = len(memo.published.decisions)
    st.html(
        '<div class="rcc calm"><h1>The meeting has ended</h1>'
        f'<p class="lead">{count} {"decision" if count == 1 else "decisions"}, {len(memo.published.deferred)} '
        "deferred. The memo is published.</p></div>"
    )
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        st.page_link(_MEMOS, label="Read the memo →", query_params={"memo": memo.id})
        st.button("To the next meeting", on_click=_leave)


def _leave() -> None:
    st.session_state.pop("followed", None)
