"""Who is signed in, and the button that puts them out."""

import streamlit as st

from services.directory import Directory
from services.manage_people import revoke, sessions

from .gate import Visit
from .text import plain


def sessions_table(visit: Visit, directory: Directory) -> None:
    """One line each, who came last first."""
    for session in sessions(visit.site, visit.person, visit.now):
        who, when, way, out = st.columns([3, 3, 2, 1], vertical_alignment="center")
        who.markdown(f"**{plain(directory.name_of(session.person))}**")
        began, seen = session.began_at.astimezone(), session.seen_at.astimezone()
        when.markdown(plain(f"since {began:%H:%M}, last seen {seen:%H:%M}"))
        way.markdown(plain(f"{session.how} · {session.address}"))
        out.button(
            "Revoke", key=f"revoke-{session.id}", on_click=revoke, args=(visit.site, visit.person, session, visit.now)
        )
