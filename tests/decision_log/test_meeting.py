"""A meeting told by its entries: timers, pauses, places, hand-over, and what no longer counts after its end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from decision_log.database import Database
from decision_log.entry import Addition
from decision_log.log import DecisionLog
from decision_log.meeting import (
    AgendaSection,
    ItemDeferred,
    Meeting,
    MeetingEnded,
    MeetingHandedOver,
    MeetingJoined,
    MeetingOpened,
    MeetingPaused,
    MeetingResumed,
    NoteTaken,
    Place,
    PlaceEntered,
    Topic,
    meetings,
)

START = datetime(2026, 7, 6, 13, 0, tzinfo=UTC)
WIN_RATE = Topic(key="win_rate|2026-07-05", name="Win rate", where="Whole company")
RENEWALS = Topic(key="renewals|2026-07-05", name="Renewals", where="Whole company")
OPENED = MeetingOpened(
    forum="weekly_revenue",
    name="Weekly revenue meeting",
    cadence="weekly",
    held_on=date(2026, 7, 6),
    time_zone="UTC",
    judged_on=date(2026, 7, 5),
    facilitator="remy",
    agenda=tuple(
        AgendaSection(name=name, minutes=minutes, opens=opens, purpose="–")
        for name, minutes, opens in (("Actions", 10, "actions"), ("Dives", 30, "deep_dives"), ("Confirm", 5, "confirm"))
    ),
    topics=(WIN_RATE, RENEWALS),
)


def told(tmp_path, *happened) -> Meeting:
    """The meeting after events at minutes: `(minute, event)` or `(minute, event, person)`."""
    log = DecisionLog(Database.open(tmp_path / "log.sqlite3"))
    for number, (minute, event, *by) in enumerate(((0, OPENED), *happened)):
        at = START + timedelta(minutes=minute)
        log.add([Addition("meeting/m", event, str(number))], by[0] if by else "remy", at)
    return meetings(log.stream("meeting"))[0]


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def minutes(spent: timedelta) -> float:
    return spent.total_seconds() / 60


def entered(section: int, topic: str = "", step: str = "") -> PlaceEntered:
    return PlaceEntered(place=Place(section=section, topic=topic, step=step))


def test_the_timer_runs_from_the_opening(tmp_path):
    meeting = told(tmp_path)

    assert minutes(meeting.spent(at(4))) == 4
    assert meeting.planned == timedelta(minutes=45)
    assert meeting.section.name == "Actions"


def test_each_section_has_its_own_time_and_the_total_all_of_it(tmp_path):
    meeting = told(tmp_path, (12, entered(1, WIN_RATE.key, "changed")), (20, entered(0)), (23, entered(2)))

    assert [minutes(meeting.spent_in(number, at(25))) for number in range(3)] == [15, 8, 2]
    assert minutes(meeting.spent(at(25))) == 25


def test_a_pause_stops_section_and_total(tmp_path):
    meeting = told(tmp_path, (5, MeetingPaused()))

    assert meeting.paused
    assert minutes(meeting.spent(at(60))) == minutes(meeting.spent_in(0, at(60))) == 5

    meeting = told(tmp_path / "b", (5, MeetingPaused()), (15, MeetingResumed()), (16, MeetingPaused()))
    assert minutes(meeting.spent(at(60))) == 6


def test_moving_on_while_paused_keeps_the_pause(tmp_path):
    meeting = told(tmp_path, (5, MeetingPaused()), (9, entered(2)), (10, MeetingResumed()))

    assert minutes(meeting.spent_in(0, at(12))) == 5
    assert minutes(meeting.spent_in(2, at(12))) == 2


@pytest.mark.parametrize("event", [MeetingPaused(), MeetingResumed()])
def test_pressing_the_same_twice_changes_no_timer(tmp_path, event):
    once = told(tmp_path, (5, MeetingPaused()), (6, event))

    assert minutes(once.spent(at(8))) == (7 if isinstance(event, MeetingResumed) else 5)
    assert minutes(told(tmp_path / "b", (1, MeetingResumed())).spent(at(3))) == 3


def test_the_agenda_goes_topic_by_topic_in_two_steps(tmp_path):
    meeting = told(tmp_path)

    assert [(place.section, place.topic, place.step) for place in meeting.places] == [
        (0, "", ""),
        (1, WIN_RATE.key, "changed"),
        (1, WIN_RATE.key, "do"),
        (1, RENEWALS.key, "changed"),
        (1, RENEWALS.key, "do"),
        (2, "", ""),
    ]
    assert meeting.beside(-1) is None
    assert meeting.beside(1) == meeting.places[1]


def test_time_per_topic_is_known(tmp_path):
    meeting = told(
        tmp_path, (1, entered(1, WIN_RATE.key, "changed")), (4, entered(1, WIN_RATE.key, "do")), (9, entered(2))
    )

    assert minutes(meeting.spent(at(20), lambda place: place.topic == WIN_RATE.key)) == 8


def test_whoever_it_was_handed_to_leads_and_time_goes_on(tmp_path):
    meeting = told(tmp_path, (5, MeetingHandedOver(to="anna")))

    assert meeting.facilitator == "anna"
    assert minutes(meeting.spent(at(7))) == 7


def test_attendees_are_counted_once(tmp_path):
    meeting = told(tmp_path, (1, MeetingJoined(), "dana"), (2, MeetingJoined(), "hugo"), (3, MeetingJoined(), "dana"))

    assert meeting.attendees == ("dana", "hugo")
    assert meeting.presses == 0


def test_the_last_note_on_a_place_counts_and_a_deferral_can_be_taken_back(tmp_path):
    place = Place(section=1, topic=WIN_RATE.key, step="changed")
    meeting = told(
        tmp_path,
        (1, NoteTaken(place=place, text="Price")),
        (2, NoteTaken(place=place, text="Price in EMEA")),
        (3, ItemDeferred(topic=WIN_RATE, reason="Numbers wanted")),
        (4, ItemDeferred(topic=RENEWALS, reason="No time")),
        (5, ItemDeferred(topic=WIN_RATE, reason="")),
    )

    assert meeting.notes == {place: "Price in EMEA"}
    assert list(meeting.still_deferred) == [RENEWALS.key]


def test_after_the_end_nothing_moves(tmp_path):
    late = (
        NoteTaken(place=Place(section=0), text="x"),
        entered(2),
        MeetingPaused(),
        MeetingEnded(cancelled_because="x"),
    )
    meeting = told(tmp_path, (7, MeetingEnded()), *((9, event) for event in late))

    assert (meeting.place, meeting.presses, meeting.notes, meeting.cancelled_because) == (Place(section=0), 0, {}, "")
    assert meeting.ended_at == at(7)
    assert minutes(meeting.spent(at(99))) == 7
    assert not meeting.paused


def test_a_clock_that_runs_behind_takes_no_time_away(tmp_path):
    meeting = told(tmp_path, (10, entered(1)))

    assert minutes(meeting.spent(at(9))) == 10
