"""People: who there is, what they may do, what they may see, and who is signed in. For the administrator."""

import streamlit as st

from pages.components.gate import enter
from pages.components.people_forms import add_person, edit_person
from pages.components.people_sessions import sessions_table
from pages.components.states import to_mend
from services.manage_people import directory, parts

visit = enter("People")
found, problems = directory(visit.site, visit.person)
if problems:
    to_mend(problems)

active = sum(not member.disabled for member in found.people)
st.html(
    f'<div class="rcc"><h1>{active} people</h1><p class="quiet">config/people.yaml is where they come from; '
    "what is changed here stands above it, and the log keeps who changed it</p></div>"
)
known = parts(visit.site, visit.person)
for member in found.people:
    edit_person(visit, found, member, known)
add_person(visit, found, known)

st.subheader("Signed in", anchor=False)
sessions_table(visit, found)
