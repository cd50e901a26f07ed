"""One exception's proposal: read it, or write it if the KPI is one's own."""

from pathlib import Path

import streamlit as st

from decision_log.decision import Decision
from decision_log.proposal import Proposal
from services.brief import Item
from services.propose import mark_read, why_not

from .decision_entry import STANCES
from .gate import Visit
from .proposal_view import proposal_view
from .propose_form import propose_form
from .text import plain, safe
from .units import WINDOWS, card_quantity, day, where

_DRILL_DOWN = Path(__file__).parents[1] / "drill_down.py"


def proposal_page(item: Item, visit: Visit) -> None:
    """The breach in two lines, the proposal with its readers, and the form for who owns the KPI."""
    _breach(item)
    refusal = why_not(visit.site, visit.person, item.card, visit.today)
    if item.proposal is not None:
        mark_read(visit.site, visit.person, item.proposal, now=visit.now)
        proposal_view(item.proposal, item.card, visit)
    if item.decision is not None:
        _decided(item.decision)
    elif refusal and item.proposal is None:
        st.info(f"Nothing is proposed yet. {plain(refusal)}")
    elif not refusal and (item.proposal is None or _asks_for_another(item, visit)):
        propose_form(item, visit)


def past_proposal(proposal: Proposal, visit: Visit) -> None:
    """A proposal on a breach that is over."""
    facts = proposal.current.filed.facts
    st.html(
        f'<div class="rcc"><h1>{safe(facts["name"])}</h1><p class="quiet">{safe(facts["trigger"])}. '
        "It is no exception any more.</p></div>"
    )
    mark_read(visit.site, visit.person, proposal, now=visit.now)
    proposal_view(proposal, None, visit)


def _decided(decision: Decision) -> None:
    taken = decision.taken
    st.html(
        f"<div class='rcc note'><p class='label'>Decided {day(taken.decided_on)} · {safe(taken.decision_owner)} · "
        f"{STANCES[taken.stance].lower()}</p><p class='do'>{safe(taken.action_text)}</p></div>"
    )


def _asks_for_another(item: Item, visit: Visit) -> bool:
    """Whether a new version is wanted; one that was begun and not sent stays open."""
    begun = bool(visit.site.drafts().of(visit.person.id, f"proposal/{item.episode}"))
    return st.toggle("Write a new version", key="writing", value=begun)


def _breach(item: Item) -> None:
    card = item.card
    st.html(
        f'<div class="rcc card-head"><span class="status {card.status}">{card.status.capitalize()}</span>'
        f"<h1>{safe(card.name)}: {safe(card_quantity(card.value, card))}</h1>"
        f"<p>{safe(where(card.dimension, card.slice))} · {safe(card.limit_text)} · n = {card.n:,} · "
        f"{WINDOWS[card.window]} to {day(card.period_end)} · {safe(' + '.join(card.owners))} owns · "
        f"{safe(card.decision_owner)} decides</p></div>"
    )
    address = {"kpi": card.kpi, "window": card.window, "dimension": card.dimension, "slice": card.slice}
    st.page_link(_DRILL_DOWN, label="Drill down →", query_params=address)
