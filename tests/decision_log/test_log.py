"""The log: kept after a restart, never doubled, never changed, chained."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from decision_log.database import Database
from decision_log.decision import DecisionTaken, decisions, subject_of
from decision_log.entry import GENESIS, Addition, Conflict, body, chained, moment
from decision_log.log import DecisionLog

from .conftest import new_database

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


def open_log(place) -> DecisionLog:
    return DecisionLog(Database.open(place))


def adding(key="form-1", card=CARD, version: int | None = 1, **changes) -> Addition:
    return Addition(subject_of(card), TAKEN.model_copy(update={"card_key": card, **changes}), key, version)


def test_an_entry_is_there_after_a_restart(place):
    log = open_log(place)
    log.add([adding()], "robin", NOW)
    log.close()

    (found,) = decisions(open_log(place).stream("decision"))

    assert (found.taken, found.decided_at, found.decided_by) == (TAKEN, NOW, "robin")


def test_a_retry_returns_the_first_entry(place):
    log = open_log(place)
    first = log.add([adding()], "robin", NOW)

    assert log.add([adding()], "robin", NOW.replace(hour=20)) == first
    assert log.size == 1


def test_a_second_writer_to_the_same_place_is_refused(place):
    log = open_log(place)
    (first,) = log.add([adding()], "robin", NOW)

    with pytest.raises(Conflict) as refusal:
        log.add([adding("form-2", why="another")], "kim", NOW)

    assert refusal.value.standing == (first,)
    assert log.of(first.subject) == (first,)


def test_all_are_added_or_none(place):
    log = open_log(place)
    log.add([adding()], "robin", NOW)

    with pytest.raises(Conflict):
        log.add([adding("form-2", "other card"), adding("form-3")], "kim", NOW)

    assert log.size == 1


def test_without_an_expected_version_the_next_place_is_taken(place):
    log = open_log(place)
    entries = [log.add([adding(f"f{n}", version=None)], "robin", NOW)[0] for n in range(3)]

    assert [entry.version for entry in entries] == [1, 2, 3]


INSERT = "INTO entries SELECT {}, at, by, {}, version, {}, body, previous, hash FROM entries"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = 'edited'",
        "DELETE FROM entries",
        "INSERT " + INSERT.format("seq + 2", "'other'", "'other'"),
        "INSERT " + INSERT.format("seq + 1", "'other'", "'other'"),
    ],
)
def test_the_database_refuses_to_edit_or_delete_or_to_add_out_of_turn(place, statement):
    open_log(place).add([adding()], "robin", NOW)

    database = Database.open(place)
    with pytest.raises(IntegrityError, match="only grows"), database.writes.begin() as outside:
        outside.execute(text(statement))

    assert decisions(open_log(place).stream("decision"))[0].taken == TAKEN


def test_newest_comes_first_and_numbers_stay(place):
    log = open_log(place)
    for number in range(3):
        log.add([adding(f"f{number}", f"c{number}")], "robin", NOW)
    log.add([adding("again", "c0", version=2, why="corrected")], "robin", NOW)

    found = decisions(log.stream("decision"))

    assert [(one.number, one.taken.card_key) for one in found] == [(3, "c2"), (2, "c1"), (1, "c0")]
    assert found[-1].taken.why == "corrected"
    assert [version.taken.why for version in found[-1].versions] == [TAKEN.why, "corrected"]


def test_a_moment_without_time_zone_is_refused(place):
    with pytest.raises(ValueError, match="time zone"):
        open_log(place).add([adding()], "robin", NOW.replace(tzinfo=None))


def test_writers_at_once_are_all_acknowledged_and_chained(place):
    logs = [open_log(place) for _ in range(4)]

    def write(number: int) -> int:
        return logs[number % 4].add([adding(f"f{number}", f"c{number}")], "robin", NOW)[0].seq

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(write, range(60)))

    assert sorted(numbers) == list(range(1, 61))
    entries = sorted((e for lines in open_log(place).stream("decision").values() for e in lines), key=lambda e: e.seq)
    assert [entry.previous for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]


def test_a_hash_covers_everything_in_the_entry(place):
    (entry,) = open_log(place).add([adding()], "robin", NOW)
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


def test_what_another_process_added_is_read(place):
    reader, writer = open_log(place), open_log(place)
    assert reader.size == 0
    writer.add([adding()], "robin", NOW)

    assert reader.size == 1


def test_an_insert_that_would_replace_is_refused(tmp_path):
    path = tmp_path / "log.sqlite3"
    open_log(path).add([adding()], "robin", NOW)
    statement = "INSERT OR REPLACE " + INSERT.format("seq", "subject", "key")

    with pytest.raises(sqlite3.IntegrityError, match="only grows"), sqlite3.connect(path) as outside:
        outside.execute(statement)


def test_the_file_is_durable_by_its_settings(tmp_path):
    database = Database.open(tmp_path / "log.sqlite3")
    with database.writes.begin() as connection:
        settings = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]

    assert settings == ["wal", 2]


def test_a_commit_on_a_server_waits_for_its_disk(request):
    database = Database.open(new_database(request))
    with database.writes.begin() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
