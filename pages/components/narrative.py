"""What the owners say about a dashboard, and publishing it: not before it has been said."""

import streamlit as st

from services.review_forum import View, narrate, publish_review

from .clock import right_now
from .draft import Draft, to_complete
from .gate import Visit
from .text import safe
from .units import day

_LABELS = {"text": "Narrative"}


def narrative(visit: Visit, shown: View) -> None:
    """The narrative in force, the form of who may write it, and where publishing stands."""
    said = shown.review.narrative
    if said is not None:
        st.html(
            f'<div class="rcc"><div class="note"><p class="label">{safe(shown.narrated_by)}, {day(said.at.date())}</p>'
            f"<p>{safe(said.text)}</p></div></div>"
        )
    elif shown.dashboard.narrated:
        st.html('<div class="rcc"><p class="note">No narrative yet: it cannot be published without one.</p></div>')
    published = shown.review.published_at
    if shown.review.is_current and published is not None:
        st.html(f'<div class="rcc"><p class="status green">Published {day(published.date())}</p></div>')
    if not shown.may_narrate:
        return
    with st.container(horizontal=True):
        with st.popover("Rewrite the narrative" if said else "Write the narrative"):
            _form(visit, shown, "" if said is None else said.text)
        ready = said is not None or not shown.dashboard.narrated
        if not shown.review.is_current:
            st.button("Publish", key="publish-review", disabled=not ready, on_click=_publish, args=(visit, shown))


def _form(visit: Visit, shown: View, start: str) -> None:
    subject = f"narrative/{shown.id}/{shown.as_of}"
    draft = Draft(visit, subject, base=shown.review.entries)
    st.text_area("What do the figures mean, and what follows?", key=draft.key("text", start), height=180)
    draft.keep()
    if st.button("Keep", type="primary", key=f"{subject}/send"):
        text = st.session_state[f"{subject}/text"]
        problems = narrate(visit.site, visit.person, shown, text, idempotency_key=draft.intent, now=right_now())
        if problems:
            to_complete(problems, _LABELS, "Not kept yet")
            return
        draft.drop()
        st.rerun()


def _publish(visit: Visit, shown: View) -> None:
    """The same state is published once, however often it is pressed."""
    key = f"publish-review/{shown.id}/{shown.as_of}/{shown.review.entries}"
    publish_review(visit.site, visit.person, shown, idempotency_key=key, now=right_now())
