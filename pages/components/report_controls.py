"""What one does with a report: take it along, publish it, and see what was published before."""

from collections.abc import Sequence
from uuid import uuid4

import streamlit as st

from services.forums import Forum
from services.people import allowed
from services.publish_report import publish_report, unsaid
from services.read_report import Issued, Opened
from services.report.content import Content

from .gate import Visit
from .text import plain, safe
from .units import day

_INTENT = "publish-report-intent"


def files(found: Opened) -> None:
    """The same report to take along."""
    st.download_button("PDF", found.pdf.content, found.pdf.name, "application/pdf", on_click="ignore")
    st.download_button("HTML", found.html.content, found.html.name, "text/html", on_click="ignore")


def publish_now(visit: Visit, forum: Forum, content: Content) -> None:
    """Publishing, for who facilitates; what still has to be said stands in its way, by name."""
    lacking = unsaid(content)
    if not allowed(visit.person, "facilitate"):
        return
    asked = st.button("Publish", type="primary", key="publish-report", disabled=bool(lacking))
    if lacking:
        st.html(
            f'<div class="rcc"><p class="note">Not to be published before its owners say what the figures mean: '
            f"{safe(', '.join(lacking))}, on the page Reviews.</p></div>"
        )
    if not asked:
        return
    # One intent a click: what is sent twice is published once.
    intent = st.session_state.setdefault(_INTENT, uuid4().hex)
    with st.spinner("Building the report…"):
        report, problems = publish_report(
            visit.site, visit.person, forum.id, as_of=visit.as_of, idempotency_key=intent, now=visit.now
        )
    if report is None:
        st.error("\n".join(f"- {plain(problem)}" for problem in problems), title="Not published")
        return
    del st.session_state[_INTENT]
    st.query_params["report"] = report.id
    st.rerun()


def list_of_issued(found: Sequence[Issued]) -> None:
    """Every review and report that was published, with its words and the way to it."""
    with st.expander(f"Published so far: {len(found)}"):
        if not found:
            st.html('<div class="rcc"><p class="quiet">No review and no report has been published yet.</p></div>')
            return
        rows = "".join(
            f'<tr><td>{one.sort}</td><td><a href="{safe(one.address)}" target="_self">{safe(one.title)}</a>'
            f"<br><span class='label'>data as of {day(one.as_of)}</span></td><td>{safe(one.words)}</td>"
            f"<td>{safe(one.by)}<br><span class='label'>{day(one.at.date())}</span></td></tr>"
            for one in found
        )
        st.html(f'<div class="rcc"><table>{rows}</table></div>')
