"""Adoption is read from the system: nothing holds until something was done."""

import shutil
from datetime import UTC, date, datetime

import pytest

from decision_log.entry import Addition
from decision_log.memo import MemoPublished, subject_of
from services.adoption import Evidence, Milestone, _reached, adoption
from services.people import LOCAL_PERSON, Denied, Person
from services.site import Site

from .small_company import write_site

NOW = datetime(2026, 7, 6, 9, tzinfo=UTC)


@pytest.fixture
def shipped(tmp_path):
    return Site(tmp_path, Site.from_environment().config)


def publish(site, number: int, forum: str, day: date):
    memo = MemoPublished(
        meeting=f"m{number}", forum=forum, name="x", held_on=day, time_zone="UTC", judged_on=day, began_at=NOW,
        ended_at=NOW, facilitator="x", attendees=(), sections=(), exception_seconds=0, decisions=(),
        actions_reviewed=(), notes=(), deferred=(), undecided=(), forecast_implications="", next_pre_read="",
        log_size=0, log_hash="0" * 64,
    )  # fmt: skip
    site.log().add([Addition(subject_of(f"m{number}"), memo, f"k{number}")], "kim", NOW)


def test_a_shipped_configuration_is_written_but_not_yet_lived(shipped):
    found = adoption(shipped, LOCAL_PERSON)

    assert [milestone.met for milestone in found.milestones] == [True, True, False, False]
    assert found.stage == "Foundational"
    assert (found.started_on, found.weeks) == (None, 0)
    assert len(found.core) == 12 and all(kpi.complete for kpi in found.core)
    assert [one.met for one in found.first_loop] == [True, True, True, False, False, False]


def test_a_core_kpi_has_a_dashboard_only_where_a_forum_looks_at_one_that_shows_it(shipped, tmp_path):
    shutil.copytree(shipped.config, tmp_path / "config")
    site = Site(tmp_path, tmp_path / "config")
    (site.config / "dashboards" / "weekly_execution.yaml").unlink()
    forums = site.config / "forums.yaml"
    forums.write_text(forums.read_text().replace("dashboards: [monthly_business]", "dashboards: []"))

    has = {kpi.name: kpi.dashboard for kpi in adoption(site, LOCAL_PERSON).core}

    assert not has["Proposal acceptance rate"]  # its dashboard is gone
    assert not has["Expansion rate"]  # its dashboard is there, and no forum looks at it
    assert has["Net revenue retention"] and has["Time to first value"]


def test_two_memos_of_a_week_are_one_instance_and_other_forums_count_for_themselves(shipped):
    for number, day in enumerate((date(2026, 7, 6), date(2026, 7, 8), date(2026, 7, 13))):
        publish(shipped, number, "weekly_revenue", day)
    publish(shipped, 9, "monthly_review", date(2026, 7, 6))

    found = adoption(shipped, LOCAL_PERSON)

    assert found.weeks == 2
    assert [one.met for one in found.milestones[3].evidence] == [True, False, False]


def test_without_people_nobody_owns_a_kpi(tmp_path):
    found = adoption(write_site(tmp_path), LOCAL_PERSON)

    owners = next(one for one in found.milestones[1].evidence if "owner" in one.claim)
    assert (owners.met, owners.found) == (False, "nobody for Proposal acceptance rate")


def test_a_stage_needs_all_before_it():
    yes, no = (Evidence("", True, ""),), (Evidence("", False, ""),)

    assert _reached({"Foundational": yes, "Emerging": yes, "Established": no, "Advanced": yes}) == "Emerging"
    assert _reached({"Foundational": yes, "Emerging": no, "Established": yes, "Advanced": yes}) == "Foundational"


def test_what_no_system_can_tell_does_not_stand_in_the_way():
    assert Milestone("x", None, (Evidence("", True, ""), Evidence("", None, ""))).met
    assert not Milestone("x", None, (Evidence("", False, ""), Evidence("", None, ""))).met


def test_who_may_not_view_sees_nothing(tmp_path):
    with pytest.raises(Denied):
        adoption(write_site(tmp_path), Person("kim", "Kim", frozenset()))
