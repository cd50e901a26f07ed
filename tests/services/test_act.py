"""Actions: claimed by the assignee, verified by somebody else, moved and cancelled with a reason, overdue first."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from decision_log.outbox import messages
from services.act import actions, created, remind, take
from services.calendar_entry import calendar_entry
from services.directory import Directory, load_directory
from services.people import LOCAL_PERSON, Denied
from services.site import Site

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
PEOPLE = """
titles:
  CRO: {}
  SDR lead: {reports_to: CRO}
people:
  - {id: dana, name: Dana Okafor, email: dana@example.org, titles: [CRO], roles: [executive]}
  - {id: tess, name: Tess Moreau, email: tess@example.org, titles: [SDR lead], roles: [assignee]}
  - {id: owen, name: Owen Hale, email: owen@example.org, roles: [kpi_owner]}
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "people.yaml").write_text(PEOPLE)
    return Site(tmp_path / "workspace", tmp_path / "config")


@pytest.fixture
def who(site):
    directory, problems = load_directory(site)
    assert not problems
    return directory.person


def assign(site, *assigned, by="dana"):
    directory, _ = load_directory(site)
    for number, (assignee, due_on) in enumerate(assigned, 1):
        site.log().add(
            created(directory, "decision/win", number, f"Task {number}", assignee, due_on, "Win rate", NOW), by, NOW
        )


def step(site, person, what, words="Said so", number=1, version=1, key=None, **more):
    key = key or f"{what}-{version}"
    return take(
        site, person, f"action/win/{number}", what, words, version=version, idempotency_key=key, now=NOW, **more
    )


def test_done_is_a_claim_until_somebody_else_verifies_it(site, who):
    assign(site, ("tess", TODAY))

    done, problems = step(site, who("tess"), "done", "Called all twelve")
    assert not problems
    assert (done.state, done.claimed_by, done.word) == ("done", "tess", "Called all twelve")

    verified, _ = step(site, who("owen"), "verify", "", version=2)
    assert verified.state == "verified"


@pytest.mark.parametrize("assignee", ["owen", "Owen Hale", "Owen hale"])
def test_nobody_verifies_their_own_action(site, who, assignee):
    assign(site, (assignee, TODAY))
    step(site, who("owen"), "done")

    with pytest.raises(Denied):
        step(site, who("owen"), "verify", version=2)
    with pytest.raises(Denied):
        step(site, who("owen"), "send back", version=2)
    assert actions(site, who("owen"), TODAY)[0].steps == ()
    assert actions(site, who("dana"), TODAY)[0].steps == ("verify", "send back")


def test_who_claims_for_a_stranger_does_not_verify_either(site, who):
    assign(site, ("Agency Ltd", TODAY))
    step(site, who("owen"), "done")

    with pytest.raises(Denied):
        step(site, who("owen"), "verify", version=2)
    assert step(site, who("dana"), "verify", version=2)[0].state == "verified"


def test_an_action_of_others_is_not_claimed_or_cancelled_by_its_assignee(site, who):
    assign(site, ("tess", TODAY), ("owen", TODAY))

    with pytest.raises(Denied):
        step(site, who("owen"), "done")
    with pytest.raises(Denied):
        step(site, who("owen"), "cancel", number=2)
    with pytest.raises(Denied):
        step(site, who("tess"), "cancel")


def test_an_installation_of_one_person_may_verify(tmp_path):
    site = Site(tmp_path / "workspace", tmp_path / "config")
    assign(site, ("Kim", TODAY))

    step(site, LOCAL_PERSON, "done")
    assert step(site, LOCAL_PERSON, "verify", version=2)[0].state == "verified"


def test_sent_back_is_open_and_may_be_overdue_again(site, who):
    assign(site, ("tess", TODAY - timedelta(days=1)))
    step(site, who("tess"), "done")
    assert not actions(site, who("dana"), TODAY)[0].is_overdue

    back, _ = step(site, who("dana"), "send back", "Four are missing", version=2)

    assert (back.state, back.sent_back, back.word) == ("open", True, "Four are missing")
    assert actions(site, who("dana"), TODAY)[0].is_overdue


@pytest.mark.parametrize("what", ["done", "move", "cancel"])
def test_a_step_without_words_is_refused(site, who, what):
    assign(site, ("tess", TODAY))
    person = who("dana" if what == "cancel" else "tess")

    action, problems = step(site, person, what, "  ", due_on=TODAY + timedelta(days=7))

    assert action is None
    assert [problem.column for problem in problems] == ["words"]


def test_a_move_needs_another_day_and_counts(site, who):
    assign(site, ("tess", TODAY))

    assert step(site, who("tess"), "move", due_on=TODAY)[1][0].column == "due_on"
    moved, _ = step(site, who("tess"), "move", "Waiting for legal", due_on=date(2026, 7, 10))

    assert (moved.due_on, moved.first_due_on, moved.moves) == (date(2026, 7, 10), TODAY, 1)


def test_a_step_that_the_state_does_not_know_is_refused(site, who):
    assign(site, ("tess", TODAY))
    step(site, who("dana"), "cancel", "No longer needed")

    assert "cancelled" in step(site, who("tess"), "done", version=2)[1][0].message


def test_a_double_click_is_one_step_and_a_second_person_is_told(site, who):
    assign(site, ("tess", TODAY))
    size = site.log().size
    assert step(site, who("tess"), "done", key="form") == step(site, who("tess"), "done", key="form")
    assert site.log().size == size + 1

    action, problems = step(site, who("dana"), "cancel", version=1)

    assert action is None
    assert "Tess Moreau has changed this action meanwhile" in problems[0].message


def test_overdue_comes_first_then_open_then_what_waits_for_verification(site, who):
    days = [TODAY + timedelta(days=offset) for offset in (5, -1, 2, -4, 0, 9)]
    assign(site, *(("tess", day) for day in days))
    step(site, who("tess"), "done", number=5)
    step(site, who("dana"), "cancel", number=6)

    found = actions(site, who("dana"), TODAY)

    assert [item.action.created.text[-1] for item in found] == ["4", "2", "3", "1", "5", "6"]
    assert [item.is_overdue for item in found] == [True, True, False, False, False, False]


def test_a_title_means_whoever_holds_it(site, who):
    assign(site, ("SDR lead", TODAY))

    assert actions(site, who("tess"), TODAY)[0].is_mine
    assert not actions(site, who("dana"), TODAY)[0].is_mine
    assert messages(site.log().stream("message"))[0].queued.to == ("tess",)


def test_creating_an_action_tells_its_assignee_once_with_a_calendar_entry(site):
    assign(site, ("tess", date(2026, 7, 3)))
    assign(site, ("tess", date(2026, 7, 3)))

    (told,) = messages(site.log().stream("message"))
    assert told.queued.to == ("tess",)
    event = Calendar.from_ical(told.queued.attachments[0].text).walk("VEVENT")[0]
    assert event.decoded("dtstart") == date(2026, 7, 3)
    assert event.decoded("dtend") == date(2026, 7, 4)


def test_the_calendar_entry_keeps_its_name_and_grows_its_sequence(site, who):
    assign(site, ("tess", TODAY))
    before = actions(site, who("tess"), TODAY)[0].action
    after, _ = step(site, who("tess"), "move", due_on=date(2026, 7, 10))
    step(site, who("dana"), "cancel", version=2)

    first, moved = (
        Calendar.from_ical(calendar_entry(one, "Tess").content).walk("VEVENT")[0] for one in (before, after)
    )
    assert first["uid"] == moved["uid"]
    assert first["sequence"] < moved["sequence"]
    last = messages(site.log().stream("message"))[-1].queued
    assert last.subject.startswith("Cancelled")
    assert "STATUS:CANCELLED" in last.attachments[0].text


def test_text_cannot_break_out_of_the_calendar_entry(site, who):
    nasty = "Call\r\nEND:VEVENT\nBEGIN:VALARM; all, now"
    site.log().add(created(Directory(), "decision/x", 1, nasty, "tess", TODAY, "Win rate", NOW), "dana", NOW)

    content = calendar_entry(actions(site, who("tess"), TODAY)[0].action, "Tess").content

    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert "BEGIN:VALARM; all, now" in event["summary"]
    assert content.count(b"\r\nEND:VEVENT") == 1


def test_each_due_date_is_reminded_of_once(site, who):
    assign(site, ("tess", TODAY), ("tess", TODAY + timedelta(days=9)))
    later = NOW + timedelta(days=2)

    assert remind(site, TODAY, NOW) == ()
    assert remind(site, TODAY, later) == ("Overdue: Task 1",)
    assert remind(site, TODAY, later) == ()
    told = messages(site.log().stream("message"))[-1].queued
    assert told.to == ("tess", "dana")
    assert told.subject == f"Overdue since {TODAY}: Task 1"
