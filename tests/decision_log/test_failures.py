"""When the database fails: nothing is said to be saved that is not, nothing is saved twice, nothing is mixed up."""

import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from decision_log.culture import MetricChosen
from decision_log.database import Database
from decision_log.drafts import Drafts
from decision_log.entry import Addition
from decision_log.failure import Damaged, LogFailure, NotSaved, OutcomeUnknown
from decision_log.log import DecisionLog

from .test_verify import disarm

NOW = datetime(2026, 7, 6, 14, 30, tzinfo=UTC)


def adding(number: int, why: str = "because") -> list[Addition]:
    event = MetricChosen(week=NOW.date(), kpi="win_rate", why=why)
    return [Addition(f"culture/{number}", event, f"key {number}")]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.sqlite3"


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("decision_log.database._PATIENCE", 0.2)


def test_a_locked_database_saves_nothing_and_says_so(impatient, place):
    database, other = Database.open(place), Database.open(place)
    log = DecisionLog(database)
    with other.writes.begin():
        with pytest.raises(NotSaved, match="lock") as refusal:
            log.add(adding(1), "robin", NOW)
        with pytest.raises(NotSaved, match="lock"):
            Drafts(database).keep("robin", "decision/x", {"why": "because"}, NOW)
        assert log.size == 0
    assert refusal.value.title == "Not saved, your text is kept"

    log.add(adding(1), "robin", NOW)
    assert log.size == 1


def test_a_full_disk_saves_nothing_and_says_so(path):
    database = Database.open(path)
    log = DecisionLog(database)
    log.add(adding(1), "robin", NOW)
    with full(database), pytest.raises(NotSaved, match="disk is full"):
        log.add(adding(2, "because " * 10_000), "robin", NOW)
    assert log.size == 1

    log.add(adding(2, "because " * 10_000), "robin", NOW)
    assert log.size == 2


@contextmanager
def full(database):
    with database.writes.begin() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    yield
    database.writes.dispose()


@contextmanager
def commits_that_fail(database, monkeypatch, *, after: bool, times: int):
    """The database goes away while it commits: before or after the entry was on its disk."""
    dialect, left = database.writes.dialect, [times]
    done = type(dialect).do_commit

    def commit(connection):
        if left[0]:
            left[0] -= 1
            if after:
                done(dialect, connection)
            if dialect.name == "postgresql":
                connection.dbapi_connection.close()
            raise gone()
        return done(dialect, connection)

    with monkeypatch.context() as patched:
        patched.setattr(dialect, "do_commit", commit)
        yield


def gone() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    return error


@pytest.mark.parametrize("after", [True, False])
def test_an_unknown_outcome_settles_itself(place, monkeypatch, after):
    database = Database.open(place)
    log = DecisionLog(database)
    with commits_that_fail(database, monkeypatch, after=after, times=1):
        (entry,) = log.add(adding(1), "robin", NOW)

    assert (entry.seq, log.size) == (1, 1)


@pytest.mark.parametrize("after", [True, False])
def test_an_outcome_that_stays_unknown_is_said_to_be_and_a_retry_settles_it(place, monkeypatch, after):
    database = Database.open(place)
    log = DecisionLog(database)
    with commits_that_fail(database, monkeypatch, after=after, times=2), pytest.raises(OutcomeUnknown) as refusal:
        log.add(adding(1), "robin", NOW)
    assert refusal.value.title == "Perhaps saved, your text is kept"

    log.add(adding(1), "robin", NOW)
    assert log.size == 1


def test_a_database_out_of_reach_is_said_to_be(path):
    with pytest.raises(LogFailure, match="There is no database"):
        Database.look(path)


def test_a_statement_that_is_wrong_is_the_programmers_mistake(place):
    with pytest.raises(Exception, match="nowhere") as mistake, Database.open(place).writes.begin() as connection:
        connection.execute(text("SELECT 1 FROM nowhere"))
    assert not isinstance(mistake.value, LogFailure)


def test_a_log_that_was_cut_under_the_program_is_not_mixed_with_the_new_one(place):
    database = Database.open(place)
    log, other = DecisionLog(database), DecisionLog(Database.open(place))
    for number in range(1, 4):
        log.add(adding(number), "robin", NOW)
    with database.writes.begin() as connection:
        disarm(connection)
        connection.execute(text("DELETE FROM entries WHERE seq > 1"))
    if database.witness is not None:
        database.witness.path.unlink()
    for number in range(4, 8):
        other.add(adding(number), "kim", NOW)

    with pytest.raises(Damaged, match="rolled back or replaced"):
        log.stream("culture")
    with pytest.raises(Damaged, match="rolled back or replaced"):
        log.add(adding(9), "robin", NOW)


def test_a_file_put_in_the_place_of_ours_is_noticed(path):
    log = DecisionLog(Database.open(path))
    log.add(adding(1), "robin", NOW)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(path.with_name("old"))) as copy:
        source.backup(copy)
    log.add(adding(2), "robin", NOW)
    path.with_name("old").replace(path)
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink()

    with pytest.raises(Damaged, match="rolled back or replaced"):
        log.add(adding(3), "robin", NOW)


def test_an_old_copy_is_noticed_at_the_next_start(path):
    log = DecisionLog(Database.open(path))
    log.add(adding(1), "robin", NOW)
    log.close()
    shutil.copy(path, path.with_name("old"))
    log = DecisionLog(Database.open(path))
    log.add(adding(2), "robin", NOW)
    log.close()
    path.with_name("old").replace(path)

    with pytest.raises(Damaged, match="an older or another database"):
        DecisionLog(Database.open(path)).add(adding(3), "robin", NOW)


def test_a_changed_entry_is_neither_shown_nor_written_on(place):
    database = Database.open(place)
    DecisionLog(database).add(adding(1), "robin", NOW)
    with database.writes.begin() as connection:
        disarm(connection)
        connection.execute(text("UPDATE entries SET body = replace(body, 'because', 'whatever')"))

    log = DecisionLog(database)
    for attempt in (lambda: log.size, lambda: log.add(adding(2), "robin", NOW)):
        with pytest.raises(Damaged, match="Entry 1 is bad"):
            attempt()


def test_a_file_that_is_no_database_is_refused_at_the_start(path):
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(Damaged, match="not a database"):
        Database.open(path)
