"""Deciding as a service: the facts are copied, wrong forms are refused, nobody without the right decides."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from decision_log.closeout import DecisionExtended
from decision_log.decision import Assignment, Choice
from decision_log.entry import Addition
from services.brief import Brief, Item, brief
from services.decide import correct, decide, suggested
from services.matter import of_card, of_reading
from services.measurable import Latest, Measurable
from services.people import LOCAL_PERSON, Denied, Person
from services.review_decisions import decisions
from services.site import Site
from tests.pages.assessments import WIN_RATE
from tests.pages.fake_engine import WIN_RATE as CONTRACT

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
MATTER = of_card(WIN_RATE, WIN_RATE.key)
CHOICE = suggested(MATTER, TODAY).model_copy(update={"why": "Price", "expected_impact": "Back above 21 %"})
ASKED = Assignment(text="Loss review", assignee="Dana", due_on=date(2026, 7, 3))


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "workspace", tmp_path / "config")


def _changed(**fields):
    return CHOICE.model_copy(update=fields)


def _decide(site, choice=CHOICE, matter=MATTER, key="form-1", person=LOCAL_PERSON, asked=(ASKED,)):
    return decide(site, person, matter, choice, asked, idempotency_key=key, now=NOW)


def _correct(site, decision, key="form-2", reason="Misheard", expected=1, now=NOW, **fields):
    choice = Choice.model_validate({name: getattr(decision.taken, name) for name in Choice.model_fields} | fields)
    return correct(site, LOCAL_PERSON, decision, choice, reason, expected=expected, idempotency_key=key, now=now)


def test_the_facts_of_the_card_are_copied(site):
    decision, problems = _decide(site)

    assert not problems
    assert decision.taken.facts["limit"] == 0.21
    assert decision.taken.facts["snapshot"] == WIN_RATE.snapshot
    assert decision.taken.facts["contract"] == WIN_RATE.contract
    assert decision.taken.context == WIN_RATE.trigger
    assert decision.decided_by == LOCAL_PERSON.id


def test_a_double_click_is_one_decision(site):
    assert _decide(site) == _decide(site)
    assert len(site.log().stream("decision")) == len(site.log().stream("action")) == 1


def test_two_people_cannot_decide_the_same_card(site):
    _decide(site)

    decision, problems = _decide(site, key="form-2")

    assert decision is None
    assert "already decided" in problems[0].message


@pytest.mark.parametrize("field", ["why", "expected_impact", "action_text", "closeout_criteria", "forum"])
def test_an_empty_field_is_named(site, field):
    decision, problems = _decide(site, _changed(**{field: "  "}))

    assert decision is None
    assert [problem.column for problem in problems] == [field]


@pytest.mark.parametrize("field", ["check_on", "impact_by"])
def test_a_day_before_the_decision_is_refused(site, field):
    _, problems = _decide(site, _changed(**{field: date(2026, 6, 30)}))

    assert [problem.column for problem in problems] == [field]


def test_a_correction_does_not_take_an_extension_back(site):
    first, _ = _decide(site)
    later = DecisionExtended(check_on=date(2026, 9, 1), reason="Late data")
    site.log().add([Addition(first.subject, later, "extension")], "dana", NOW)

    corrected, _ = _correct(site, first, expected=2, why="Product")

    assert corrected.taken.check_on == date(2026, 9, 1)


def test_a_kpi_without_a_breach_can_be_decided_on_more_than_once(site):
    latest = Latest(date(2026, 6, 28), 0.3, 80, "")
    measured = Measurable(CONTRACT, "4w", "USD", "snap", "1", {("segment", "Enterprise"): latest})
    matter = of_reading(measured, "segment", "Enterprise")
    choice = suggested(matter, TODAY).model_copy(
        update={"why": "A bet", "expected_impact": "More", "action_text": "Two more sellers"}
    )

    one, problems = _decide(site, choice, matter)
    two, _ = _decide(site, choice, matter, key="form-2")

    assert problems == ()
    assert one.subject != two.subject
    assert (one.taken.breach, one.taken.card_key, one.taken.episode) == ("", "", "")
    assert one.taken.facts["value"] == 0.3
    assert one.taken.context == "No breach: Win rate at 30.0 %"


@pytest.mark.parametrize(
    ("asked", "column"),
    [
        ((), "assignments"),
        ((ASKED.model_copy(update={"text": " "}),), "assignments.0.text"),
        ((ASKED, ASKED.model_copy(update={"assignee": ""})), "assignments.1.assignee"),
        ((ASKED.model_copy(update={"due_on": date(2026, 6, 30)}),), "assignments.0.due_on"),
    ],
)
def test_an_action_needs_a_text_an_assignee_and_a_day(site, asked, column):
    _, problems = _decide(site, asked=asked)

    assert [problem.column for problem in problems] == [column]


def test_a_metric_that_nothing_measures_is_refused(site):
    _, problems = _decide(site, _changed(metric_kpi="no_such_kpi"))

    assert [problem.column for problem in problems] == ["metric_kpi"]


def test_a_correction_stands_beside_the_first_wording(site):
    first, _ = _decide(site)

    corrected, problems = _correct(site, first, why="Product")

    assert problems == ()
    assert [version.taken.why for version in corrected.versions] == ["Price", "Product"]
    assert corrected.taken.correction == "Misheard"
    assert corrected.taken.facts == first.taken.facts
    assert _correct(site, first, why="Product") == (corrected, ())


def test_two_tabs_cannot_overwrite_each_other(site):
    first, _ = _decide(site)
    _correct(site, first, why="Product")

    corrected, problems = _correct(site, first, key="form-3", why="Timing")

    assert corrected is None
    assert "has changed this decision meanwhile" in problems[0].message
    assert "Your text is kept" in problems[0].remedy


def test_a_correction_says_why(site):
    first, _ = _decide(site)

    assert [problem.column for problem in _correct(site, first, reason=" ", why="Product")[1]] == ["correction"]


def test_the_target_cannot_be_moved_once_its_check_date_has_come(site):
    first, _ = _decide(site)
    late = NOW + timedelta(days=28)

    assert [one.column for one in _correct(site, first, now=late, metric_target=0.1)[1]] == ["metric_target"]
    assert _correct(site, first, now=late, why="Product")[1] == ()


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://example.org", "data:text/html,x", "https://", "example.org", "https://a b"]
)
def test_only_web_addresses_are_links(site, link):
    _, problems = _decide(site, _changed(link=link))

    assert [problem.column for problem in problems] == ["link"]


def test_a_web_address_is_kept(site):
    decision, _ = _decide(site, _changed(link="https://example.org/review?week=26"))

    assert decision.taken.link == "https://example.org/review?week=26"


@pytest.mark.parametrize("roles", [frozenset(), frozenset({"viewer"}), frozenset({"no such role"})])
def test_who_may_not_decide_is_refused(site, roles):
    with pytest.raises(Denied):
        _decide(site, person=Person("kim", "Kim", roles))
    assert site.log().size == 0


def test_who_may_not_view_sees_nothing(site):
    with pytest.raises(Denied):
        brief(site, Person("kim", "Kim", frozenset()))


def test_due_and_overdue_follow_the_day_asked_for(site):
    _decide(site)

    def standing(day):
        return decisions(site, LOCAL_PERSON, day)[0].standing

    assert standing(date(2026, 7, 1)) == "due"
    assert standing(date(2026, 7, 4)) == "overdue"
    assert standing(date(2026, 8, 1)) == "check due"


def test_yellow_and_folded_cards_need_no_decision():
    cards = (WIN_RATE, replace(WIN_RATE, status="yellow"), replace(WIN_RATE, folded=True))
    found = Brief(None, tuple(Item(card, None) for card in cards))

    assert [item.card for item in found.to_decide] == [WIN_RATE]
    assert len(found.to_watch) == len(found.folded) == 1


@pytest.mark.parametrize(("outcome", "needs"), [("met", 0), ("not evaluable", 0), ("not met", 1)])
def test_a_red_whose_decision_missed_its_target_needs_another_one(site, outcome, needs):
    decision, _ = _decide(site)
    verdict = SimpleNamespace(outcome=outcome)
    found = Brief(None, (Item(WIN_RATE, decision, verdict=verdict),))

    assert len(found.to_decide) == needs
    assert len(found.decided) == 1 - needs


def test_a_later_breach_of_the_same_episode_can_be_decided_anew(site):
    first, _ = _decide(site)
    later = replace(WIN_RATE, key=f"{WIN_RATE.key} later", period_end=WIN_RATE.period_end + timedelta(days=7))
    second, problems = _decide(site, matter=of_card(later, WIN_RATE.key), key="form-2")

    assert not problems
    assert second.subject != first.subject
    assert len(decisions(site, LOCAL_PERSON, date(2026, 7, 1))) == 2
