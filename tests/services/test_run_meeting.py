"""Running a meeting as a service: who leads, two screens at once, reloads, the memo, and who is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from decision_log.entry import GENESIS, Addition
from decision_log.meeting import Place
from services import run_meeting
from services.act import created
from services.brief import Brief, Item
from services.decide import decide, first_assignment, suggested
from services.directory import load_directory
from services.matter import of_card
from services.people import LOCAL_PERSON, Denied
from services.publish_memo import draft, forecast_in_proposals, publish_memo
from services.read_memo import all_memos, as_file, hours_to_decision, memo_of, minutes_per_decision
from services.run_meeting import (
    cancel,
    defer,
    enter,
    follow,
    hand_over,
    join,
    note,
    open_meeting,
    pause,
    pulse,
    resume,
    running,
    take_over,
    take_up,
)
from services.site import Site
from tests.pages.assessments import BUSY, RENEWALS, WIN_RATE

START = datetime(2026, 7, 6, 14, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


@pytest.fixture
def site(tmp_path, monkeypatch):
    found = Brief(BUSY, tuple(Item(card, None) for card in BUSY.cards))
    monkeypatch.setattr(run_meeting, "brief", lambda site, person, as_of=None: (found, ()))
    return Site(tmp_path / "workspace", Site.from_environment().config)


@pytest.fixture
def who(site):
    directory, _ = load_directory(site)
    return {id_: directory.person(id_) for id_ in ("remy", "anna", "dana", "vik", "tess")}


@pytest.fixture
def meeting(site, who):
    opened, problems = open_meeting(site, who["remy"], "weekly_revenue", START)
    assert problems == ()
    return opened


def test_the_worst_undecided_exceptions_are_its_deep_dives(meeting):
    assert [topic.key for topic in meeting.opened.topics] == [RENEWALS.key, WIN_RATE.key]
    assert meeting.id == "weekly_revenue-2026-07-06"
    assert meeting.opened.judged_on == BUSY.as_of
    assert meeting.planned == timedelta(minutes=75)


def test_opening_it_again_finds_the_one_that_runs(site, who, meeting):
    again, _ = open_meeting(site, who["anna"], "weekly_revenue", at(3))

    assert (again.id, again.facilitator) == (meeting.id, "remy")
    assert site.log().size == 1


def test_two_screens_that_press_next_at_once_move_it_once(site, who, meeting):
    for _ in range(2):
        assert enter(site, who["remy"], meeting.id, meeting.places[1], seen=meeting.presses, now=at(5)) == ()

    standing = follow(site, who["remy"], meeting.id)
    assert (standing.presses, standing.place) == (1, meeting.places[1])


def test_next_and_back_at_once_count_as_one_press(site, who, meeting):
    enter(site, who["remy"], meeting.id, meeting.places[2], seen=0, now=at(5))
    enter(site, who["remy"], meeting.id, meeting.places[0], seen=0, now=at(5))
    pause(site, who["remy"], meeting.id, seen=0, now=at(5))

    standing = follow(site, who["remy"], meeting.id)
    assert (standing.place, standing.paused) == (meeting.places[2], False)


def test_it_goes_on_where_it_was_after_a_hand_over(site, who, meeting):
    enter(site, who["remy"], meeting.id, meeting.places[1], seen=0, now=at(10))
    assert hand_over(site, who["remy"], meeting.id, "anna", seen=1, now=at(12)) == ()

    assert "led by Anna" in enter(site, who["remy"], meeting.id, meeting.places[2], seen=2, now=at(13))[0].message
    assert pause(site, who["anna"], meeting.id, seen=2, now=at(14)) == ()
    assert resume(site, who["anna"], meeting.id, seen=3, now=at(20)) == ()
    standing = follow(site, who["dana"], meeting.id)
    assert (standing.facilitator, standing.place) == ("anna", meeting.places[1])
    assert standing.spent(at(21)) == timedelta(minutes=15)


def test_a_facilitator_takes_over_one_without_a_hand(site, who, meeting):
    take_over(site, who["anna"], meeting.id, seen=0, now=at(2))

    assert follow(site, who["dana"], meeting.id).facilitator == "anna"


def test_nobody_takes_over_what_has_ended(site, who, meeting):
    cancel(site, who["remy"], meeting.id, "Nobody came.", at(1))
    before = site.log().size

    assert take_over(site, who["anna"], meeting.id, seen=0, now=at(2))[0].message == "has ended"
    assert site.log().size == before


def test_it_is_not_handed_to_somebody_disabled(site, who, meeting, monkeypatch):
    known, _ = load_directory(site)
    people = tuple(one.model_copy(update={"disabled": one.id == "anna"}) for one in known.people)
    shut = known.model_copy(update={"people": people})
    monkeypatch.setattr(run_meeting, "load_directory", lambda _site: (shut, ()))

    assert hand_over(site, who["remy"], meeting.id, "anna", seen=0, now=at(1))[0].column == "to"


def test_it_is_not_handed_to_who_may_not_lead(site, who, meeting):
    assert hand_over(site, who["remy"], meeting.id, "dana", seen=0, now=at(1))[0].column == "to"


@pytest.mark.parametrize("person", ["dana", "vik", "tess"])
def test_who_does_not_facilitate_follows_and_moves_nothing(site, who, meeting, person):
    asked = who[person]
    place = meeting.places[1]

    assert follow(site, asked, meeting.id).place == meeting.places[0]
    for refused in (
        lambda: open_meeting(site, asked, "weekly_revenue", START),
        lambda: enter(site, asked, meeting.id, place, seen=0, now=START),
        lambda: pause(site, asked, meeting.id, seen=0, now=START),
        lambda: take_over(site, asked, meeting.id, seen=0, now=START),
        lambda: note(site, asked, meeting.id, place, "x", idempotency_key="k", now=START),
        lambda: publish_memo(site, asked, meeting.id, forecast_implications="none", next_pre_read="", now=START),
    ):
        with pytest.raises(Denied):
            refused()
    assert site.log().size == 1


def test_joining_twice_is_being_there_once(site, who, meeting):
    for minute in (1, 2):
        join(site, who["dana"], meeting, at(minute))

    assert follow(site, who["vik"], meeting.id).attendees == ("dana",)


def test_screens_are_redrawn_when_something_happens_and_not_when_somebody_comes(site, who, meeting):
    before = pulse(site, who["vik"], meeting.id)
    join(site, who["dana"], meeting, at(1))
    assert pulse(site, who["vik"], meeting.id) == before

    enter(site, who["remy"], meeting.id, meeting.places[1], seen=0, now=at(2))
    moved = pulse(site, who["vik"], meeting.id)
    _decide(site, 3)
    assert len({before, moved, pulse(site, who["vik"], meeting.id)}) == 3


def test_putting_off_needs_a_reason_and_can_be_taken_back(site, who, meeting):
    topic = meeting.opened.topics[0]
    assert defer(site, who["remy"], meeting.id, topic, " ", idempotency_key="a", now=at(1))[0].column == "reason"
    assert defer(site, who["remy"], meeting.id, topic, "CS is away", idempotency_key="b", now=at(1)) == ()
    assert list(follow(site, who["remy"], meeting.id).still_deferred) == [topic.key]

    take_up(site, who["remy"], meeting.id, topic, idempotency_key="c", now=at(2))
    assert follow(site, who["remy"], meeting.id).still_deferred == {}


def _decide(site, minute, card=WIN_RATE, **changes):
    matter = of_card(card, card.key)
    today = START.date()
    choice = suggested(matter, today).model_copy(update={"why": "Price", "expected_impact": "Back above", **changes})
    task = first_assignment(site, matter, choice.action_text, today)
    decision, problems = decide(
        site, LOCAL_PERSON, matter, choice, (task,), idempotency_key=f"form-{card.key}", now=at(minute)
    )
    assert problems == ()
    return decision


def _publish(site, person, id_, minute=70, forecast="Commit down by $200k"):
    return publish_memo(
        site, person, id_, forecast_implications=forecast, next_pre_read="Loss interviews", now=at(minute)
    )


def test_the_memo_says_what_was_decided_deferred_and_how_long_it_took(site, who, meeting):
    remy, places = who["remy"], meeting.places
    decided_before = _decide(site, -60, replace(WIN_RATE, key="earlier"))
    join(site, who["dana"], meeting, at(1))
    for seen, (place, minute) in enumerate(((places[1], 10), (places[2], 20), (places[4], 30), (places[-1], 60))):
        enter(site, remy, meeting.id, place, seen=seen, now=at(minute))
    note(site, remy, meeting.id, places[4], "Losses on price in EMEA", idempotency_key="n", now=at(31))
    defer(site, remy, meeting.id, meeting.opened.topics[0], "CS is away", idempotency_key="d", now=at(32))
    decision = _decide(site, 40)

    memo, problems = _publish(site, remy, meeting.id)

    assert problems == ()
    told = memo.published
    assert [one.number for one in told.decisions] == [decision.number]
    assert decided_before.number not in [one.number for one in told.decisions]
    (task,) = told.decisions[0].tasks
    assert task.assignee == "Hugo Sanders"
    assert told.attendees == ("Dana Okafor",)
    assert [item.text for item in told.deferred] == ["CS is away"]
    assert told.undecided == ()
    assert told.notes[0].changed == "Losses on price in EMEA"
    assert [section.spent_seconds // 60 for section in told.sections] == [10, 10, 40, 0, 10]
    assert told.exception_seconds == 50 * 60
    assert told.spent_seconds == 70 * 60
    assert minutes_per_decision(told) == 50
    assert running(site, remy) is None
    assert all_memos(site, who["vik"]) == (memo,)


def test_it_carries_the_checkpoint_of_the_log(site, who, meeting):
    before = site.log().head
    memo, _ = _publish(site, who["remy"], meeting.id)

    assert (memo.published.log_size, memo.published.log_hash) == before
    assert before[1] != GENESIS


def test_a_memo_is_published_once_and_never_changed(site, who, meeting):
    first, _ = _publish(site, who["remy"], meeting.id)
    size = site.log().size

    second, problems = _publish(site, who["remy"], meeting.id, 75, forecast="Something else")

    assert (second, problems, site.log().size) == (first, (), size)
    assert memo_of(site, who["vik"], meeting.id) == first


def test_a_memo_without_forecast_implications_waits(site, who, meeting):
    memo, problems = _publish(site, who["remy"], meeting.id, forecast=" ")

    assert memo is None
    assert [problem.column for problem in problems] == ["forecast_implications"]
    assert running(site, who["remy"]) is not None


def test_after_the_end_a_new_one_opens_under_a_name_of_its_own(site, who, meeting):
    assert cancel(site, who["remy"], meeting.id, "", at(2))[0].column == "reason"
    cancel(site, who["remy"], meeting.id, "Opened by mistake", at(2))
    assert follow(site, who["vik"], meeting.id).cancelled_because == "Opened by mistake"
    assert "ended" in enter(site, who["remy"], meeting.id, meeting.places[1], seen=0, now=at(3))[0].message

    again, _ = open_meeting(site, who["remy"], "weekly_revenue", at(5))
    assert again.id == "weekly_revenue-2026-07-06-2"


def test_actions_settled_meanwhile_are_in_the_memo(site, who, meeting):
    from decision_log.action import ActionDone

    (task, _) = created(load_directory(site)[0], "decision/x", 1, "Call five", "hugo", date(2026, 7, 3), "", at(-999))
    site.log().add([task], "dana", at(-999))
    site.log().add([Addition(task.subject, ActionDone(note="Called"), "done")], "hugo", at(4))

    (item,) = draft(site, who["dana"], follow(site, who["dana"], meeting.id), at(9)).actions_reviewed

    assert item.text.startswith("Hugo Sanders: claimed as done")


def test_hours_to_a_decision_are_a_median(site, who, meeting):
    _decide(site, 1)
    told = draft(site, who["dana"], follow(site, who["dana"], meeting.id), at(9))
    one = told.decisions[0]
    many = tuple(one.model_copy(update={"breach_to_decision_hours": hours}) for hours in (1.0, None, 30.0, 5.0, 7.0))

    assert hours_to_decision(told) is None
    assert hours_to_decision(told.model_copy(update={"decisions": many})) == 6


def test_an_unknown_forum_or_meeting_is_a_problem(site, who):
    assert open_meeting(site, who["remy"], "nothing", START)[1]
    assert follow(site, who["remy"], "nothing") is None
    assert enter(site, who["remy"], "nothing", Place(section=0), seen=0, now=START)


def test_the_file_says_it_all_and_text_stays_text(site, who, meeting):
    topic = meeting.opened.topics[0]
    hostile = "<script>alert(1)</script>"
    defer(site, who["remy"], meeting.id, topic, hostile, idempotency_key="d", now=at(2))
    _decide(site, 3, why=hostile)
    memo, _ = _publish(site, who["remy"], meeting.id)

    file = as_file(memo)
    text = file.content.decode()

    assert file == as_file(memo_of(site, who["vik"], meeting.id))
    assert file.name.startswith("memo-weekly_revenue-2026-07-06-")
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 2
    assert "Commit down by $200k" in text
    assert memo.entry.hash[:16] in text
    assert "://" not in text


def test_proposals_say_what_the_forecast_begins_with(site, who, meeting):
    from decision_log.proposal import ExpectedEffect, Option, ProposalFiled, subject_of

    effect = ExpectedEffect(
        window="4w", kpi="win_rate", dimension="(all)", slice="(all)", start=0.1, to=0.2, by=date(2026, 8, 1)
    )
    filed = ProposalFiled(
        episode=WIN_RATE.key, card_key=WIN_RATE.key, facts={}, narrative="n", hypotheses=(), preferred=0,
        options=(Option(what="a", effect="b"),), preferred_because="c", effect=effect,
        forecast_implication="Commit -5 %",
    )  # fmt: skip
    site.log().add([Addition(subject_of(WIN_RATE.key), filed, "p")], "hugo", at(-60))
    _decide(site, 3, stance="overrides", proposal=1, override_reason="Too slow")

    assert forecast_in_proposals(site, who["remy"], meeting, at(5)) == "Win rate: Commit -5 %"


def test_another_forum_works_on_its_own_kpis(site, who):
    huddle, problems = open_meeting(site, who["remy"], "management_huddle", START)

    assert problems == ()
    assert huddle.opened.topics == ()
    assert [place.section for place in huddle.places] == [0, 1, 2, 3, 4]
