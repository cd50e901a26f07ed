"""What people note down about KPIs: the fields of each kind of note."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import streamlit as st

from decision_log.culture import (
    GoalSet,
    Learning,
    OwnerRotated,
    Question,
    QuestionAnswered,
    QuestionAsked,
    Retrospective,
)
from kpi_engine.contract import Contract
from services import culture
from services.culture import GoalSuggestion
from services.directory import load_directory

from .clock import right_now
from .draft import Draft
from .gate import Visit
from .note_form import Send, note_form
from .pick_person import pick_person

LABELS = {
    "kpi": "KPI", "why": "Why", "week": "Week", "text": "Text", "title": "Title", "what_happened": "What happened",
    "what_we_learned": "What we learned", "last": "Last day", "owner": "Owner", "until": "Until", "target": "Goal",
}  # fmt: skip


class Notes:
    """The forms of one visit, on one catalogue of contracts."""

    def __init__(self, visit: Visit, catalogue: Mapping[str, Contract]) -> None:
        self._visit, self._catalogue = visit, catalogue

    def choose_metric(self) -> None:
        self._form("Choose the metric of the week", "metric", self._metric)

    def ask(self) -> None:
        self._form("Ask or challenge", "question", self._question)

    def answer(self, question: Question) -> None:
        self._form("Answer", f"answer/{question.subject}", partial(self._answer, question))

    def look_back(self) -> None:
        self._form("Add a retrospective", "retrospective", self._retrospective)

    def share(self) -> None:
        self._form("Share a learning or a win", "learning", self._learning)

    def set_goal(self, suggestion: GoalSuggestion, scale: float, unit: str) -> None:
        self._form("Set", f"goal/{suggestion.kpi}", partial(self._goal, suggestion, scale, unit))

    def rotate(self) -> None:
        self._form("Hand a KPI over", "rotation", self._rotation)

    def _form(self, label: str, name: str, fields: partial[Send]) -> None:
        note_form(label, self._visit, f"culture/{name}", fields, LABELS)

    def _kpi(self, draft: Draft) -> str:
        names = {id_: contract.name for id_, contract in self._catalogue.items()}
        return st.selectbox("KPI", list(names), format_func=names.__getitem__, key=draft.key("kpi", next(iter(names))))

    def _metric(self, draft: Draft) -> Send:
        visit, kpi = self._visit, self._kpi(draft)
        week = st.date_input("Week of", key=draft.key("week", visit.today), format="YYYY-MM-DD")
        why = st.text_area("Why this one", key=draft.key("why", ""), height=80)
        return lambda: culture.choose_metric(
            visit.site, visit.person, week, kpi, why, key=draft.intent, now=right_now()
        )

    def _question(self, draft: Draft) -> Send:
        kpi = self._kpi(draft)
        challenges = st.toggle("I doubt the number", key=draft.key("challenges", False))
        text = st.text_area("Question", key=draft.key("text", ""), height=100)
        return self._send(culture.ask, QuestionAsked(kpi=kpi, text=text, challenges=challenges, facts={}), draft)

    def _answer(self, question: Question, draft: Draft) -> Send:
        visit, agreed = self._visit, None
        if question.asked.challenges:
            agreed = st.toggle("The number was wrong", key=draft.key("agreed", False))
        text = st.text_area("Answer", key=draft.key("text", ""), height=100)
        said = QuestionAnswered(text=text, agreed=agreed)
        return lambda: culture.answer(
            visit.site, visit.person, question.subject, said, key=draft.intent, now=right_now()
        )

    def _retrospective(self, draft: Draft) -> Send:
        kpi, today = self._kpi(draft), self._visit.today
        left, right = st.columns(2)
        first = left.date_input("From", key=draft.key("first", today - timedelta(days=28)), format="YYYY-MM-DD")
        last = right.date_input("To", key=draft.key("last", today), format="YYYY-MM-DD")
        happened = st.text_area("What happened", key=draft.key("what_happened", ""), height=80)
        learned = st.text_area("What we learned", key=draft.key("what_we_learned", ""), height=80)
        note = Retrospective(kpi=kpi, first=first, last=last, what_happened=happened, what_we_learned=learned)
        return self._send(culture.look_back, note, draft)

    def _learning(self, draft: Draft) -> Send:
        sort = st.segmented_control("Sort", ["learning", "win"], key=draft.key("sort", "learning"), required=True)
        kpi = self._kpi(draft)
        title = st.text_input("Title", key=draft.key("title", ""))
        text = st.text_area("What others can use of it", key=draft.key("text", ""), height=100)
        return self._send(culture.note_learning, Learning(sort=sort, title=title, text=text, kpi=kpi), draft)

    def _goal(self, suggestion: GoalSuggestion, scale: float, unit: str, draft: Draft) -> Send:
        quarter = culture.next_quarter(self._visit.site, self._visit.today)
        start = round(suggestion.target * scale, 4)
        st.caption(f"Suggested: {suggestion.because}. For the quarter from {quarter}.")
        target = st.number_input(f"Goal ({unit})", key=draft.key("target", start), step=None)
        goal = GoalSet(
            kpi=suggestion.kpi, quarter=quarter, start=suggestion.start, target=target / scale,
            suggested=suggestion.target, because=suggestion.because,
        )  # fmt: skip
        return self._send(culture.set_goal, goal, draft)

    def _rotation(self, draft: Draft) -> Send:
        kpi, today = self._kpi(draft), self._visit.today
        directory, _ = load_directory(self._visit.site)
        owner = pick_person(st._main, "To whom", directory, draft.key("owner", None))
        left, right = st.columns(2)
        since = left.date_input("From", key=draft.key("since", today), format="YYYY-MM-DD")
        until = right.date_input("Until", key=draft.key("until", today + timedelta(days=91)), format="YYYY-MM-DD")
        why = st.text_area("Why", key=draft.key("why", ""), height=80)
        turn = OwnerRotated(kpi=kpi, owner=owner, since=since, until=until, why=why)
        return self._send(culture.rotate_owner, turn, draft)

    def _send(self, service, note, draft: Draft) -> Send:
        visit = self._visit
        return lambda: service(visit.site, visit.person, note, key=draft.intent, now=right_now())
