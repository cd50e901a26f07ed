"""Before a meeting: who leads chooses the forum and starts it; everybody else waits, and is taken along."""

from datetime import date
from pathlib import Path

import streamlit as st

from services.forum_calendar import next_meeting
from services.forums import Forum, load_forums
from services.people import allowed
from services.read_memo import all_memos
from services.run_meeting import open_meeting, running

from .clock import right_now
from .gate import Visit
from .states import to_mend
from .text import safe
from .units import day

_MEMOS = Path(__file__).parents[1] / "memos.py"


def lobby(visit: Visit) -> None:
    """The agenda to come, and the way in."""
    known, problems = load_forums(visit.site)
    if problems:
        to_mend(problems)
    elif not known:
        st.html(
            '<div class="rcc calm"><h1>No forum yet</h1><p class="lead">Write one into config/forums.yaml.</p></div>'
        )
    elif allowed(visit.person, "facilitate"):
        _begin(visit, known)
    else:
        _wait(visit, known)
    _last_memo(visit)
    watch(visit)


@st.fragment(run_every=2)
def watch(visit: Visit) -> None:
    """Once somebody has opened a meeting, everybody who waits is in it."""
    if running(visit.site, visit.person) is not None:
        st.rerun()


def _begin(visit: Visit, known: tuple[Forum, ...]) -> None:
    title, choice = st.columns([3, 2], vertical_alignment="bottom")
    coming = _coming(visit, known)
    forum = choice.selectbox("Forum", known, index=known.index(coming), format_func=lambda one: one.name, key="forum")
    title.html(
        f'<div class="rcc"><h1>{_heading(visit, forum)}</h1><p class="quiet">Start it; whoever has this page '
        "open follows.</p></div>"
    )
    _agenda(visit, forum)
    if st.button(f"Start, {forum.minutes} minutes", type="primary", key="start"):
        with st.spinner("Looking for the exceptions to dive into…"):
            meeting, problems = open_meeting(visit.site, visit.person, forum.id, right_now())
        if meeting is not None:
            st.rerun()
        to_mend(problems)


def _wait(visit: Visit, known: tuple[Forum, ...]) -> None:
    directory, forum = visit.directory, _coming(visit, known)
    leaders = ", ".join(one.name for member in directory.people if allowed(one := member.person, "facilitate"))
    who = f"{leaders} can start it." if leaders else "Nobody holds the facilitator's role yet."
    st.html(
        f'<div class="rcc"><h1>{_heading(visit, forum)}</h1><p class="quiet">Not started. {safe(who)} '
        "This page follows on its own.</p></div>"
    )
    _agenda(visit, forum)


def _coming(visit: Visit, known: tuple[Forum, ...]) -> Forum:
    """The forum that meets next; those without a calendar come last."""
    return min(known, key=lambda forum: next_meeting(forum, visit.today) or date.max)


def _heading(visit: Visit, forum: Forum) -> str:
    """The forum, and when it meets next."""
    on = next_meeting(forum, visit.today)
    when = "" if on is None else ", today" if on == visit.today else f", {on:%A} {day(on)}"
    return safe(f"{forum.name}{when}")


def _agenda(visit: Visit, forum: Forum) -> None:
    names = ", ".join(person.name for person in visit.directory.holders(forum.audience))
    rows = "".join(
        f"<tr><td class='do'>{safe(section.name)}</td><td>{safe(section.purpose)}</td>"
        f"<td class='number'>{section.minutes} min</td></tr>"
        for section in forum.agenda
    )
    st.html(
        f'<div class="rcc stack"><p class="lead">{safe(forum.purpose)}</p><table class="lines">{rows}'
        f"<tr><td class='do'>{safe(forum.name)}</td><td class='quiet'>With {safe(names)}</td>"
        f"<td class='number do'>{forum.minutes} min</td></tr></table></div>"
    )


def _last_memo(visit: Visit) -> None:
    memo = next(iter(all_memos(visit.site, visit.person)), None)
    if memo is not None:
        told = memo.published
        st.page_link(_MEMOS, label=f"Last memo: {told.name}, {day(told.held_on)} →", query_params={"memo": memo.id})
