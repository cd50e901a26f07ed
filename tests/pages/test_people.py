"""Sign-in form and the administrator's page."""

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import door
from services.directory import load_directory
from services.manage_people import create_administrator
from services.passwords import invite
from services.people import LOCAL_PERSON
from services.site import Site

from .assessments import BUSY
from .conftest import ROOT, text_of

GOOD = "correct horse battery"


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("RCC_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.delenv("RCC_CONFIG", raising=False)
    monkeypatch.delenv("RCC_DEMO", raising=False)
    monkeypatch.setattr(door, "_token", lambda: None)
    return Site.from_environment()


def try_(at: AppTest, name: str, password: str) -> AppTest:
    at.text_input[0].set_value(name)
    at.text_input[1].set_value(password)
    return at.button[0].click().run()


def test_a_wrong_password_is_refused_and_a_right_one_hands_a_ticket_over(site):
    at = AppTest.from_file(str(ROOT / "router" / "main.py"), default_timeout=30).run()
    assert "create-administrator" in at.info[0].value
    assert create_administrator(site, "ada", "ada@x.example", GOOD, datetime.now(UTC)) == ()
    assert not at.run().info

    try_(at, "ada", "wrong")
    assert "Name or password is wrong" in at.error[0].value
    try_(at, "ada", GOOD)

    assert not at.exception
    assert not at.error
    assert "fetch('/session',{method:'POST'" in text_of(at)


def test_a_temporary_password_asks_for_one_of_ones_own(site):
    password = invite(site, LOCAL_PERSON, "vik", datetime.now(UTC))
    at = AppTest.from_file(str(ROOT / "router" / "main.py"), default_timeout=30).run()

    try_(at, "vik", password)
    assert at.subheader[0].value == "Choose your password"
    assert "fetch(" not in text_of(at)
    try_(at, GOOD, GOOD + "x")
    assert "differ" in at.error[0].value
    try_(at, GOOD, GOOD)

    assert "fetch('/session',{method:'POST'" in text_of(at)


def test_the_administrator_limits_a_person_to_two_regions(show):
    at = show("people", BUSY)
    vik = next(expander for expander in at.expander if "Vik Larsen" in expander.label)
    next(box for box in vik.multiselect if box.label == "Sees only").set_value(
        [("region", "EMEA"), ("region", "North America")]
    )

    next(button for button in vik.button if button.label == "Save").click().run()

    assert not at.exception
    assert not at.error
    assert load_directory(Site.from_environment())[0].person("vik").scope == (("region", ("EMEA", "North America")),)


def test_what_does_not_fit_is_said_and_nothing_is_saved(show):
    at = show("people", BUSY)
    vik = next(expander for expander in at.expander if "Vik Larsen" in expander.label)
    next(box for box in vik.text_input if box.label == "Mail address").set_value("<b>no</b>")

    next(button for button in vik.button if button.label == "Save").click().run()

    assert "**Mail address** is no mail address" in at.error[0].value
    assert Site.from_environment().log().stream("person") == {}
