"""Closing out: data alone gives the verdict, once; people comment and extend, with a reason."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import get_args

import pytest

from decision_log.closeout import AnyCloseoutEvent, DecisionClosed, closeout_of
from decision_log.database import Database
from decision_log.decision import DecisionTaken
from decision_log.entry import Addition
from decision_log.log import DecisionLog
from decision_log.outbox import messages
from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.snapshot_store import current_snapshot
from kpi_engine.yaml_strict import load_model
from services.close_out import Record, closeout_record, comment, extend, settle
from services.people import LOCAL_PERSON, Denied, Person

from .small_company import write_exports, write_site

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
KPI = "proposal_acceptance_rate"


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The site with its exports imported: 40 % accepted a week, from the week of 15 June on 10 %."""
    home = tmp_path_factory.mktemp("company")
    site = write_site(home)
    write_exports(home / "exports")
    firm, _ = load_model(site.company, Company)
    mappings, _ = load_mappings(site.mappings)
    site.workspace.mkdir()
    assert not import_folder(home / "exports", site.workspace, firm, mappings).problems
    return site


@pytest.fixture
def site(company, monkeypatch, tmp_path):
    """The company with an empty log."""
    log = DecisionLog(Database.open(tmp_path / "log.sqlite3"))
    monkeypatch.setattr(type(company), "log", lambda _: log)
    return company


def taken(check_on, target=0.3, metric_kpi=KPI, slice_=("total", "(all)"), owner="CRO"):
    return DecisionTaken(
        card_key="a", kpi=KPI, dimension="total", slice="(all)", rule="bands", period_end=date(2026, 5, 31),
        context="Below 30 %", facts={"window": "week"}, decided_on=date(2026, 6, 1), forum="Weekly revenue",
        decision_owner=owner, action="mitigate", action_text="Shorten the proposal", why="Too long",
        expected_impact="More",
        impact_by=check_on, metric_kpi=metric_kpi, metric_dimension=slice_[0], metric_slice=slice_[1],
        metric_target=target, check_on=check_on, closeout_criteria="At target",
    )  # fmt: skip


def decided(site, check_on, subject="decision/a", **changes):
    site.log().add([Addition(subject, taken(check_on, **changes), subject)], "dana", NOW)
    return subject


def state(site, subject="decision/a"):
    return closeout_of(site.log().of(subject))


def test_met_with_the_reading_and_its_fingerprints(site):
    decided(site, date(2026, 6, 14))

    assert settle(site, date(2026, 6, 21), NOW) == ("Closed, met: Shorten the proposal",)

    entry = site.log().of("decision/a")[-1]
    closed = state(site).verdict
    assert entry.by == "clockwork"
    assert (closed.outcome, closed.value, closed.n, closed.target) == ("met", 0.4, 40, 0.3)
    assert closed.period_end == date(2026, 6, 14)
    assert closed.snapshot == current_snapshot(site.workspace).fingerprint
    assert closed.contract
    assert closed.engine


def test_equal_to_the_target_is_met_through_all_layers(site):
    decided(site, date(2026, 6, 14), target=40 / 100)
    settle(site, date(2026, 6, 21), NOW)

    assert state(site).verdict.outcome == "met"


def test_not_met_is_told_to_who_decided(site):
    decided(site, date(2026, 6, 21))
    settle(site, date(2026, 6, 28), NOW)

    assert state(site).verdict.outcome == "not met"
    (told,) = messages(site.log().stream("message"))
    assert told.queued.to == ("dana",)
    assert "Target: 30.0 % on 2026-06-21" in told.queued.text
    assert "Read: 10.0 % to 2026-06-21, n = 40" in told.queued.text


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"target": None}, "no target"),
        ({"metric_kpi": "gone"}, "no contract"),
        ({"slice_": ("segment", "Nobody")}, "segment missing"),
    ],
)
def test_not_evaluable_says_why(site, changes, reason):
    decided(site, date(2026, 6, 14), **changes)
    settle(site, date(2026, 6, 21), NOW)

    assert (state(site).verdict.outcome, state(site).verdict.reason) == ("not evaluable", reason)


def test_nothing_is_written_before_the_day_or_before_the_data(site):
    decided(site, date(2026, 6, 14))
    decided(site, date(2026, 12, 31), subject="decision/later")

    assert settle(site, date(2026, 6, 13), NOW) == ()
    assert state(site).verdict is None
    settle(site, date(2027, 1, 31), NOW)
    assert state(site, "decision/later").verdict is None, "the exports end in July"


def test_settled_once_however_often_and_by_whomever(site, tmp_path):
    decided(site, date(2026, 6, 14))
    log = DecisionLog(Database.open(tmp_path / "log.sqlite3"))
    other = type("Elsewhere", (), {"log": lambda _: log})()
    for name in ("workspace", "config", "contracts", "company", "known_issues", "people"):
        setattr(other, name, getattr(site, name))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: settle(one, date(2026, 6, 21), NOW), [site, other] * 4))
    settle(site, date(2026, 6, 28), NOW)

    closed = [entry for entry in site.log().of("decision/a") if isinstance(entry.event, DecisionClosed)]
    assert len(closed) == 1
    assert len(messages(site.log().stream("message"))) == 1


def test_extended_it_is_read_again_and_the_first_verdict_stays(site):
    subject = decided(site, date(2026, 6, 21))
    settle(site, date(2026, 6, 21), NOW)
    assert state(site).verdict.outcome == "not met"

    problems = extend(
        site, LOCAL_PERSON, subject, date(2026, 6, 28), "Legal was late", version=2, idempotency_key="form", now=NOW
    )

    assert not problems
    assert (state(site).verdict, state(site).check_on) == (None, date(2026, 6, 28))
    assert settle(site, date(2026, 6, 27), NOW) == ()
    settle(site, date(2026, 6, 28), NOW)
    outcomes = [one.event.check_on for one in state(site).remarks if isinstance(one.event, DecisionClosed)]
    assert outcomes == [date(2026, 6, 21), date(2026, 6, 28)]
    assert closeout_record(site, LOCAL_PERSON) == (Record("CRO", not_met=1, extended=1),)


@pytest.mark.parametrize(
    ("check_on", "reason", "field"),
    [
        (date(2026, 6, 28), " ", "reason"),
        (date(2026, 6, 21), "Late", "check_on"),
        (date(2026, 5, 1), "Late", "check_on"),
    ],
)
def test_an_extension_needs_a_reason_and_a_later_day(site, check_on, reason, field):
    subject = decided(site, date(2026, 6, 21))

    problems = extend(site, LOCAL_PERSON, subject, check_on, reason, version=1, idempotency_key="form", now=NOW)

    assert [problem.column for problem in problems] == [field]
    assert state(site).check_on == date(2026, 6, 21)


def test_a_verdict_that_came_meanwhile_is_not_extended_away_unseen(site):
    subject = decided(site, date(2026, 6, 21))
    settle(site, date(2026, 6, 28), NOW)

    (problem,) = extend(
        site, LOCAL_PERSON, subject, date(2026, 7, 5), "Late", version=1, idempotency_key="form", now=NOW
    )

    assert "changed meanwhile" in problem.message


def test_met_is_closed(site):
    subject = decided(site, date(2026, 6, 14))
    settle(site, date(2026, 6, 21), NOW)

    (problem,) = extend(
        site, LOCAL_PERSON, subject, date(2026, 7, 5), "More", version=2, idempotency_key="form", now=NOW
    )
    assert "met" in problem.message


def test_no_event_of_a_person_carries_an_outcome(site):
    """Nobody marks a decision successful by hand: only the clockwork's event has a field for it."""
    carriers = [kind for kind in get_args(AnyCloseoutEvent) if "outcome" in kind.model_fields]
    subject = decided(site, date(2026, 6, 21))

    comment(site, LOCAL_PERSON, subject, "It worked!", idempotency_key="c", now=NOW)

    assert carriers == [DecisionClosed]
    assert state(site).verdict is None


def test_who_may_not_is_refused(site):
    subject = decided(site, date(2026, 6, 21))
    kim = Person("kim", "Kim", frozenset({"kpi_owner"}))
    with pytest.raises(Denied):
        extend(site, kim, subject, date(2026, 7, 5), "Late", version=1, idempotency_key="f", now=NOW)
    with pytest.raises(Denied):
        comment(site, Person("vik", "Vik", frozenset({"viewer"})), subject, "x", idempotency_key="f", now=NOW)


def test_the_record_counts_each_decision_once_by_its_owner(site):
    decided(site, date(2026, 6, 14), subject="decision/met")
    decided(site, date(2026, 6, 21), subject="decision/not-met")
    decided(site, date(2026, 6, 14), subject="decision/none", target=None, owner="CFO")
    decided(site, date(2026, 12, 31), subject="decision/later", owner="CFO")
    settle(site, date(2026, 6, 28), NOW)

    assert closeout_record(site, LOCAL_PERSON) == (
        Record("CFO", not_evaluable=1, waiting=1),
        Record("CRO", met=1, not_met=1),
    )
