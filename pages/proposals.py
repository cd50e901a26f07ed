"""Proposals: what the KPI owners suggest on each exception before the meeting, and who has read it."""

import streamlit as st

from pages.components.gate import enter
from pages.components.proposal_list import back, proposal_list
from pages.components.proposal_page import past_proposal, proposal_page
from pages.components.states import no_data, to_mend
from services.brief import brief
from services.propose import proposal_on

visit = enter("Proposals")
found, problems = brief(visit.site, visit.person, visit.as_of)
if found is None:
    to_mend(problems) if problems else no_data()
    st.stop()

asked = st.query_params.get("episode", "")
item = next((one for one in found.items if one.episode == asked), None)
if item is not None:
    back()
    proposal_page(item, visit)
elif (earlier := proposal_on(visit.site, visit.person, asked)) is not None:
    back()
    past_proposal(earlier, visit)
else:
    proposal_list(found, visit)
