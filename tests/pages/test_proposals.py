"""Proposals on a page: what lacks one, who may write it, and text that outlives the session."""

from decision_log.decision import Assignment
from services.brief import Item
from services.decide import decide, suggested
from services.directory import load_directory
from services.matter import of_card
from services.propose import proposal_on, propose
from services.site import Site
from tests.services.test_propose import NOW, TEXT

from .assessments import WIN_RATE, assessment
from .conftest import text_of


def _person(id_):
    return load_directory(Site.from_environment())[0].person(id_)


def _show(show, id_, **address):
    return show("proposals", assessment(WIN_RATE), person=_person(id_), **address)


def _area(at, label):
    return next(widget for widget in (*at.text_area, *at.text_input) if widget.label == label)


def test_the_owner_is_asked_for_what_is_missing(show):
    at = _show(show, "hugo")

    assert not at.exception
    assert "1 exception lacks a proposal" in text_of(at)
    assert [button.label for button in at.button if button.label.startswith("Propose")] == ["Propose →"]


def test_others_are_told_who_proposes(show):
    at = _show(show, "carla", episode=WIN_RATE.key)

    assert not at.exception
    assert "Hugo Sanders" in at.info[0].value
    assert not at.text_area


def test_what_was_typed_is_there_in_the_next_session(show):
    at = _show(show, "hugo", episode=WIN_RATE.key)
    _area(at, "What happened").set_value("Half of a sentence").run()

    again = _show(show, "hugo", episode=WIN_RATE.key)

    assert not again.exception
    assert _area(again, "What happened").value == "Half of a sentence"


def test_a_proposal_can_be_read_after_its_breach_is_over(show):
    site = Site.from_environment()
    item = Item(WIN_RATE, None, WIN_RATE.key)
    propose(site, _person("hugo"), item, TEXT, expected=0, idempotency_key="form", now=NOW)

    at = show("proposals", assessment(), person=_person("dana"), episode=WIN_RATE.key)

    assert not at.exception
    assert "no exception any more" in text_of(at)
    assert "Cheapest reversible step" in text_of(at)


def test_who_has_read_it_is_said_until_it_is_decided(show):
    site = Site.from_environment()
    item = Item(WIN_RATE, None, WIN_RATE.key)
    propose(site, _person("hugo"), item, TEXT, expected=0, idempotency_key="form", now=NOW)
    assert "read by 0" in text_of(_show(show, "dana"))

    matter, proposal = of_card(WIN_RATE, WIN_RATE.key), proposal_on(site, _person("dana"), WIN_RATE.key)
    asked = Assignment(text="Loss review", assignee="hugo", due_on=NOW.date())
    choice = suggested(matter, NOW.date(), proposal)
    assert decide(site, _person("dana"), matter, choice, (asked,), idempotency_key="d", now=NOW)[1] == ()

    assert "read by" not in text_of(_show(show, "dana"))


def test_a_proposal_with_gaps_names_them_and_keeps_the_text(show):
    at = _show(show, "hugo", episode=WIN_RATE.key)
    _area(at, "What happened").set_value("Wins fell").run()

    next(button for button in at.button if button.label == "File the proposal").click().run()

    assert not at.exception
    assert "Root causes" in at.error[0].value
    assert "Why this one" in at.error[0].value
    assert _area(at, "What happened").value == "Wins fell"
