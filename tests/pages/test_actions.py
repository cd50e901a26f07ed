"""Actions and outbox: overdue first, changed in place, troubles told to who tends the outbox."""

from datetime import UTC, datetime, timedelta

from decision_log.action import actions
from services.act import created
from services.directory import load_directory
from services.outbox import message
from services.site import Site

from .assessments import BUSY
from .conftest import text_of

NOW = datetime.now(UTC)
TODAY = NOW.astimezone().date()


def assign(*due_in):
    site = Site.from_environment()
    directory, _ = load_directory(site)
    for number, days in enumerate(due_in, 1):
        day = TODAY + timedelta(days=days)
        task = created(directory, "decision/win", number, f"Task <i>{number}</i>", "tess", day, "Win rate", NOW)
        site.log().add(task, "dana", NOW)
    return site


def person(site, id_):
    return load_directory(site)[0].person(id_)


def button(at, label):
    return next(one for one in at.button if one.label == label)


def test_overdue_comes_first_and_text_stays_text(show):
    site = assign(5, -2, -1)

    at = show("actions", BUSY, person=person(site, "dana"))

    assert not at.exception
    text = text_of(at)
    assert '<span class="count">2</span> actions overdue' in text
    assert text.index("Task &lt;i&gt;2") < text.index("Task &lt;i&gt;3") < text.index("Task &lt;i&gt;1")
    assert "Overdue by 2 days" in text
    assert "Due in 5 days" in text


def test_the_assignee_claims_and_somebody_else_verifies(show):
    site = assign(5)
    at = show("actions", BUSY, person=person(site, "tess"))
    assert not [one for one in at.button if one.label in ("Verify", "Cancel it")]

    button(at, "Done").click().run()
    button(at, "Claim as done").click().run()
    assert "What was done" in at.error[0].value
    at.text_area[0].set_value("Called all twelve").run()
    button(at, "Claim as done").click().run()

    (action,) = actions(site.log().stream("action"))
    assert (action.state, action.claimed_by, action.word) == ("done", "tess", "Called all twelve")
    assert "Done, to be verified" in text_of(at)

    at = show("actions", BUSY, person=person(site, "dana"))
    button(at, "Verify").click().run()
    button(at, "Verify").click().run()
    (action,) = actions(site.log().stream("action"))
    assert action.state == "verified"
    assert "1 verified or cancelled" in text_of(at)


def test_what_was_typed_survives_a_change_by_somebody_else(show):
    site = assign(5)
    at = show("actions", BUSY, person=person(site, "tess"))
    button(at, "Done").click().run()
    at.text_area[0].set_value("Called all twelve").run()
    moved = show("actions", BUSY, person=person(site, "tess"))
    button(moved, "Move").click().run()
    moved.text_area[0].set_value("Waiting").run()
    button(moved, "Move").click().run()

    button(at, "Claim as done").click().run()

    assert "has changed this action meanwhile" in at.error[0].value
    assert at.text_area[0].value == "Called all twelve"
    button(at, "Claim as done").click().run()
    (action,) = actions(site.log().stream("action"))
    assert action.state == "done"


def test_mine_are_mine(show):
    site = assign(5)

    assert "Nothing is asked of you" in text_of(show("actions", BUSY, person=person(site, "dana"), whose="Mine"))
    assert "Tess Moreau (you)" in text_of(show("actions", BUSY, person=person(site, "tess"), whose="Mine"))


def test_the_page_is_friendly_while_empty(show):
    at = show("actions", BUSY)

    assert not at.exception
    assert "No actions yet" in text_of(at)


def test_the_outbox_says_what_is_not_sent_and_why(show):
    site = assign(5)
    site.log().add([message("m", ["dana"], "Hello <b>", "Text", topic="action")], "kim", NOW)

    text = text_of(show("outbox", BUSY, person=person(site, "ada")))

    assert "No channel is set up" in text
    assert "Hello &lt;b&gt;" in text
    assert "to Dana Okafor" in text


def test_the_outbox_is_closed_to_others(show):
    site = assign(5)

    text = text_of(show("outbox", BUSY, person=person(site, "vik")))

    assert "Task" not in text
    assert "Your roles do not open this page" in text
