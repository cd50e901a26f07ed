"""The sample company's first meeting happens as written: proposed, decided, followed, and checked by data."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from decision_log.action import actions
from decision_log.closeout import closeout_of
from decision_log.memo import memos
from decision_log.proposal import proposals
from services.sample_meeting import hold_first_meeting, propose_first
from services.site import Site
from services.tick import tick

CONFIG = Path(__file__).parents[2] / "config"
MONDAY = datetime(2026, 5, 11, 8, tzinfo=UTC)


@pytest.fixture
def site(imported, tmp_path) -> Site:
    """The sample company as imported, before anything was judged."""
    shutil.copytree(imported.snapshot.tables["opportunities"].path.parents[1], tmp_path / "workspace")
    return Site(tmp_path / "workspace", CONFIG)


def test_the_loop_closes_on_data(site):
    log = site.log()
    tick(site, MONDAY.date(), MONDAY)
    assert propose_first(site, MONDAY) == ()
    assert log.stream("packet") == {}
    tick(site, MONDAY.date(), MONDAY.replace(hour=21))
    assert hold_first_meeting(site, MONDAY) == ()
    (proposal,) = proposals(log.stream("proposal")).values()
    assert proposal.current.filed.late == ""
    assert len(log.stream("packet")) == 1
    ((subject, lines),) = log.stream("decision").items()
    assert lines[0].event.stance == "follows"
    assert [one.state for one in actions(log.stream("action"))] == ["verified", "open"]
    (memo,) = memos(log.stream("memo"))
    assert [one.subject for one in memo.published.decisions] == [subject]
    assert 50 <= memo.published.spent_seconds / 60 <= 75

    size = log.size
    assert propose_first(site, MONDAY) == hold_first_meeting(site, MONDAY) == ()
    assert log.size == size

    checked = datetime(2026, 6, 15, 8, tzinfo=UTC)
    tick(site, checked.date(), checked)
    verdict = closeout_of(log.of(subject)).verdict
    assert (verdict.outcome, verdict.period_end, verdict.target) == ("not met", date(2026, 6, 14), 3.0)
    assert verdict.value < 3.0


def test_a_company_without_the_breach_or_the_people_has_no_meeting(site, tmp_path):
    before = MONDAY - timedelta(weeks=40)
    tick(site, before.date(), before)
    size = site.log().size

    assert propose_first(site, before) == hold_first_meeting(site, before) == ()
    assert site.log().size == size
