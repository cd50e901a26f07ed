"""The work on an episode: clocks to meet, steps to tick off, what one thinks of the breach, and its periods."""

import streamlit as st

from decision_log.episode import CLOCK_HOURS, Episode
from decision_log.episode_events import Reading
from services.brief import Item
from services.episodes import all_episodes
from services.people import allowed
from services.watch_clocks import CLOCKS
from services.work_on_episode import give_feedback, meet_clock, tick_step

from .clock import right_now
from .draft import Draft, to_complete
from .episode import OPINIONS, clocks
from .gate import Visit
from .text import plain, safe
from .units import card_quantity, day, quantity, reason_in_words

_OPEN = "working on"
_LABELS = {"note": "What was found or done", "reason": "Why"}


def runbook_button(item: Item, visit: Visit) -> None:
    """Opens the work on the card's episode; nothing to open before it is recorded."""
    if item.life is None:
        return
    st.button("Runbook", key=f"runbook-{item.card.key}", on_click=_begin, args=(item.episode,))
    if st.session_state.get(_OPEN) == item.episode:
        _dialog(item, visit)


def _begin(id_: str) -> None:
    st.session_state[_OPEN] = id_


def _end() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("Runbook and clocks", width="large", on_dismiss=_end)
def _dialog(item: Item, visit: Visit) -> None:
    life = all_episodes(visit.site)[item.episode]
    card = item.card
    st.markdown(f"**{plain(card.name)}** · {plain(card_quantity(card.value, card))}, {plain(card.limit_text)}")
    st.caption(f"Playbook for {card.status}: {plain(card.playbook)}")
    _clocks(life, visit)
    _steps(life, visit)
    _feedback(life, visit)
    with st.expander(f"{len(life.periods)} {'period' if len(life.periods) == 1 else 'periods'} on record"):
        st.html(_periods(life, visit))


def _clocks(life: Episode, visit: Visit) -> None:
    directory = visit.directory
    if not life.clocks:
        st.caption("No clock runs: only a red starts them.")
        return
    said = "".join(
        f"<p class='quiet'>{CLOCKS[clock.name].partition(',')[0]}: {safe(clock.met.note)}</p>"
        for clock in life.clocks
        if clock.met is not None
    )
    st.html(f"<div class='rcc episode narrow'>{clocks(life, directory, right_now())}{said}</div>")
    waiting = [clock.name for clock in life.clocks if clock.met is None]
    if not waiting or not allowed(visit.person, "investigate"):
        return
    draft = Draft(visit, f"clock/{life.id}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Clock", waiting, format_func=lambda one: f"{CLOCKS[one]}, {CLOCK_HOURS[one]} h", key=f"{life.id}/clock"
        )
        note = st.text_input(_LABELS["note"], key=draft.key("note", ""), placeholder="In a line")
        sent = st.button("Meet the clock", key=f"{life.id}/meet")
    draft.keep()
    if sent:
        problems = meet_clock(visit.site, visit.person, life.id, name, note, right_now())
        if problems:
            to_complete(problems, _LABELS, "Not logged yet")
            return
        draft.drop()
        st.rerun()


def _steps(life: Episode, visit: Visit) -> None:
    directory = visit.directory
    done = sum(mark is not None for mark in life.steps)
    st.markdown(f"**Runbook**, {done} of {len(life.steps)} done")
    for number, (step, mark) in enumerate(zip(life.opened.steps, life.steps, strict=True)):
        by = "" if mark is None else f" · {plain(directory.name_of(mark.by))}, {day(mark.at.date())}"
        ticked = st.checkbox(
            f"{plain(step)}{by}",
            value=mark is not None,
            key=f"{life.id}/step/{number}/{life.version}",
            disabled=not allowed(visit.person, "investigate"),
        )
        if ticked != (mark is not None):
            tick_step(visit.site, visit.person, life.id, number, ticked, right_now())
            st.rerun()


def _feedback(life: Episode, visit: Visit) -> None:
    st.markdown("**Is the breach real?** The answers make the rule's report card.")
    directory = visit.directory
    for one in life.feedback:
        st.caption(
            f"{OPINIONS[one.opinion]}, {plain(directory.name_of(one.by))}, {day(one.at.date())}: {plain(one.reason)}"
        )
    if not allowed(visit.person, "comment"):
        return
    draft = Draft(visit, f"feedback/{life.id}")
    opinion = st.segmented_control(
        "Opinion", list(OPINIONS), format_func=OPINIONS.__getitem__, key=draft.key("opinion", "real"), required=True
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reason = st.text_input(_LABELS["reason"], key=draft.key("reason", ""))
        sent = st.button("Send", key=f"{life.id}/send")
    draft.keep()
    if sent:
        problems = give_feedback(
            visit.site, visit.person, life.id, opinion, reason, idempotency_key=draft.intent, now=right_now()
        )
        if problems:
            to_complete(problems, _LABELS, "Not logged yet")
            return
        draft.drop()
        st.rerun()


def _periods(life: Episode, visit: Visit) -> str:
    rows = "".join(
        f"<tr><td>{day(one.published.end)}</td><td>{_said(one.published, life, visit)}</td>"
        f"<td>{'' if one.restated is None else _said(one.restated, life, visit)}</td></tr>"
        for one in reversed(life.periods)
    )
    return (
        "<div class='rcc'><table><tr><th class='label'>Period to</th><th class='label'>As published</th>"
        f"<th class='label'>Restated by later data</th></tr>{rows}</table></div>"
    )


def _said(reading: Reading, life: Episode, visit: Visit) -> str:
    """Status, value and n; the unit is the one that the card had when the episode opened."""
    facts = life.opened.facts
    if reading.status == "not_evaluable":
        why = reason_in_words(reading.reason, visit.contracts.get(life.opened.kpi))
        return f"<span class='status open'>not evaluable</span> {safe(why)} · n\u00a0=\u00a0{reading.n:,}"
    value = quantity(reading.value, facts["unit"], facts["currency"], facts["decimals"])
    explained = ", explained" if reading.explained else ""
    return (
        f"<span class='status {reading.status}'>{reading.status}{explained}</span> {safe(value)} "
        f"<span class='quiet'>n\u00a0=\u00a0{reading.n:,}</span>"
    )
