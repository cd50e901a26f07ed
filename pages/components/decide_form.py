"""The decision form of a card: what the contract proposes is filled in, the reasons are the person's."""

from collections.abc import Sequence
from uuid import uuid4

import streamlit as st

from kpi_engine.card import Card
from kpi_engine.problem import Problem
from services.decide import Choice, decide, proposed

from .gate import Visit
from .text import plain
from .units import card_quantity, day, where

_ACTIONS = ("investigate", "mitigate", "reallocate", "escalate")
_LABELS = {
    "forum": "Forum",
    "decision_owner": "Decision owner",
    "action_text": "Chosen action",
    "why": "Why",
    "assignee": "Assignee",
    "due_on": "Due",
    "expected_impact": "Expected impact",
    "impact_by": "Impact by",
    "check_on": "Check date",
    "closeout_criteria": "Closeout criteria",
    "link": "Link to the analysis",
}


def decide_button(card: Card, visit: Visit) -> None:
    """Opens the form; it stays open through reruns until it is sent or dismissed."""
    kind = "primary" if card.status == "red" else "secondary"
    st.button("Decide", key=f"decide-{card.key}", type=kind, on_click=_begin, args=(card.key,))
    if st.session_state.get("deciding") == card.key:
        _decide_form(card, visit)


def _begin(key: str) -> None:
    st.session_state["deciding"] = key


def _end() -> None:
    st.session_state.pop("deciding", None)


@st.dialog("Decide", width="large", on_dismiss=_end)
def _decide_form(card: Card, visit: Visit) -> None:
    """Ask, log, and close; the form's key makes a second click the same decision."""
    form_key = st.session_state.setdefault(f"form-{card.key}", uuid4().hex)
    value, limit = card_quantity(card.value, card), plain(card.limit_text)
    st.markdown(
        f"**{plain(card.name)}** · {plain(where(card.dimension, card.slice))} · **{plain(value)}**, {limit}, "
        f"n = {card.n:,}, {day(card.period_end)}"
    )
    with st.form(f"decision-{card.key}", border=False):
        choice = _fields(card, proposed(card, visit.today))
        sent = st.form_submit_button("Log the decision", type="primary")
    if sent:
        decision, problems = decide(visit.site, visit.person, card, choice, idempotency_key=form_key, now=visit.now)
        if decision is None:
            _show(problems)
            return
        del st.session_state[f"form-{card.key}"]
        _end()
        st.rerun()


def _fields(card: Card, start: Choice) -> Choice:
    action = st.segmented_control(
        "Kind of action", _ACTIONS, default=start.action, required=True, format_func=str.capitalize
    )
    action_text = st.text_area("Chosen action", start.action_text, height=80)
    why = st.text_area("Why", placeholder="The cause, and why this action rather than another", height=80)
    left, middle, right = st.columns(3)
    assignee = left.text_input("Assignee", start.assignee)
    due_on = middle.date_input("Due", start.due_on, format="YYYY-MM-DD")
    check_on = right.date_input("Check date", start.check_on, format="YYYY-MM-DD")
    left, middle, right = st.columns(3)
    expected_impact = left.text_input("Expected impact", placeholder="For example: back above the limit")
    impact_by = middle.date_input("Impact by", start.impact_by, format="YYYY-MM-DD")
    target = right.number_input(
        f"Target for {plain(card.name)}{_scale_note(card)}", value=_scaled(start, card), step=None
    )
    closeout_criteria = st.text_input("Closeout criteria", start.closeout_criteria)
    left, middle, right = st.columns(3)
    forum = left.text_input("Forum", start.forum)
    decision_owner = middle.text_input("Decision owner", start.decision_owner)
    decided_on = right.date_input("Date", start.decided_on, format="YYYY-MM-DD")
    rejected_options = st.text_input("Options rejected (optional)")
    link = st.text_input("Link to the analysis (optional)", placeholder="https://…")
    return Choice(
        decided_on=decided_on,
        forum=forum.strip(),
        decision_owner=decision_owner.strip(),
        action=action,
        action_text=action_text.strip(),
        why=why.strip(),
        rejected_options=rejected_options.strip(),
        assignee=assignee.strip(),
        due_on=due_on,
        expected_impact=expected_impact.strip(),
        impact_by=impact_by,
        metric_target=None if target is None else target / _scale(card),
        check_on=check_on,
        closeout_criteria=closeout_criteria.strip(),
        link=link.strip(),
    )


def _scale(card: Card) -> float:
    return 100.0 if card.unit == "rate" else 1.0


def _scale_note(card: Card) -> str:
    known = {"rate": "%", "money": card.currency, "money_per_day": f"{card.currency} a day"}
    return f" ({known.get(card.unit, card.unit)})"


def _scaled(start: Choice, card: Card) -> float | None:
    return None if start.metric_target is None else round(start.metric_target * _scale(card), 6)


def _show(problems: Sequence[Problem]) -> None:
    lines = [
        f"- **{_LABELS.get(problem.column or '', 'Decision')}** {plain(problem.message)}. {plain(problem.remedy)}"
        for problem in problems
    ]
    st.error("\n".join(lines), title="Not logged yet")
