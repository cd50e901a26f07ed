"""A weekly meeting of the half year, from its opening along the whole agenda to its memo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from decision_log.meeting import Meeting
from services import run_meeting
from services.brief import Item, brief
from services.people import Person
from services.publish_memo import publish_memo
from services.site import Site

from .half_year_plan import HANDED_OVER_ON

_STEP = timedelta(minutes=5)
Settle = Callable[[Item, datetime], str]
"""Decides on an exception at a moment, or gives the reason to put it off."""


def hold_meeting(site: Site, people: Sequence[Person], sunday: date, settle: Settle) -> None:
    """Hold it on the Tuesday after; the first of the people leads, the second may take its place."""
    leader, deputy, *_ = people
    now = datetime.combine(sunday + timedelta(days=2), time(14), UTC)
    meeting, problems = run_meeting.open_meeting(site, leader, "weekly_revenue", now, as_of=sunday)
    assert meeting is not None, problems
    for person in people:
        run_meeting.join(site, person, meeting, now)
    for place in meeting.places[1:]:
        now += _STEP
        if meeting.opened.held_on == HANDED_OVER_ON and place.step == "do":
            leader = _interrupted(site, leader, deputy, meeting, now)
        seen = _now(site, leader, meeting).presses
        assert run_meeting.enter(site, leader, meeting.id, place, seen=seen, now=now) == ()
        if place.step == "do":
            _conclude(site, leader, meeting, place.topic, settle, now + _STEP / 2)
    memo, problems = publish_memo(
        site, leader, meeting.id, forecast_implications="None.", next_pre_read="Do the gates hold?", now=now + _STEP
    )
    assert memo is not None, problems


def _conclude(site: Site, leader: Person, meeting: Meeting, key: str, settle: Settle, now: datetime) -> None:
    found, _ = brief(site, leader, meeting.opened.judged_on)
    assert found is not None
    item = next(one for one in found.items if one.card.key == key)
    reason = settle(item, now)
    if reason:
        topic = next(one for one in meeting.opened.topics if one.key == key)
        id_ = f"deferred/{key}"
        assert run_meeting.defer(site, leader, meeting.id, topic, reason, idempotency_key=id_, now=now) == ()


def _interrupted(site: Site, leader: Person, deputy: Person, meeting: Meeting, now: datetime) -> Person:
    """A break of a minute, after which the deputy leads."""
    seen = _now(site, leader, meeting).presses
    begun = now - timedelta(minutes=2)
    assert run_meeting.pause(site, leader, meeting.id, seen=seen, now=begun) == ()
    assert run_meeting.resume(site, leader, meeting.id, seen=seen + 1, now=begun + timedelta(minutes=1)) == ()
    assert run_meeting.hand_over(site, leader, meeting.id, deputy.id, seen=seen + 2, now=now) == ()
    return deputy


def _now(site: Site, person: Person, meeting: Meeting) -> Meeting:
    found = run_meeting.follow(site, person, meeting.id)
    assert found is not None
    return found
