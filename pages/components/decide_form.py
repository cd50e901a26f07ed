"""The decision form: what the contract or the proposal suggests is filled in, the reasons are the person's."""

import streamlit as st

from decision_log.decision import Choice
from services.brief import Item, brief
from services.decide import decidable, decide, first_assignment, suggested, why_not
from services.matter import Matter, of_card, of_reading
from services.measurable import Measurable, measurable
from services.propose import proposal_on

from .choice_fields import LABELS, action_fields, assignment_fields, record_fields, stance_fields, success_fields
from .clock import right_now
from .draft import Draft, to_complete
from .gate import Visit
from .proposal_view import proposal_in_short
from .text import plain
from .units import day, quantity, where

_OPEN, _FREELY = "deciding", "without breach"


def decide_button(item: Item, visit: Visit) -> None:
    """Opens the form on a card; it stays open through reruns until it is sent or dismissed."""
    card = item.card
    refusal = why_not(visit.site, visit.person, card.decision_owner)
    kind = "primary" if card.status == "red" and not refusal else "secondary"
    st.button(
        "Decide", key=f"decide-{card.key}", type=kind, on_click=_begin, args=(card.key,),
        disabled=bool(refusal), help=plain(refusal) or None,
    )  # fmt: skip
    if st.session_state.get(_OPEN) == card.key and not refusal:
        _dialog(of_card(card, item.episode), visit)


def _begin(key: str) -> None:
    st.session_state[_OPEN] = key


def _end() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("Decide", width="large", on_dismiss=_end)
def _dialog(matter: Matter, visit: Visit) -> None:
    if decision_form(matter, visit, f"decision/{matter.key}"):
        _end()
        st.rerun()


def decision_form(matter: Matter, visit: Visit, subject: str) -> bool:
    """The form on a matter, whose text is kept under `subject`; True once the decision is logged."""
    proposal = proposal_on(visit.site, visit.person, matter.episode) if matter.episode else None
    draft = Draft(visit, subject, base=0 if proposal is None else proposal.current.number)
    st.markdown(_about(matter))
    if proposal is not None:
        proposal_in_short(proposal, visit)
    said = stance_fields(draft, "follows", "", proposed=proposal is not None)
    start = suggested(matter, visit.today, proposal, follow=said["stance"] == "follows")
    said |= action_fields(draft, start, as_proposed=start.stance == "follows")
    first = first_assignment(visit.site, matter, start.action_text, visit.today)
    assignments = assignment_fields(draft, visit, first, start.stance)
    window = str(matter.facts["window"]) if start.metric_kpi == matter.kpi else ""
    said |= success_fields(draft, visit, start, window) | record_fields(draft, visit, start)
    draft.keep()
    if not st.button("Log the decision", type="primary", key=f"{subject}/send"):
        return False
    choice = Choice(proposal=draft.base, **said)
    decision, problems = decide(
        visit.site, visit.person, matter, choice, assignments, idempotency_key=draft.intent, now=right_now()
    )
    if decision is not None:
        draft.drop()
        return True
    if proposal is not None and any(problem.column == "proposal" for problem in problems):
        draft.rebase(proposal.current.number)
    to_complete(problems, LABELS, "Not logged yet")
    return False


def _matter(measured: Measurable, dimension: str, slice_: str, visit: Visit) -> Matter | None:
    """The card of the slice where it has breached after all, else its reading; None where the breach is decided."""
    found, _ = brief(visit.site, visit.person)
    for item in () if found is None else found.items:
        card = item.card
        if (card.kpi, card.dimension, card.slice) == (measured.contract.id, dimension, slice_):
            return None if item.settled else of_card(card, item.episode)
    return of_reading(measured, dimension, slice_)


def _about(matter: Matter) -> str:
    facts = matter.facts
    value = quantity(facts["value"], facts["unit"], facts["currency"], facts["decimals"])
    limit = f", {plain(facts['limit_text'])}" if facts.get("limit_text") else ", no breach"
    return (
        f"**{plain(matter.name)}** · {plain(where(matter.dimension, matter.slice))} · **{plain(value)}**{limit}, "
        f"n = {facts['n']:,}, {day(matter.period_end)}"
    )


def decide_without_breach(visit: Visit) -> None:
    """Opens the form on a KPI of one's choice, where no card asks for a decision."""
    st.button("Record a decision", key="decide-freely", on_click=_begin, args=(_FREELY,))
    if st.session_state.get(_OPEN) == _FREELY:
        _free_dialog(visit)


@st.dialog("Record a decision", width="large", on_dismiss=_end)
def _free_dialog(visit: Visit) -> None:
    catalogue = decidable(visit.site, visit.person)
    if not catalogue:
        st.caption("No KPI is yours to decide on.")
        return
    draft = Draft(visit, f"decision/{_FREELY}")
    kpi_column, slice_column = st.columns(2)
    kpi = kpi_column.selectbox(
        "About which KPI", list(catalogue), format_func=lambda key: catalogue[key].name,
        key=draft.key("kpi", next(iter(catalogue)), catalogue),
    )  # fmt: skip
    measured = measurable(visit.site, visit.person, kpi)
    if measured is None or not measured.latest:
        st.caption("This KPI has no readings yet.")
        return
    places = {"\t".join(pair): where(*pair) for pair in measured.latest}
    key = draft.key(f"place.{kpi}", next(iter(places)), places)
    place = slice_column.selectbox("Slice of it", list(places), format_func=lambda key: places[key], key=key)
    draft.keep()
    dimension, _, slice_ = place.partition("\t")
    matter = _matter(measured, dimension, slice_, visit)
    if matter is None:
        st.info("This has breached and is decided already. Correct that decision instead.")
        return
    if decision_form(matter, visit, f"decision/{_FREELY}/{kpi}/{place}"):
        draft.drop()
        _end()
        st.rerun()
