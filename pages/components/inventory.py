"""One recurring decision: its question, worth and owner, and what each of its inputs says today."""

from collections.abc import Mapping

import streamlit as st

from services.decision_inventory import Ranked, RecurringDecision, Standing

from .text import safe
from .units import quantity

SHAPE = {"red": "red", "yellow": "yellow", "green": "green", "not_evaluable": "open"}
WORD = {"red": "red", "yellow": "yellow", "green": "green", "not_evaluable": "not evaluable"}


def recurring_decision(
    decision: RecurringDecision, rank: int, inventory: Ranked, now: Mapping[str, Standing], currency: str
) -> None:
    """The decision in a frame, by rank."""
    owner = " with ".join([decision.owner, " and ".join(decision.with_)] if decision.with_ else [decision.owner])
    scope = '<span class="tag">In scope</span>' if rank <= inventory.scope else ""
    rows = "".join(
        f"<tr><td>{safe(one.name)}</td><td>{_answers(one.kpis, inventory, now)}</td></tr>" for one in decision.inputs
    )
    with st.container(border=True, key=f"card-inventory-{decision.id}"):
        st.html(
            f'<div class="rcc card-head"><div class="row"><h3>{rank}. {safe(decision.name)} {scope}</h3>'
            f'<span class="money">{quantity(decision.dollars_a_year, "money", currency)} a year</span></div>'
            f"<p>{safe(decision.question)}</p>"
            f'<p class="quiet">{safe(owner)} decides, {decision.cadence} · '
            f"{quantity(decision.impact.dollars, 'money', currency)} each time: {safe(decision.impact.basis)}</p>"
            f"<table class='pairs'>{rows}</table></div>"
        )


def unserving(inventory: Ranked) -> None:
    """KPIs that serve no decision: candidates to drop."""
    idle = inventory.serving_none
    if idle:
        names = ", ".join(safe(contract.name) for contract in idle)
        said = "serves no decision" if len(idle) == 1 else "serve no decision"
        st.html(f'<div class="rcc note"><p><span class="do">{len(idle)} KPIs {said}:</span> {names}</p></div>')


def _answers(kpis: tuple[str, ...], inventory: Ranked, now: Mapping[str, Standing]) -> str:
    if not kpis:
        return '<span class="status open">nobody measures this yet</span>'
    return " &nbsp; ".join(_answer(now.get(kpi), inventory.names[kpi]) for kpi in kpis)


def _answer(standing: Standing | None, name: str) -> str:
    if standing is None:
        return f'<span class="quiet">{safe(name)} (diagnostic)</span>'
    return f'<span class="status {SHAPE[standing]}">{safe(name)}: {WORD[standing]}</span>'
