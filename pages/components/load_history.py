"""Loads that were in force, the newest first, and going back to one of them."""

from collections.abc import Sequence
from uuid import uuid4

import streamlit as st

from services.roll_back import PastLoad, roll_back

from .clock import right_now
from .gate import Visit
from .text import plain, safe
from .units import day
from .upload_run import not_done

_LISTED = 20


def history(visit: Visit, loads: Sequence[PastLoad]) -> None:
    """The list, and under it the form to go back."""
    if not loads:
        return
    st.subheader("Loads", anchor=False)
    head = "".join(f"<th class='label'>{name}</th>" for name in ("Published", "Data as of", "Files", "Standing"))
    rows = "".join(_row(one) for one in loads[:_LISTED])
    st.html(
        f'<div class="rcc"><table class="loads"><tr>{head}<th class="label number">Rows</th></tr>{rows}</table></div>'
    )
    earlier = {one.snapshot.fingerprint: one for one in loads if one.standing != "in force"}
    if earlier:
        with st.expander("Roll back to an earlier load"):
            _roll_back(visit, earlier)


def _row(one: PastLoad) -> str:
    when = f"{day(one.at.date())} {one.at:%H:%M} UTC, {safe(one.by)}" if one.at else "by the command line"
    files = ", ".join(one.files[:3]) + (f" and {len(one.files) - 3} more" if len(one.files) > 3 else "")
    standing = f"<b>{one.standing}</b>" if one.standing == "in force" else one.standing
    why = f'<br><span class="label">{safe(one.reason)}</span>' if one.reason else ""
    return (
        f"<tr><td>{when}</td><td>{day(one.snapshot.data_on)}</td><td>{safe(files)}{why}</td><td>{standing}</td>"
        f'<td class="number">{one.rows:,}</td></tr>'
    )


def _roll_back(visit: Visit, earlier: dict[str, PastLoad]) -> None:
    st.caption(
        "Every figure is read from that load again; cards, packets and decisions of the later one stay in the log as "
        "they were published."
    )
    chosen = st.selectbox("Load", list(earlier), format_func=lambda one: _in_words(earlier[one]), key="rollback/load")
    reason = st.text_area("Why", key="rollback/why", height=80, placeholder="What is wrong with the data in force")
    intent = st.session_state.setdefault("rollback/intent", uuid4().hex)
    if st.button("Roll back", key="rollback/send"):
        with st.spinner("Reading the KPIs of that load"):
            problems = roll_back(visit.site, visit.person, str(chosen), reason, intent, right_now())
        if problems:
            not_done(problems)
        else:
            st.session_state.pop("rollback/intent")
            st.rerun()


def _in_words(one: PastLoad) -> str:
    published = f"published {day(one.at.date())} {one.at:%H:%M}" if one.at else "imported by the command line"
    return plain(f"data as of {day(one.snapshot.data_on)}, {published}, {one.rows:,} rows")
