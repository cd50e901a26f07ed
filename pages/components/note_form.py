"""A small form behind a button; what is typed is kept until it is sent, and a second click is the same note."""

from collections.abc import Callable, Sequence

import streamlit as st

from kpi_engine.problem import Problem

from .draft import Draft, to_complete
from .gate import Visit

Send = Callable[[], Sequence[Problem]]


def note_form(label: str, visit: Visit, subject: str, fields: Callable[[Draft], Send], labels: dict[str, str]) -> None:
    """A button that opens `fields`; these return what sends the note. `labels` name the fields in problems."""
    with st.popover(label), st.container(width=560, key=f"form-{subject}"):
        draft = Draft(visit, subject)
        send = fields(draft)
        draft.keep()
        if st.button("Keep", key=f"keep-{subject}", type="primary"):
            problems = send()
            if problems:
                to_complete(problems, labels, "Not kept yet")
            else:
                draft.drop()
                st.rerun()
