"""Questions are answered by owners, goals come from quarters, turns end, nothing empty is kept."""

from datetime import UTC, date, datetime, timedelta

import pytest

from decision_log.culture import GoalSet, Learning, OwnerRotated, QuestionAnswered, QuestionAsked, Retrospective
from services import culture
from services.configuration import contracts
from services.people import LOCAL_PERSON, Denied, Person

from .small_company import write_site

KPI = "proposal_acceptance_rate"
NOW = datetime(2026, 7, 6, 9, tzinfo=UTC)
DIRECTORY = """
titles: {CEO: {}, Founder: {reports_to: CEO}, GTM: {reports_to: CEO}, RevOps: {reports_to: CEO}, Support: {}}
people:
  - {id: fay, name: Fay, email: fay@x.example, titles: [Founder], roles: [kpi_owner]}
  - {id: sam, name: Sam, email: sam@x.example, titles: [Support], roles: [kpi_owner]}
"""
FAY = Person("fay", "Fay", frozenset({"kpi_owner"}), frozenset({"Founder"}))
SAM = Person("sam", "Sam", frozenset({"kpi_owner"}), frozenset({"Support"}))
VIEWER = Person("vik", "Vik", frozenset({"viewer"}))


@pytest.fixture
def site(tmp_path):
    site = write_site(tmp_path)
    site.people.write_text(DIRECTORY)
    return site


def asked(site, key="q1"):
    question = QuestionAsked(kpi=KPI, text="Why did it fall?", challenges=True, facts={"value": 0.1})
    assert culture.ask(site, SAM, question, key=key, now=NOW) == ()
    return culture.read_culture(site, SAM).questions[0]


def test_a_question_waits_until_its_owner_answers(site):
    question = asked(site)
    assert culture.read_culture(site, SAM).unanswered == (question,)

    said = QuestionAnswered(text="A sales step was skipped.", agreed=False)
    assert culture.answer(site, FAY, question.subject, said, key="a1", now=NOW) == ()

    found = culture.read_culture(site, SAM)
    assert found.unanswered == ()
    assert [(by, event.agreed) for by, _, event in found.questions[0].answers] == [("fay", False)]


def test_who_does_not_own_the_kpi_cannot_answer_unless_it_is_their_turn(site):
    question, said = asked(site), QuestionAnswered(text="x")
    with pytest.raises(Denied):
        culture.answer(site, SAM, question.subject, said, key="a", now=NOW)

    turn = OwnerRotated(kpi=KPI, owner="sam", since=date(2026, 7, 1), until=date(2026, 8, 1), why="Learns")
    assert culture.rotate_owner(site, LOCAL_PERSON, turn, key="t", now=NOW) == ()

    assert culture.answer(site, SAM, question.subject, said, key="a", now=NOW) == ()
    with pytest.raises(Denied):
        culture.answer(site, SAM, question.subject, said, key="b", now=NOW + timedelta(days=26))


def test_a_turn_holds_from_its_first_day_until_its_last(site):
    turn = OwnerRotated(kpi=KPI, owner="sam", since=date(2026, 7, 1), until=date(2026, 8, 1), why="Learns")
    culture.rotate_owner(site, LOCAL_PERSON, turn, key="t", now=NOW)
    found = culture.read_culture(site, SAM)

    days = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 1)]
    assert [found.owner_of(KPI, day) is not None for day in days] == [False, True, True, False]


def test_the_metric_of_a_week_is_the_last_one_chosen(site):
    for number, why in enumerate(("first", "second")):
        culture.choose_metric(site, LOCAL_PERSON, date(2026, 7, 8), KPI, why, key=f"m{number}", now=NOW)

    found = culture.read_culture(site, SAM)
    assert found.metric_of(date(2026, 7, 6)).event.why == "second"
    assert found.metric_of(date(2026, 7, 13)) is None


@pytest.mark.parametrize(
    ("note", "field"),
    [
        (Learning(sort="win", title=" ", text="x"), "title"),
        (Learning(sort="win", title="x", text="x" * 4001), "text"),
        (Learning(sort="win", title="x", text="x", kpi="no_such"), "kpi"),
    ],
)
def test_what_says_nothing_is_not_kept(site, note, field):
    problems = culture.note_learning(site, SAM, note, key="k", now=NOW)

    assert [one.column for one in problems] == [field]
    assert culture.read_culture(site, SAM).learnings == ()


def test_a_retrospective_cannot_end_before_it_begins(site):
    note = Retrospective(kpi=KPI, first=date(2026, 7, 2), last=date(2026, 7, 1), what_happened="x", what_we_learned="y")
    assert culture.look_back(site, SAM, note, key="k", now=NOW)[0].column == "last"


@pytest.mark.parametrize(
    ("quarters", "target", "why"),
    [
        ([0.2, 0.3, 0.25], 0.3, "regain"),
        ([0.2, 0.25, 0.31], 0.365, "usual step"),
        ([0.3, 0.3, 0.3], 0.3, "hold"),
        ([0.2, 0.3], None, ""),
    ],
)
def test_a_goal_regains_what_was_lost_or_goes_on(site, quarters, target, why):
    contract = contracts(site, SAM)[0][KPI]
    found = culture.suggest(contract, quarters)

    assert (found.target if found else None) == (None if target is None else pytest.approx(target))
    assert why in (found.because if found else "")


def test_a_goal_is_its_owners_to_set_and_the_last_counts(site):
    goal = GoalSet(kpi=KPI, quarter=date(2026, 7, 1), start=0.2, target=0.3, suggested=0.3, because="regain")
    with pytest.raises(Denied):
        culture.set_goal(site, SAM, goal, key="g", now=NOW)

    culture.set_goal(site, FAY, goal, key="g1", now=NOW)
    culture.set_goal(site, FAY, goal.model_copy(update={"target": 0.35}), key="g2", now=NOW)

    assert [one.event.target for one in culture.read_culture(site, SAM).goals] == [0.35]


def test_viewers_read_and_write_nothing(site):
    assert culture.read_culture(site, VIEWER).questions == ()
    with pytest.raises(Denied):
        culture.ask(site, VIEWER, QuestionAsked(kpi=KPI, text="x", facts={}), key="q", now=NOW)


def test_whose_turn_it_is_may_propose_until_it_ends(site):
    from dataclasses import replace

    from services.propose import why_not
    from tests.pages.assessments import WIN_RATE

    card = replace(WIN_RATE, kpi=KPI, owners=("Founder",))
    turn = OwnerRotated(kpi=KPI, owner="sam", since=date(2026, 7, 1), until=date(2026, 8, 1), why="Learns")
    culture.rotate_owner(site, LOCAL_PERSON, turn, key="t", now=NOW)

    assert why_not(site, SAM, card, date(2026, 7, 31)) == ""
    assert "Fay" in why_not(site, SAM, card, date(2026, 8, 1))
