"""The meeting's bar: the agenda with its timers, and for who leads the buttons that move everybody on."""

from datetime import datetime, timedelta

import streamlit as st

from decision_log.meeting import Meeting, Place
from kpi_engine.problem import Problem
from services.people import allowed
from services.run_meeting import cancel, enter, follow, hand_over, may_lead, pause, pulse, resume, take_over

from .clock import right_now
from .gate import Visit
from .text import plain, safe
from .units import day

_FORMS = ("deciding", "action-step")


@st.fragment(run_every=1)
def bar(visit: Visit, id_: str, leader: str, drawn: tuple[int, ...]) -> None:
    """The clocks, each second; when something has happened since the page was `drawn`, the whole page again.

    A screen with an open form is left in peace: its clocks go on, the page follows when it closes.
    """
    meeting = follow(visit.site, visit.person, id_)
    assert meeting is not None, "a meeting that was there stays there"
    if pulse(visit.site, visit.person, id_) != drawn and not any(form in st.session_state for form in _FORMS):
        st.rerun()
    st.html(_agenda(meeting, leader, right_now()))


def _agenda(meeting: Meeting, leader: str, now: datetime) -> str:
    opened = meeting.opened
    here = len(meeting.attendees)
    paused = '<span class="tag yellow">Paused</span>' if meeting.paused else ""
    sections = "".join(_section(meeting, number, now) for number in range(len(opened.agenda)))
    return (
        f'<div class="rcc agenda"><div class="row"><span><b>{safe(opened.name)}</b> <span class="quiet">'
        f"{day(opened.held_on)} · {safe(leader)} leads · {here} here</span> {paused}</span>"
        f'<span class="total">{clock(meeting.spent(now))} <span class="quiet">of {clock(meeting.planned)}</span> '
        f"{_over(meeting.spent(now), meeting.planned)}</span></div><ol>{sections}</ol></div>"
    )


def _section(meeting: Meeting, number: int, now: datetime) -> str:
    section = meeting.opened.agenda[number]
    spent, planned = meeting.spent_in(number, now), timedelta(minutes=section.minutes)
    at = meeting.place.section
    done = min(spent / planned, 1)
    current = ' class="now" aria-current="step"' if number == at else ' class="past"' if number < at else ""
    return (
        f'<li{current}><span class="name">{safe(section.name)}</span><span class="time">{clock(spent)} '
        f"{_over(spent, planned) or f'<span class=quiet>of {section.minutes} min</span>'}</span>"
        f'<span class="track"><span style="width:{done:.1%}"></span></span></li>'
    )


def _over(spent: timedelta, planned: timedelta) -> str:
    return f'<span class="status red">{clock(spent - planned)} over</span>' if spent > planned else ""


def clock(spent: timedelta) -> str:
    """Minutes and seconds: 7:05, 75:00."""
    seconds = int(spent.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02}"


def controls(visit: Visit, meeting: Meeting) -> None:
    """What the person may press; who only follows sees nothing here."""
    if not allowed(visit.person, "facilitate"):
        return
    if meeting.facilitator != visit.person.id:
        name = visit.directory.name_of(meeting.facilitator)
        st.button(f"Take over from {plain(name)}", key="take-over", on_click=_take_over, args=(visit, meeting))
        return
    before, after = meeting.beside(-1), meeting.beside(1)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Back", key="back", on_click=_enter, args=(visit, meeting, before), disabled=before is None)
        if meeting.paused:
            st.button("Resume", key="pause", type="primary", on_click=_resume, args=(visit, meeting))
        else:
            st.button("Pause", key="pause", on_click=_pause, args=(visit, meeting))
        if after is not None:
            kind = "secondary" if meeting.paused else "primary"
            label = f"Next: {plain(title_of(meeting, after))}"
            st.button(label, key="next", type=kind, on_click=_enter, args=(visit, meeting, after))
        with st.popover("More"):
            _more(visit, meeting)


def title_of(meeting: Meeting, place: Place) -> str:
    """What a place of the agenda is called."""
    if not place.topic:
        return meeting.opened.agenda[place.section].name
    topic = next(one for one in meeting.opened.topics if one.key == place.topic)
    twice = [one.name for one in meeting.opened.topics].count(topic.name) > 1
    name = f"{topic.name} ({topic.where})" if twice else topic.name
    return f"{name}: {'what changed' if place.step == 'changed' else 'what we do'}"


def _more(visit: Visit, meeting: Meeting) -> None:
    st.selectbox(
        "Go to", meeting.places, index=meeting.places.index(meeting.place), key=f"go-{meeting.presses}",
        format_func=lambda place: title_of(meeting, place), on_change=_go, args=(visit, meeting),
    )  # fmt: skip
    others = {person.id: person.name for person in may_lead(visit.site, visit.person)}
    if others:
        st.selectbox(
            "Hand over to", list(others), index=None, placeholder="Choose a facilitator", key="hand-over",
            format_func=lambda id_: others[id_], on_change=_hand_over, args=(visit, meeting),
        )  # fmt: skip
    st.text_input("End without a memo", key="cancel-reason", placeholder="The reason, for the log")
    st.button("End without a memo", key="cancel", on_click=_cancel, args=(visit, meeting))


def tell(problems: tuple[Problem, ...]) -> None:
    """Say what stood in the way, shortly: the page shows the meeting as it is."""
    for problem in problems:
        st.toast(f"The meeting {plain(problem.message)}. {plain(problem.remedy)}")


def _enter(visit: Visit, meeting: Meeting, place: Place) -> None:
    tell(enter(visit.site, visit.person, meeting.id, place, seen=meeting.presses, now=right_now()))


def _go(visit: Visit, meeting: Meeting) -> None:
    _enter(visit, meeting, st.session_state[f"go-{meeting.presses}"])


def _pause(visit: Visit, meeting: Meeting) -> None:
    tell(pause(visit.site, visit.person, meeting.id, seen=meeting.presses, now=right_now()))


def _resume(visit: Visit, meeting: Meeting) -> None:
    tell(resume(visit.site, visit.person, meeting.id, seen=meeting.presses, now=right_now()))


def _hand_over(visit: Visit, meeting: Meeting) -> None:
    if to := st.session_state.pop("hand-over", None):
        tell(hand_over(visit.site, visit.person, meeting.id, to, seen=meeting.presses, now=right_now()))


def _take_over(visit: Visit, meeting: Meeting) -> None:
    tell(take_over(visit.site, visit.person, meeting.id, seen=meeting.presses, now=right_now()))


def _cancel(visit: Visit, meeting: Meeting) -> None:
    tell(cancel(visit.site, visit.person, meeting.id, st.session_state["cancel-reason"], right_now()))
