"""The packet page: one edition in the app, its files, its readers, and publishing it."""

from dataclasses import replace

from services.people import Person
from tests.pages.assessments import RENEWALS, WIN_RATE, assessment, check

from .conftest import text_of

PAIR = assessment(RENEWALS, WIN_RATE, checks=(check("Win rate", "red"), check("Renewal risk dollars", "red")))
VIEWER = Person("vik", "Vik Larsen", frozenset({"viewer"}))


def test_without_a_packet_it_says_how_one_comes_to_be(show):
    at = show("packet", PAIR)

    assert not at.exception
    assert "No packet yet" in text_of(at)


def test_a_facilitator_publishes_and_reads_it(show):
    at = show("packet", PAIR)
    at.button(key="publish").click().run()

    assert not at.exception
    text = text_of(at)
    assert "2 exceptions need a decision" in text
    assert "Renewal risk dollars" in text
    assert at.query_params["packet"]
    assert {button.label for button in at.get("download_button")} == {"PDF", "HTML"}
    assert "Local user" in text


def test_publishing_again_without_news_stays_on_the_edition(show):
    at = show("packet", PAIR)
    at.button(key="publish").click().run()
    first = at.query_params["packet"]
    at.button(key="publish").click().run()

    assert at.query_params["packet"] == first


def test_a_viewer_subscribes_but_does_not_publish(show):
    at = show("packet", PAIR, person=VIEWER)

    assert not [button for button in at.button if button.key == "publish"]
    at.toggle(key="mail-weekly_revenue").set_value(True).run()
    assert not at.exception
    assert at.toggle(key="mail-weekly_revenue").value


def test_names_that_hold_markup_stay_text(show):
    hostile = replace(WIN_RATE, name="<script>alert(1)</script>", slice="{{ 7*7 }}")
    at = show("packet", replace(PAIR, cards=(hostile,)))
    at.button(key="publish").click().run()

    text = text_of(at)
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert(1)" not in text


def test_without_data_nothing_is_published(show):
    at = show("packet", None)
    at.button(key="publish").click().run()

    assert not at.exception
    assert "no data" in " ".join(error.value for error in at.error)
