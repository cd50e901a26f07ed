"""Deciding as a service: the facts are copied, wrong forms are refused, nobody without the right decides."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.brief import Brief, Item, brief
from services.decide import decide, proposed
from services.people import LOCAL_PERSON, Denied, Person
from services.review_decisions import decisions
from services.site import Site
from tests.pages.assessments import WIN_RATE

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
CHOICE = replace(proposed(WIN_RATE, TODAY), why="Price", expected_impact="Back above 21 %")


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "workspace", tmp_path / "config")


def _decide(site, choice=CHOICE, card=WIN_RATE, key="form-1", person=LOCAL_PERSON):
    return decide(site, person, card, choice, idempotency_key=key, now=NOW)


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
    assert site.log().size == 1


def test_two_people_cannot_decide_the_same_card(site):
    _decide(site)

    decision, problems = _decide(site, key="form-2")

    assert decision is None
    assert "already decided" in problems[0].message


@pytest.mark.parametrize("field", ["why", "assignee", "expected_impact", "action_text", "closeout_criteria", "forum"])
def test_an_empty_field_is_named(site, field):
    decision, problems = _decide(site, replace(CHOICE, **{field: "  "}))

    assert decision is None
    assert [problem.column for problem in problems] == [field]


@pytest.mark.parametrize("field", ["due_on", "check_on", "impact_by"])
def test_a_day_before_the_decision_is_refused(site, field):
    _, problems = _decide(site, replace(CHOICE, **{field: date(2026, 6, 30)}))

    assert [problem.column for problem in problems] == [field]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://example.org", "data:text/html,x", "https://", "example.org", "https://a b"]
)
def test_only_web_addresses_are_links(site, link):
    _, problems = _decide(site, replace(CHOICE, link=link))

    assert [problem.column for problem in problems] == ["link"]


def test_a_web_address_is_kept(site):
    decision, _ = _decide(site, replace(CHOICE, link="https://example.org/review?week=26"))

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
