"""The forums: shipped agendas fit the week, titles resolve, what does not fit is refused."""

import pytest
from pydantic import ValidationError

from services.directory import load_directory
from services.forums import Forum, load_forums
from services.site import Site

SECTION = {"name": "Confirm", "minutes": 5, "opens": "confirm", "purpose": "Read back"}
WEEKLY = {"id": "weekly", "name": "Weekly", "cadence": "weekly", "purpose": "Control", "audience": ["CRO"]}


@pytest.fixture
def shipped(tmp_path):
    return Site(tmp_path, Site.from_environment().config)


def test_one_forum_for_each_cadence_is_shipped(shipped):
    found, problems = load_forums(shipped)

    assert problems == ()
    assert [forum.cadence for forum in found] == ["weekly", "biweekly", "monthly", "quarterly"]


def test_the_weekly_meeting_takes_75_minutes_as_the_agenda_says(shipped):
    weekly = load_forums(shipped)[0][0]

    assert [section.minutes for section in weekly.agenda] == [10, 15, 30, 15, 5]
    assert weekly.minutes == 75
    assert weekly.agenda[0].opens == "actions"


def test_every_audience_is_in_the_directory(shipped):
    directory, _ = load_directory(shipped)

    titles = {title for forum in load_forums(shipped)[0] for title in forum.audience}
    assert {title for title in titles if directory.canonical(title) not in directory.titles} == set()


@pytest.mark.parametrize("agenda", [[], [SECTION, SECTION], [SECTION, {**SECTION, "opens": "notes"}]])
def test_an_agenda_that_does_not_end_with_confirm_is_refused(agenda):
    with pytest.raises(ValidationError):
        Forum.model_validate({**WEEKLY, "agenda": agenda})


def test_a_mistake_in_the_file_has_its_line(tmp_path):
    site = Site(tmp_path, tmp_path)
    site.forums.write_text("forums:\n  - id: weekly\n    cadence: yearly\n")

    found, problems = load_forums(site)

    assert found == ()
    assert any("forums.yaml:3" in str(problem) for problem in problems)


def test_an_installation_without_the_file_has_no_forums(tmp_path):
    assert load_forums(Site(tmp_path, tmp_path)) == ((), ())
