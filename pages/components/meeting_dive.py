"""A deep dive: first agree on what changed, then, as a step of its own, on what is done about it."""

from collections.abc import Iterable

import streamlit as st

from decision_log.meeting import Meeting, Place, Topic
from decision_log.proposal import ProposalFiled
from services.brief import Brief, Item
from services.decide import why_not
from services.drill_down import drill_down

from .card import facts, link_to_drill_down
from .decide_form import decide_button
from .gate import Visit
from .meeting_defer import defer_control
from .meeting_note import agreed, note_box
from .proposal_view import effect_in_words
from .text import plain, safe
from .trend import trend


def dive(visit: Visit, meeting: Meeting, found: Brief) -> None:
    """The topic and the step where the meeting is."""
    topic = next((one for one in meeting.opened.topics if one.key == meeting.place.topic), None)
    if topic is None:
        st.html('<div class="rcc"><h1>Nothing to dive into</h1><p class="quiet">No red was undecided.</p></div>')
        return
    item = next((one for one in found.items if one.card.key == topic.key), None)
    number, count = meeting.opened.topics.index(topic) + 1, len(meeting.opened.topics)
    question = "what changed?" if meeting.place.step == "changed" else "what do we do?"
    st.html(
        f'<div class="rcc"><h1>{safe(topic.name)}: {question}</h1>'
        f'<p class="quiet">Deep dive {number} of {count} · {safe(topic.where)}</p></div>'
    )
    if item is None:
        st.info("This exception is no longer in the data that the meeting looks at.")
    elif meeting.place.step == "changed":
        _what_changed(visit, meeting, item)
    else:
        _what_we_do(visit, meeting, topic, item)


def _what_changed(visit: Visit, meeting: Meeting, item: Item) -> None:
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True, key=f"card-{item.card.status}-dive", gap="small"):
        facts(item.card, visit)
    with right:
        _diagnosis(visit, item)
        note_box(visit, meeting, "What changed, as agreed", "One or two sentences that nobody here disputes")
    _behind(visit, item)


def _what_we_do(visit: Visit, meeting: Meeting, topic: Topic, item: Item) -> None:
    changed = Place(section=meeting.place.section, topic=topic.key, step="changed")
    left, right = st.columns([3, 2], gap="large")
    with left:
        _options(visit, item)
    with right:
        agreed(meeting, changed, "What changed, as agreed")
        note_box(visit, meeting, "What we do, in short", "Which option, and what has to be settled with it")
        settle(visit, meeting, topic, item)


def settle(visit: Visit, meeting: Meeting, topic: Topic, item: Item) -> None:
    """The two ways out: a decision, or putting it off with a reason."""
    if item.decision is not None and item.settled:
        taken = item.decision.taken
        name = visit.directory.name_of(item.decision.decided_by)
        st.html(
            f'<div class="rcc note"><p class="label">Decided by {safe(name)}</p>'
            f'<p class="do">{safe(taken.action_text)}</p></div>'
        )
        return
    refusal = why_not(visit.site, visit.person, item.card.decision_owner)
    if refusal:
        st.html(f'<div class="rcc"><p class="quiet">{safe(refusal)}</p></div>')
    with st.container(horizontal=True, vertical_alignment="center"):
        if not refusal:
            decide_button(item, visit)
        defer_control(visit, meeting, topic)


def _diagnosis(visit: Visit, item: Item) -> None:
    if item.proposal is None:
        _no_proposal(item)
        return
    filed = item.proposal.current.filed
    author = visit.directory.name_of(item.proposal.current.by)
    causes = "".join(f"<li>{safe(one.cause)}{_evidence(one.evidence)}</li>" for one in filed.hypotheses)
    fewer = f"<p class='quiet'>Fewer than three: {safe(filed.fewer_hypotheses)}</p>" if filed.fewer_hypotheses else ""
    st.html(
        f'<div class="rcc stack"><div><p class="label">{safe(author)} reads it so</p>'
        f'<p class="lead">{safe(filed.narrative)}</p></div>'
        f'<div><p class="label">Possible root causes</p><ol class="plain">{causes}</ol>{fewer}</div></div>'
    )


def _evidence(addresses: Iterable[str]) -> str:
    """Links to what speaks for a cause; the addresses were checked when they were filed."""
    return "".join(
        f" · <a href='{safe(address)}' target='_blank' rel='noopener noreferrer'>evidence {number}</a>"
        for number, address in enumerate(addresses, 1)
    )


def _options(visit: Visit, item: Item) -> None:
    if item.proposal is None:
        _no_proposal(item)
        return
    filed = item.proposal.current.filed
    st.html(
        f'<div class="rcc stack"><p class="label">Proposed by '
        f"{safe(visit.directory.name_of(item.proposal.current.by))}</p>{_table(filed)}"
        f'<dl class="facts"><dt>Preferred because</dt><dd>{safe(filed.preferred_because)}</dd>'
        f"<dt>Expected effect</dt><dd>{safe(effect_in_words(filed.effect, visit))}</dd>"
        f"<dt>Forecast</dt><dd>{safe(filed.forecast_implication)}</dd></dl></div>"
    )


def _table(filed: ProposalFiled) -> str:
    rows = "".join(
        f"<tr><td>{'<span class=tag>Preferred</span>' if number == filed.preferred else number + 1}</td>"
        f"<td class='do'>{safe(option.what)}</td><td>{safe(option.effect)}</td></tr>"
        for number, option in enumerate(filed.options)
    )
    return f'<table class="lines lead">{rows}</table>'


def _no_proposal(item: Item) -> None:
    card = item.card
    owners = " + ".join(card.owners)
    st.html(
        '<div class="rcc stack"><p><span class="status yellow">No proposal</span> '
        f"{safe(owners)} has not filed one.</p>"
        f'<div><p class="label">The contract\'s default action</p><p class="lead"><span class="do">'
        f"{card.action.capitalize()}:</span> {safe(card.action_text)}</p></div></div>"
    )


def _behind(visit: Visit, item: Item) -> None:
    """The line and the way to the records, on demand: only a dispute opens them."""
    card = item.card
    with st.container(horizontal=True, vertical_alignment="center"):
        is_open = st.toggle("Look behind the number", key=f"behind-{card.key}")
        link_to_drill_down(card, visit)
    if not is_open:
        return
    within = {} if card.slice == "(all)" else {card.dimension: card.slice}
    view, problems = drill_down(
        visit.site, visit.person, card.kpi, window=card.window, within=within, as_of=visit.as_of
    )
    if view is None:
        st.caption(" ".join(plain(problem) for problem in problems) or "No data")
        return
    theme = st.context.theme.type or "light"
    st.plotly_chart(
        trend(view, theme), key=f"trend-{card.key}", config={"displayModeBar": False},
        alt=f"{card.name} over time, with its threshold bands",
    )  # fmt: skip
