"""Around a packet: its files, who gets it by mail, who has read it, and publishing it now."""

from collections.abc import Sequence
from uuid import uuid4

import streamlit as st

from services.forums import Forum
from services.people import allowed
from services.publish_packet import publish, subscribe, subscribers
from services.read_packet import Opened

from .gate import Visit
from .text import plain, safe
from .units import day

_INTENT = "publish-packet"


def files(found: Opened) -> None:
    """The same packet to take along."""
    st.download_button("PDF", found.pdf.content, found.pdf.name, "application/pdf", on_click="ignore")
    st.download_button("HTML", found.html.content, found.html.name, "text/html", on_click="ignore")


def subscription(visit: Visit, forums: Sequence[Forum]) -> None:
    """Which forums' packets come to the person by mail."""
    with st.popover("By mail"):
        st.caption(f"Sent to {plain(visit.person.email)}" if visit.person.email else "Your record has no mail address")
        for forum in forums:
            subscribed = visit.person.id in subscribers(visit.site, forum.id)
            wanted = st.toggle(plain(forum.name), value=subscribed, key=f"mail-{forum.id}")
            if wanted != subscribed:
                subscribe(visit.site, visit.person, forum.id, wanted, visit.now)


def publish_now(visit: Visit, forums: Sequence[Forum]) -> None:
    """A new edition for the forum's next meeting, for who facilitates."""
    if not forums or not allowed(visit.person, "facilitate"):
        return
    with st.popover("Publish now"):
        forum = st.selectbox("Forum", list(forums), format_func=lambda one: one.name, key="publish-forum")
        if not st.button("Publish", type="primary", key="publish"):
            return
        # One intent a click: what is sent twice is published once.
        intent = st.session_state.setdefault(_INTENT, uuid4().hex)
        with st.spinner("Building the packet…"):
            packet, problems = publish(
                visit.site, visit.person, forum.id, as_of=visit.as_of, idempotency_key=intent, now=visit.now
            )
    if packet is None:
        st.error("\n".join(f"- {plain(problem)}" for problem in problems), title="Not published")
        return
    del st.session_state[_INTENT]
    st.query_params["packet"] = packet.id
    st.rerun()


def readers(found: Opened) -> None:
    """Read receipts: the forum's audience first."""
    read = sum(reader.at is not None for reader in found.readers)
    rows = "".join(
        f"<tr><td>{safe(reader.name)}</td>"
        f"<td>{'not yet' if reader.at is None else f'{day(reader.at.date())}, {reader.at:%H:%M} UTC'}</td></tr>"
        for reader in found.readers
    )
    with st.expander(f"Read by {read} of {len(found.readers)}"):
        st.html(f'<div class="rcc"><table>{rows}</table></div>')
