"""Culture: the metric of the week, questions to the owners, learnings, retrospectives, goals, whose turn it is."""

from datetime import timedelta

import streamlit as st

from pages.components.culture_forms import Notes
from pages.components.culture_view import goals, learnings, metric_of_the_week, questions, retrospectives, turns
from pages.components.gate import enter
from pages.components.states import to_mend
from services.configuration import contracts
from services.culture import read_culture
from services.people import allowed

visit = enter("Culture")
catalogue, problems = contracts(visit.site, visit.person)
if problems:
    to_mend(problems)
    st.stop()

found = read_culture(visit.site, visit.person)
notes, speaks = Notes(visit, catalogue), allowed(visit.person, "comment")
open_questions = len(found.unanswered)
title = ("Every question is answered" if found.questions else "No questions yet") if not open_questions else (
    f"{open_questions} {'question waits' if open_questions == 1 else 'questions wait'} for an answer"
)  # fmt: skip
st.html(
    f'<div class="rcc"><h1>{title}</h1><p class="quiet">Numbers may be questioned by everybody, and are answered by '
    "their owners. What was learned is kept where the next one looks.</p></div>"
)

left, right = st.columns([3, 2], gap="large")
with left:
    metric_of_the_week(found.metric_of(visit.today - timedelta(days=visit.today.weekday())), catalogue, visit)
    if allowed(visit.person, "facilitate"):
        notes.choose_metric()
    questions(found, catalogue, visit, notes)
    learnings(found, catalogue, visit)
    if speaks:
        notes.share()
    retrospectives(found, catalogue, visit)
    if speaks:
        notes.look_back()
with right:
    goals(found, catalogue, visit, notes)
    turns(found, catalogue, visit)
    if allowed(visit.person, "govern"):
        notes.rotate()
