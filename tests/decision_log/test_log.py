"""The log: kept after a restart, never doubled, never changed, chained."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from decision_log.database import Database
from decision_log.decision import DecisionTaken, decisions, subject_of
from decision_log.entry import GENESIS, Addition, Conflict, body, chained, moment
from decision_log.log import DecisionLog

NOW = datetime(2026, 7, 6, 14, 30, tzinfo=UTC)
CARD = "win_rate|(all)|(all)|bands|2026-07-05"
TAKEN = DecisionTaken(
    card_key=CARD,
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
    expected_impact="Back above 20 %",
    impact_by=date(2026, 8, 3),
    metric_kpi="win_rate",
    metric_dimension="(all)",
    metric_slice="(all)",
    metric_target=0.2,
    check_on=date(2026, 8, 3),
    closeout_criteria="Win rate at or above 20 %",
    link="https://example.org/review",
)


def open_log(path) -> DecisionLog:
    return DecisionLog(Database.open(path))


def adding(key="form-1", card=CARD, version: int | None = 1, **changes) -> Addition:
    return Addition(subject_of(card), TAKEN.model_copy(update={"card_key": card, **changes}), key, version)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "workspace" / "log.sqlite3"


def test_an_entry_is_there_after_a_restart(path):
    log = open_log(path)
    log.add([adding()], "robin", NOW)
    log.close()

    (found,) = decisions(open_log(path).stream("decision"))

    assert (found.taken, found.decided_at, found.decided_by) == (TAKEN, NOW, "robin")


def test_a_retry_returns_the_first_entry(path):
    log = open_log(path)
    first = log.add([adding()], "robin", NOW)

    assert log.add([adding()], "robin", NOW.replace(hour=20)) == first
    assert log.size == 1


def test_a_second_writer_to_the_same_place_is_refused(path):
    log = open_log(path)
    (first,) = log.add([adding()], "robin", NOW)

    with pytest.raises(Conflict) as refusal:
        log.add([adding("form-2", why="another")], "kim", NOW)

    assert refusal.value.standing == (first,)
    assert log.of(first.subject) == (first,)


def test_all_are_added_or_none(path):
    log = open_log(path)
    log.add([adding()], "robin", NOW)

    with pytest.raises(Conflict):
        log.add([adding("form-2", "other card"), adding("form-3")], "kim", NOW)

    assert log.size == 1


def test_without_an_expected_version_the_next_place_is_taken(path):
    log = open_log(path)
    entries = [log.add([adding(f"f{n}", version=None)], "robin", NOW)[0] for n in range(3)]

    assert [entry.version for entry in entries] == [1, 2, 3]


@pytest.mark.parametrize("statement", ["UPDATE entries SET body = 'edited'", "DELETE FROM entries"])
def test_the_database_refuses_to_edit_or_delete(path, statement):
    open_log(path).add([adding()], "robin", NOW)

    with pytest.raises(IntegrityError, match="only grows"), create_engine(f"sqlite:///{path}").begin() as outside:
        outside.execute(text(statement))

    assert decisions(open_log(path).stream("decision"))[0].taken == TAKEN


def test_newest_comes_first_and_numbers_stay(path):
    log = open_log(path)
    for number in range(3):
        log.add([adding(f"f{number}", f"c{number}")], "robin", NOW)
    log.add([adding("again", "c0", version=2, why="corrected")], "robin", NOW)

    found = decisions(log.stream("decision"))

    assert [(one.number, one.taken.card_key) for one in found] == [(3, "c2"), (2, "c1"), (1, "c0")]
    assert found[-1].taken.why == "corrected"
    assert [version.taken.why for version in found[-1].versions] == [TAKEN.why, "corrected"]


def test_a_moment_without_time_zone_is_refused(path):
    with pytest.raises(ValueError, match="time zone"):
        open_log(path).add([adding()], "robin", NOW.replace(tzinfo=None))


def test_writers_at_once_are_all_acknowledged_and_chained(path):
    logs = [open_log(path) for _ in range(4)]

    def write(number: int) -> int:
        return logs[number % 4].add([adding(f"f{number}", f"c{number}")], "robin", NOW)[0].seq

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(write, range(60)))

    assert sorted(numbers) == list(range(1, 61))
    entries = sorted((e for lines in open_log(path).stream("decision").values() for e in lines), key=lambda e: e.seq)
    assert [entry.previous for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]


def test_a_hash_covers_everything_in_the_entry(path):
    (entry,) = open_log(path).add([adding()], "robin", NOW)
    parts = [
        entry.previous,
        entry.seq,
        moment(entry.at),
        entry.by,
        entry.subject,
        entry.version,
        entry.key,
        body(entry.event),
    ]

    assert chained(*parts) == entry.hash
    for at, part in enumerate(parts):
        changed = [*parts[:at], part + 1 if isinstance(part, int) else part + "x", *parts[at + 1 :]]
        assert chained(*changed) != entry.hash


def test_what_another_process_added_is_read(path):
    reader, writer = open_log(path), open_log(path)
    assert reader.size == 0
    writer.add([adding()], "robin", NOW)

    assert reader.size == 1


def test_the_file_is_durable_by_its_settings(path):
    database = Database.open(path)
    with database.writes.begin() as connection:
        settings = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]

    assert settings == ["wal", 2]
