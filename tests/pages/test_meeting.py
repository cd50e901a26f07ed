"""The meeting page: who sees what, section by section; a second screen and a reload stand where the meeting is."""

from datetime import UTC, datetime

import pytest

from pages.components.units import day
from services.directory import load_directory
from services.forum_calendar import next_meeting
from services.forums import load_forums
from services.people import LOCAL_PERSON
from services.run_meeting import cancel, enter, note, running
from services.site import Site

from .assessments import BUSY, RENEWALS, WIN_RATE
from .conftest import text_of


@pytest.fixture
def as_(show):
    """Show a page to somebody of the shipped directory: `as_("remy")`, `as_("dana", "memos", memo="…")`."""

    def shown(id_: str, page: str = "meeting", **address: str):
        directory, _ = load_directory(Site.from_environment())
        at = show(page, BUSY, person=directory.person(id_), **address)
        assert not at.exception
        return at

    return shown


def _button(at, label: str):
    return next(one for one in at.button if one.label.startswith(label))


def _labels(at) -> list[str]:
    return [one.label for one in at.button]


def _started(as_):
    at = as_("remy")
    chosen = next(box for box in at.selectbox if box.label == "Forum")
    chosen.select_index(chosen.options.index("Weekly revenue meeting")).run()
    _button(at, "Start, 75 minutes").click().run()
    assert not at.exception
    return at


def _move(to: int):
    """Move the running meeting to a place of its agenda."""
    site = Site.from_environment()
    remy = load_directory(site)[0].person("remy")
    meeting = running(site, remy)
    problems = enter(site, remy, meeting.id, meeting.places[to], seen=meeting.presses, now=datetime.now(UTC))
    assert problems == ()
    return site, remy, meeting


def test_before_it_starts_only_a_facilitator_can_start_it(as_):
    assert "Start it; whoever has this page open follows" in text_of(as_("remy"))

    waiting = as_("dana")
    assert "Not started" in text_of(waiting)
    assert "Remy Castellan, Anna Petrov can start it" in text_of(waiting)
    assert not [label for label in _labels(waiting) if label.startswith("Start")]


def test_the_heading_names_the_forum_that_meets_next_and_its_day(as_):
    today = datetime.now(UTC).astimezone().date()
    known, _ = load_forums(Site.from_environment())
    on, name = min((next_meeting(forum, today), forum.name) for forum in known)
    when = "today" if on == today else f"{on:%A} {day(on)}"

    assert f"<h1>{name}, {when}</h1>" in text_of(as_("dana"))
    assert f"<h1>{name}, {when}</h1>" in text_of(as_("remy"))


def test_it_opens_on_the_actions_and_a_second_screen_is_there_too(as_):
    first = _started(as_)
    assert "No action is overdue" in text_of(first)

    second = as_("dana")
    assert "No action is overdue" in text_of(second)
    assert "Remy Castellan leads" in text_of(second)
    assert not {"Back", "Pause", "Next: Exceptions"} & set(_labels(second))


def test_next_moves_everybody(as_):
    at = _started(as_)
    _button(at, "Next: Exceptions").click().run()

    assert "2 exceptions need a decision" in text_of(at)
    assert "Invoice lag" not in text_of(at)
    assert "2 exceptions need a decision" in text_of(as_("dana"))


def test_what_changed_comes_before_what_we_do(as_):
    _started(as_)
    site, remy, meeting = _move(2)
    changed = as_("dana")
    assert f"{RENEWALS.name}: what changed?" in text_of(changed)
    assert "Decide" not in _labels(changed)

    note(site, remy, meeting.id, meeting.places[2], "EMEA only", idempotency_key="n", now=datetime.now(UTC))
    _move(3)
    do = as_("carla")
    assert f"{RENEWALS.name}: what do we do?" in text_of(do)
    assert "EMEA only" in text_of(do)
    assert "Decide" in _labels(do)


def test_only_who_may_decide_is_offered_to(as_):
    _started(as_)
    _move(3)

    at = as_("remy")
    assert "Decide" not in _labels(at)
    assert "Head of CS (Carla Reyes) or somebody above decides this" in text_of(at)


def test_a_note_is_kept_for_the_next_reload(as_):
    at = _started(as_)
    at.text_area[0].set_value("Waiting for legal").run()

    assert as_("remy").text_area[0].value == "Waiting for legal"
    assert "Waiting for legal" in text_of(as_("dana"))


def test_putting_off_leaves_the_count(as_):
    at = _started(as_)
    _move(6)
    at = as_("remy")
    assert "2 still to decide" in text_of(at)

    at.text_input(key=f"defer-reason-{WIN_RATE.key}").set_value("Numbers wanted")
    at.button(key=f"defer-{WIN_RATE.key}").click().run()

    assert "1 still to decide" in text_of(at)
    assert "Numbers wanted" in text_of(at)


def test_somebody_else_takes_over_where_it_was(as_):
    _started(as_)
    _move(1)
    at = as_("anna")
    assert "Back" not in _labels(at)

    _button(at, "Take over from Remy Castellan").click().run()

    assert "Anna Petrov leads" in text_of(at)
    assert "2 exceptions need a decision" in text_of(at)
    assert {"Back", "Pause"} <= set(_labels(at))


def test_a_pause_says_so_on_every_screen(as_):
    at = _started(as_)
    _button(at, "Pause").click().run()

    assert "Paused" in text_of(as_("dana"))
    _button(at, "Resume").click().run()
    assert "Paused" not in text_of(as_("dana"))


def test_the_memo_ends_it_and_has_an_address(as_):
    _started(as_)
    _site, _remy, meeting = _move(-1)
    at = as_("remy")
    _button(at, "Publish").click().run()
    assert "Say what today's decisions mean" in at.error[0].value.replace("\\", "")

    at.text_area[0].set_value("Commit is down <b>$200k</b>").run()
    _button(at, "Publish").click().run()

    assert not at.exception
    assert "The meeting has ended" in text_of(at)
    memo = as_("vik", "memos", memo=meeting.id)
    assert "Commit is down &lt;b&gt;$200k&lt;/b&gt;" in text_of(memo)
    assert "Not discussed" in text_of(memo)
    assert "1 memo" in text_of(as_("vik", "memos"))


def test_ending_without_a_memo_is_said(as_):
    at = _started(as_)
    site, remy, meeting = _move(0)
    cancel(site, remy, meeting.id, "Fire alarm", datetime.now(UTC))
    at.run()

    assert "Without a memo: Fire alarm" in text_of(at)
    assert "Start it; whoever has this page open follows" in text_of(as_("remy"))


def test_an_unknown_memo_and_no_memo_are_said(as_):
    assert "No such memo" in text_of(as_("vik", "memos", memo="<i>"))
    assert "No memo yet" in text_of(as_("vik", "memos"))


def test_without_data_there_is_nothing_to_meet_about(show):
    at = show("meeting", None, person=LOCAL_PERSON)
    _button(at, "Start").click().run()

    assert not at.exception
    assert "Import a folder" in "".join(one.value for one in at.markdown)
