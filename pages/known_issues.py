"""Known issues: dated caveats of the data. Expired ones ask to be renewed or closed; a new one is filed here."""

import streamlit as st

from pages.components.gate import enter
from pages.components.issue_form import issue_form
from pages.components.issue_list import issue_list
from pages.components.states import to_mend
from services.known_issues import known_issues
from services.people import allowed

visit = enter("Known issues")
issues, data_on, problems = known_issues(visit.site, visit.person)
if problems:
    to_mend(problems)

expired = sum(one.expired(data_on) for one in issues)
running = sum(one.in_force(data_on) for one in issues)
if expired:
    noun = "known issue has" if expired == 1 else "known issues have"
    answer = f'<span class="count">{expired}</span> {noun} expired: renew or close'
else:
    answer = f"{running} known {'issue' if running == 1 else 'issues'} in force" if running else "No known issues"
st.html(
    f'<div class="rcc"><h1>{answer}</h1><p class="quiet">They show on every card, chart and packet they touch, '
    "lower its confidence, and end by themselves</p></div>"
)
if allowed(visit.person, "govern"):
    issue_form(visit, data_on)
issue_list(issues, data_on, visit)
