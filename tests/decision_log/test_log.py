"""The log: kept after a restart, never doubled, never changed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from decision_log.decision import Draft
from decision_log.log import AlreadyDecided, DecisionLog

NOW = datetime(2026, 7, 6, 14, 30, tzinfo=UTC)

DRAFT = Draft(
    idempotency_key="form-1",
    card_key="win_rate|(all)|(all)|bands|2026-07-05",
    kpi="win_rate",
    dimension="(all)",
    slice="(all)",
    rule="bands",
    period_end=date(2026, 7, 5),
    context="Win rate 17 %, red below 20 %",
    facts={"value": 0.17, "limit": 0.2, "snapshot": "abc"},
    decided_on=date(2026, 7, 6),
    forum="Weekly revenue",
    decision_owner="CRO",
    action="investigate",
    action_text="Loss review by segment",
    why="Enterprise losses cluster on price",
    rejected_options="",
    assignee="Dana",
    due_on=date(2026, 7, 10),
    expected_impact="Back above 20 %",
    impact_by=date(2026, 8, 3),
    metric_kpi="win_rate",
    metric_dimension="(all)",
    metric_slice="(all)",
    metric_target=0.2,
    check_on=date(2026, 8, 3),
    closeout_criteria="Win rate at or above 20 %",
    link="https://example.org/review",
    decided_by="Robin",
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "workspace" / "log.sqlite3"


def test_a_decision_is_there_after_a_restart(path):
    log = DecisionLog(path)
    log.record(DRAFT, NOW)
    log.close()

    (found,) = DecisionLog(path).decisions()

    assert (found.draft, found.decided_at) == (DRAFT, NOW)


def test_a_retry_returns_the_first_entry(path):
    log = DecisionLog(path)
    first = log.record(DRAFT, NOW)

    assert log.record(DRAFT, NOW.replace(hour=20)) == first
    assert len(log.decisions()) == 1


def test_a_second_form_for_the_same_card_is_refused(path):
    log = DecisionLog(path)
    first = log.record(DRAFT, NOW)

    with pytest.raises(AlreadyDecided) as refusal:
        log.record(replace(DRAFT, idempotency_key="form-2", why="another"), NOW)

    assert refusal.value.decision == first
    assert log.decisions() == (first,)


@pytest.mark.parametrize("statement", ["UPDATE decisions SET why = 'edited'", "DELETE FROM decisions"])
def test_the_database_refuses_to_edit_or_delete(path, statement):
    DecisionLog(path).record(DRAFT, NOW)

    with pytest.raises(IntegrityError, match="only grows"), create_engine(f"sqlite:///{path}").begin() as outside:
        outside.execute(text(statement))

    assert DecisionLog(path).decisions()[0].draft.why == DRAFT.why


def test_newest_comes_first(path):
    log = DecisionLog(path)
    for number in range(3):
        log.record(replace(DRAFT, idempotency_key=f"f{number}", card_key=f"c{number}"), NOW)

    assert [decision.draft.card_key for decision in log.decisions()] == ["c2", "c1", "c0"]


def test_a_half_written_decision_is_not_logged(path):
    log = DecisionLog(path)

    with pytest.raises(IntegrityError):
        log.record(replace(DRAFT, why=None), NOW)

    assert log.decisions() == ()


def test_a_moment_without_time_zone_is_refused(path):
    with pytest.raises(Exception, match="time zone"):
        DecisionLog(path).record(DRAFT, NOW.replace(tzinfo=None))


def test_writers_at_once_are_all_acknowledged(path):
    logs = [DecisionLog(path) for _ in range(4)]

    def write(number: int) -> int:
        return logs[number % 4].record(replace(DRAFT, idempotency_key=f"f{number}", card_key=f"c{number}"), NOW).id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(write, range(60)))

    assert sorted(ids) == list(range(1, 61))
    assert len(DecisionLog(path).decisions()) == 60


def test_the_file_is_durable_by_its_settings(path):
    log = DecisionLog(path)
    with log._writes.begin() as connection:
        settings = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]

    assert settings == ["wal", 2]
