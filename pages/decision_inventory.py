"""Decision inventory: the recurring decisions by what they are worth, and what each knows today."""

import streamlit as st

from pages.components.gate import enter
from pages.components.inventory import recurring_decision, unserving
from pages.components.states import to_mend
from pages.components.units import quantity
from services.decision_inventory import decision_inventory, standing

visit = enter("Decision inventory")
inventory, problems = decision_inventory(visit.site, visit.person)
if problems:
    to_mend(problems)
    st.stop()
if inventory is None:
    st.html(
        '<div class="rcc calm"><h1>No decision is listed yet</h1><p class="lead">Write the recurring decisions of the '
        "company into config/decision_inventory.yaml: who takes each, how often, on which KPIs, and what it is worth."
        "</p></div>"
    )
    st.stop()

money = visit.currency
in_scope = inventory.decisions[: inventory.scope]
worth = quantity(sum(one.dollars_a_year for one in in_scope), "money", money)
st.html(
    f'<div class="rcc"><h1>{len(inventory.decisions)} recurring decisions</h1><p class="quiet">'
    f"Ranked by dollar impact × times a year. The first {len(in_scope)} are the scope of the operating system: "
    f"{worth} a year, by the estimates below.</p></div>"
)
now = standing(visit.site, visit.person)
for rank, decision in enumerate(inventory.decisions, 1):
    recurring_decision(decision, rank, inventory, now, money)
unserving(inventory)
