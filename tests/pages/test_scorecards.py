"""Scorecards on a page: what needs talking about is shown, the rest is one line or folded."""

import pytest

from services.directory import load_directory
from services.scorecards import Scorecard
from services.site import Site

from .assessments import BUSY
from .conftest import text_of
from .fake_engine import WIN_RATE


@pytest.fixture
def hugo_sees(show, monkeypatch):
    def shown(**colours):
        directory = load_directory(Site.from_environment())[0]
        cards = [
            Scorecard(directory.person(id_), ((WIN_RATE, colour),), (), (), (), (), ())
            for id_, colour in colours.items()
        ]
        monkeypatch.setattr("services.scorecards.scorecards", lambda site, person, today: (tuple(cards), ()))
        at = show("scorecards", BUSY, person=directory.person("hugo"))
        assert not at.exception
        return at

    return shown


def test_nothing_decided_is_one_line(hugo_sees):
    shown = text_of(hugo_sees(dana="red"))

    assert "No open decision or action, nothing checked yet" in shown
    assert "0 open" not in shown and "Closeouts" not in shown


def test_whose_kpis_are_all_green_is_folded_except_for_oneself(hugo_sees):
    at = hugo_sees(dana="red", hugo="green", carla="green", ines="green")

    (folded,) = at.expander
    assert folded.label.startswith("2 people with nothing to talk about")
    inside = "".join(element.value for element in folded.get("html"))
    assert "Carla Reyes" in inside and "Hugo Sanders" not in inside


@pytest.mark.parametrize("colour", ["yellow", "not_evaluable", None])
def test_what_is_not_green_is_never_folded(hugo_sees, colour):
    assert not hugo_sees(carla=colour).expander
