"""Contracts: every KPI with its definition, owner, thresholds and cadence. The company's dictionary."""

from pathlib import Path

import streamlit as st

from pages.components.definition import definition, threshold
from pages.components.gate import enter
from pages.components.rule_report import report_card, report_cards
from pages.components.states import to_mend
from pages.components.text import plain
from services.configuration import contracts
from services.rule_report import rule_reports

visit = enter("Contracts")
catalogue, problems = contracts(visit.site, visit.person)
if problems:
    to_mend(problems)
    st.stop()

operating = sum(contract.role == "operating" for contract in catalogue.values())
st.html(
    f'<div class="rcc"><h1>{len(catalogue)} contracts</h1><p class="quiet">{operating} operating: a forum reviews them '
    "and they can raise cards · the others are diagnostic: here and in the drill-down only</p></div>"
)
reports = rule_reports(visit.site, visit.person)
report_cards(reports, catalogue)
find, role = st.columns([3, 2], vertical_alignment="bottom")
sought = find.text_input("Find", placeholder="Name, alias, owner or word of the definition", key="find").lower()
roles = role.segmented_control("Role", ["all", "operating", "diagnostic"], default="all", required=True, key="role")

listed = st.container(gap="xsmall")
for contract in catalogue.values():
    words = " ".join((contract.name, *contract.aliases, *contract.owners, contract.definition)).lower()
    if sought not in words or roles not in ("all", contract.role):
        continue
    limits = threshold(contract, visit.currency)
    label = f"**{plain(contract.name)}** · {plain(' + '.join(contract.owners))} · {contract.cadence} · {plain(limits)}"
    with listed, st.expander(label):
        definition(contract, visit.currency)
        if contract.role == "operating":
            report_card(reports.get(contract.id))
        address = {"kpi": contract.id, "window": contract.windows[0]}
        st.page_link(Path(__file__).parent / "drill_down.py", label="Drill down →", query_params=address)
