"""What the sections of an agenda put on the screen: actions, exceptions, deep dives, decisions, the memo."""

from dataclasses import replace

import streamlit as st

from decision_log.meeting import Meeting, Topic
from services.act import actions
from services.brief import Brief, Item
from services.publish_memo import decided_in
from services.run_meeting import agenda_brief

from .action_row import action_row
from .gate import Visit
from .meeting_close import confirm
from .meeting_dive import dive, settle
from .meeting_note import note_box
from .states import to_mend
from .text import safe
from .units import card_quantity, day, quantity, where


def section(visit: Visit, meeting: Meeting) -> None:
    """The part of the agenda where the meeting is."""
    judged_on = meeting.opened.judged_on
    found, problems = agenda_brief(visit.site, visit.person, meeting.opened.cadence, judged_on)
    if found is None:
        to_mend(problems)
        return
    shown = replace(visit, presenting=True, as_of=judged_on)
    match meeting.section.opens:
        case "actions":
            _actions(shown, meeting)
        case "exceptions":
            _exceptions(shown, meeting, found)
        case "deep_dives":
            dive(shown, meeting, found)
        case "decide":
            _decide(shown, meeting, found)
        case "confirm":
            confirm(shown, meeting)
        case _:
            _heading(meeting.section.name, meeting.section.purpose)
            note_box(visit, meeting, "Agreed", "What was said that should be held against reality next time")


def _heading(title: str, purpose: str) -> None:
    st.html(f'<div class="rcc"><h1>{safe(title)}</h1><p class="quiet">{safe(purpose)}</p></div>')


def _actions(visit: Visit, meeting: Meeting) -> None:
    """Overdue first, then open, then what waits for somebody's eyes."""
    found = [one for one in actions(visit.site, visit.person, visit.today) if one.action.state in ("open", "done")]
    late = sum(one.is_overdue for one in found)
    waiting = sum(one.action.state == "done" for one in found)
    title = f"{late} overdue {'action' if late == 1 else 'actions'}" if late else "No action is overdue"
    rest = f"{len(found) - late - waiting} open in time · {waiting} to verify" if found else "Nothing is open"
    _heading(title, f"{rest} · {meeting.section.purpose}")
    with st.grid(2, min_column_width=420, gap="medium"):
        for one in found:
            action_row(one, visit)
    note_box(visit, meeting, "What was escalated or cleared up", "Only what the action itself does not say")


def _exceptions(visit: Visit, meeting: Meeting, found: Brief) -> None:
    """One line for each breach, by rank; what is inside its thresholds gets no airtime."""
    need, watched = len(found.to_decide), len(found.to_watch)
    title = f"{need} {'exception needs' if need == 1 else 'exceptions need'} a decision" if need else "All decided"
    _heading(title, f"{watched} to watch · {len(found.decided)} decided · {meeting.section.purpose}")
    dives = {topic.key for topic in meeting.opened.topics}
    lines = "".join(_line(item, item.card.key in dives) for item in found.items if not item.card.folded)
    st.html(f'<div class="rcc"><table class="lines">{_HEAD}{lines}</table></div>')
    note_box(visit, meeting, "What changed overall", "What these exceptions have in common, if anything")


_HEAD = (
    "<tr><th></th><th class='label'>Exception</th><th class='label number'>Value</th>"
    "<th class='label number'>At risk</th><th></th></tr>"
)


def _line(item: Item, is_dive: bool) -> str:
    card = item.card
    risk = "" if card.money_at_risk is None else quantity(card.money_at_risk, "money", card.currency)
    stands = "Decided" if item.settled else "Proposed" if item.proposal else "No proposal"
    marks = f"{'To watch' if card.status == 'yellow' else stands}{'<br><span class=tag>Deep dive</span>' * is_dive}"
    return (
        f'<tr><td><span class="status {card.status}">{card.status.capitalize()}</span></td>'
        f"<td><span class='do'>{safe(card.name)}</span> · {safe(where(card.dimension, card.slice))}<br>"
        f"<span class='label'>{safe(' + '.join(card.owners))} · {safe(card.limit_text)}</span></td>"
        f"<td class='number'><span class='do'>{safe(card_quantity(card.value, card))}</span><br>"
        f"<span class='label'>n = {card.n:,}</span></td><td class='number'>{safe(risk)}</td><td>{marks}</td></tr>"
    )


def _decide(visit: Visit, meeting: Meeting, found: Brief) -> None:
    """What is still undecided, the deep dives first, and what has been decided today."""
    topics = list(meeting.opened.topics)
    known = {topic.key for topic in topics}
    others = [item for item in found.to_decide if item.card.key not in known]
    by_key = {item.card.key: item for item in found.items}
    undecided = [topic for topic in topics if (item := by_key.get(topic.key)) and not item.settled]
    undecided += [_topic(item) for item in others]
    taken = decided_in(visit.site, visit.person, meeting, visit.now)
    left = [topic for topic in undecided if topic.key not in meeting.still_deferred]
    title = f"{len(left)} still to decide" if left else "Everything is decided or deferred"
    _heading(title, f"{len(taken)} decided today · {len(meeting.still_deferred)} deferred · {meeting.section.purpose}")
    for decision in taken:
        said = decision.taken
        st.html(
            f'<div class="rcc note"><p><span class="status green">Decided</span> <span class="do">'
            f"{safe(said.facts.get('name', said.kpi))}</span> · {safe(said.action_text)} · "
            f"check {day(said.check_on)}</p></div>"
        )
    with st.grid(2, min_column_width=420, gap="medium"):
        for topic in undecided:
            _undecided(visit, meeting, topic, by_key[topic.key])
    note_box(visit, meeting, "Settled with it", "Owners, dates or conditions that no single decision holds")


def _undecided(visit: Visit, meeting: Meeting, topic: Topic, item: Item) -> None:
    card = item.card
    proposed = ""
    if item.proposal is not None:
        filed = item.proposal.current.filed
        proposed = f"<p><span class='label'>Proposed</span> {safe(filed.options[filed.preferred].what)}</p>"
    at_risk = card.money_at_risk
    risk = "" if at_risk is None else f"{safe(quantity(at_risk, 'money', card.currency))} at risk"
    with st.container(border=True, height="stretch", key=f"card-{card.status}-decide-{card.key}", gap="small"):
        st.html(
            f'<div class="rcc card-head"><div class="row"><span class="status {card.status}">{card.status.capitalize()}'
            f'</span><span class="money">{risk}</span></div><h3>{safe(card.name)}</h3>'
            f'<p class="quiet">{safe(topic.where)} · {safe(card_quantity(card.value, card))}, '
            f"{safe(card.limit_text)}</p>{proposed}</div>"
        )
        st.space("stretch")
        settle(visit, meeting, topic, item)


def _topic(item: Item) -> Topic:
    card = item.card
    return Topic(key=card.key, name=card.name, where=where(card.dimension, card.slice))
