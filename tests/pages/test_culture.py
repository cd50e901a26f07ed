"""The culture page offers a form only to whom the service would let through."""

import pytest

from services.culture import GoalSuggestion
from services.directory import load_directory
from services.site import Site

from .assessments import BUSY


@pytest.fixture
def labels(show, monkeypatch):
    """What a person of the directory can fill in, and the captions."""
    suggested = GoalSuggestion("win_rate", 0.2, 0.25, "regain the best")
    monkeypatch.setattr("pages.components.culture_view.suggested_goals", lambda site, person: (suggested,))

    def of(id_):
        at = show("culture", BUSY, person=load_directory(Site.from_environment())[0].person(id_))
        assert not at.exception
        fields = [one.label for one in (*at.text_area, *at.text_input, *at.number_input)]
        return fields, [caption.value for caption in at.caption]

    return of


def test_a_goal_is_set_by_the_owner_and_those_above(labels):
    assert "Goal (%)" in labels("hugo")[0]
    assert "Goal (%)" in labels("dana")[0]

    fields, captions = labels("carla")
    assert "Goal (%)" not in fields
    assert any("None of these KPIs is yours" in caption for caption in captions)


def test_who_only_looks_is_asked_nothing(labels):
    assert "Question" in labels("carla")[0]
    assert labels("vik")[0] == []
