"""The exceptions with what is proposed on each: one's own first, those without a proposal before the others."""

from collections.abc import Sequence

import streamlit as st

from decision_log.proposal import Proposal
from kpi_engine.card import Card
from services.brief import Brief, Item
from services.propose import not_read_by, why_not

from .gate import Visit
from .text import safe
from .units import card_quantity, day, where


def proposal_list(brief: Brief, visit: Visit) -> None:
    """How many lack a proposal, then every red and every yellow on which something is proposed."""
    items = [item for item in brief.items if not item.card.folded and (item.card.status == "red" or item.proposal)]
    missing = sum(item.proposal is None and item.decision is None for item in items)
    if not items:
        st.html('<div class="rcc calm"><h1>Nothing to propose</h1><p class="lead">No KPI is red.</p></div>')
        return
    title = "Every exception has a proposal" if not missing else _missing(missing)
    st.html(
        f'<div class="rcc"><h1>{title}</h1><p class="quiet">The KPI owner files one before the meeting, '
        "so that the debate is about options</p></div>"
    )
    mine = [item for item in items if not why_not(visit.site, visit.person, item.card, visit.today)]
    others = [item for item in items if item not in mine]
    _section("Yours" if others else "", mine, visit)
    _section("Of other owners" if mine else "", others, visit)


def back() -> None:
    """The way to all proposals."""
    st.button("← All proposals", type="tertiary", on_click=st.query_params.pop, args=("episode",))


def _open(episode: str) -> None:
    st.query_params["episode"] = episode


def _missing(count: int) -> str:
    return f"{count} {'exception lacks' if count == 1 else 'exceptions lack'} a proposal"


def _section(title: str, items: Sequence[Item], visit: Visit) -> None:
    if title and items:
        st.subheader(title, anchor=False)
    for item in sorted(items, key=lambda item: (item.decision is not None, item.proposal is not None)):
        _row(item, visit, mine=title == "Yours" or not why_not(visit.site, visit.person, item.card, visit.today))


def _row(item: Item, visit: Visit, *, mine: bool) -> None:
    card = item.card
    with st.container(border=True, key=f"card-{card.status}-proposal-{card.key}"):
        text, link = st.columns([6, 1], vertical_alignment="center")
        text.html(
            f'<div class="rcc card-head"><div class="row"><span><span class="status {card.status}">'
            f"{safe(card.name)}</span> · {safe(where(card.dimension, card.slice))}</span></div>"
            f'<p class="quiet">{safe(card_quantity(card.value, card))}, {safe(card.limit_text)} · n = {card.n:,} · '
            f"to {day(card.period_end)} · {safe(_owners(item, visit))}</p>{_state(item, visit)}</div>"
        )
        write = mine and item.proposal is None and item.decision is None
        label = "Propose →" if write else "Read →" if item.proposal else "Open →"
        # A link to the page one is on would leave the address as it is.
        link.button(
            label, key=f"open-{item.episode}", type="secondary" if write else "tertiary", width="stretch",
            on_click=_open, args=(item.episode,),
        )  # fmt: skip


def _owners(item: Item, visit: Visit) -> str:
    """The owning titles, and who holds them."""
    names = [holder.name for holder in visit.directory.holders(item.card.owners)]
    return " · ".join(part for part in (" + ".join(item.card.owners), ", ".join(names)) if part)


def _state(item: Item, visit: Visit) -> str:
    if item.proposal is None:
        word = "Decided without a proposal" if item.decision else "No proposal yet"
        return f'<p><span class="status {"open" if item.decision else "yellow"}">{word}</span></p>'
    directory = visit.directory
    current = item.proposal.current
    late = ' · <span class="status yellow">late</span>' if current.filed.late else ""
    return (
        f'<p><span class="do">{safe(current.filed.options[current.filed.preferred].what)}</span></p>'
        f'<p class="quiet">Version {current.number} · {safe(directory.name_of(current.by))}{late} · '
        f"{'decided' if item.settled else _read(item.card, item.proposal, visit)}</p>"
    )


def _read(card: Card, proposal: Proposal, visit: Visit) -> str:
    """How many of the forum's people know it by now; once it is decided, that is beside the point."""
    unread = len(not_read_by(visit.site, visit.person, card, proposal))
    return f"read by {len(proposal.readers)}, not yet by {unread}"
