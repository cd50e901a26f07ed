"""Memos: what meetings decided, newest first; each has an address of its own and never changes."""

from pathlib import Path

import streamlit as st

from pages.components.gate import enter
from pages.components.memo_view import memo_download, memo_view
from pages.components.text import plain, safe
from pages.components.units import day
from services.read_memo import all_memos, memo_of

visit = enter("Memos")
st.html(Path(__file__).parent / "components" / "memos.css")

asked = st.query_params.get("memo", "")
if asked:
    memo = memo_of(visit.site, visit.person, asked)
    with st.container(horizontal=True, vertical_alignment="center", key="not-printed"):
        st.page_link(Path(__file__), label="← All memos")
        if memo is not None:
            memo_download(memo)
    if memo is None:
        st.html(
            '<div class="rcc calm"><h1>No such memo</h1>'
            f'<p class="lead">{safe(asked)} has not been published.</p></div>'
        )
        st.stop()
    memo_view(memo.published, memo)
    st.stop()

found = all_memos(visit.site, visit.person)
if not found:
    st.html(
        '<div class="rcc calm"><h1>No memo yet</h1><p class="lead">A meeting ends with one: what was decided, '
        "deferred, and what it means for the forecast.</p></div>"
    )
    st.stop()

noun = "memo" if len(found) == 1 else "memos"
st.html(f'<div class="rcc"><h1>{len(found)} {noun}</h1></div>')
for memo in found:
    told = memo.published
    facts = f"{len(told.decisions)} decided · {len(told.deferred)} deferred · {told.spent_seconds / 60:.0f} minutes"
    with st.container(border=True, key=f"card-memo-{memo.id}", gap="xsmall"):
        label = f"{plain(told.name)}, {day(told.held_on)} →"
        st.page_link(Path(__file__), label=label, query_params={"memo": memo.id})
        st.html(f'<div class="rcc"><p class="quiet">{facts} · led by {safe(told.facilitator)}</p></div>')
