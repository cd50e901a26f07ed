"""Contracts: every KPI with its definition, owner, thresholds and cadence. The company's dictionary."""

import streamlit as st

from pages.components.contract_list import contract_list, words_of
from pages.components.gate import enter
from pages.components.rule_report import report_cards
from pages.components.states import to_mend
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
roles = role.segmented_control("Role", ["operating", "diagnostic"], default="operating", required=True, key="role")
if sought:
    matching = [one for one in catalogue.values() if sought in words_of(one)]
    st.html(f'<p class="rcc quiet">{len(matching)} of {len(catalogue)}, operating and diagnostic</p>')
else:
    matching = [one for one in catalogue.values() if one.role == roles]
contract_list(matching, reports, visit)
