"""Databases of every age come to the same shape, whole or not at all."""

import json
import os
import random
import shutil
import signal
import sqlite3
import time
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import decision_log.access_schema
import decision_log.drafts
from benchmarks.log.deeds import in_child
from decision_log import migrate
from decision_log.action import actions
from decision_log.database import Database
from decision_log.decision import decisions
from decision_log.log import DecisionLog
from decision_log.schema import metadata

FIRST_RELEASE = """
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, idempotency_key VARCHAR(64) NOT NULL UNIQUE, decided_at DATETIME NOT NULL,
    card_key VARCHAR(400) NOT NULL UNIQUE, kpi VARCHAR(100) NOT NULL, dimension VARCHAR(100) NOT NULL,
    slice VARCHAR(300) NOT NULL, rule VARCHAR(100) NOT NULL, period_end DATE NOT NULL, context TEXT NOT NULL,
    facts JSON NOT NULL, decided_on DATE NOT NULL, forum VARCHAR(200) NOT NULL, decision_owner VARCHAR(200) NOT NULL,
    action VARCHAR(20) NOT NULL, action_text TEXT NOT NULL, why TEXT NOT NULL, rejected_options TEXT NOT NULL,
    assignee VARCHAR(200) NOT NULL, due_on DATE NOT NULL, expected_impact TEXT NOT NULL, impact_by DATE NOT NULL,
    metric_kpi VARCHAR(100) NOT NULL, metric_dimension VARCHAR(100) NOT NULL, metric_slice VARCHAR(300) NOT NULL,
    metric_target FLOAT, check_on DATE NOT NULL, closeout_criteria TEXT NOT NULL, link TEXT NOT NULL,
    decided_by VARCHAR(200) NOT NULL)
"""


@pytest.fixture
def first_release(tmp_path):
    path = tmp_path / "decisions.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute(FIRST_RELEASE)
        for number in (1, 2):
            row = (
                number, f"form-{number}", "2026-07-06 14:30:00.000000", f"win_rate|c{number}", "win_rate", "(all)",
                "(all)", "bands", "2026-07-05", "Win rate 17 %", json.dumps({"value": 0.17, "status": "red"}),
                "2026-07-06", "Weekly", "CRO", "investigate", "Loss review", f"why {number}", "", "Kim", "2026-07-10",
                "Back above 20 %", "2026-08-03", "win_rate", "(all)", "(all)", 0.2, "2026-08-03", "At or above", "",
                "Robin",
            )  # fmt: skip
            connection.execute(f"INSERT INTO decisions VALUES ({','.join('?' * 30)})", row)
    connection.close()
    return path


def test_a_fresh_database_has_the_tables_that_the_program_uses(database):
    assert decision_log.access_schema and decision_log.drafts  # what they declare counts
    with database.reads.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_migration_is_the_one_that_is_looked_for():
    config = Config()
    config.set_main_option("script_location", "decision_log/migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.NEWEST


def test_decisions_of_the_first_release_are_carried_over(first_release):
    log = DecisionLog(Database.open(first_release))

    second, first = decisions(log.stream("decision"))
    (_, action) = actions(log.stream("action"))

    assert (first.taken.why, first.decided_by, first.taken.breach) == ("why 1", "Robin", "red")
    assert first.decided_at.isoformat() == "2026-07-06T14:30:00+00:00"
    assert second.taken.why == "why 2"
    assert (action.created.assignee, str(action.due_on)) == ("Kim", "2026-07-10")
    assert DecisionLog(Database.open(first_release)).size == 4


def test_a_migration_that_is_cut_short_leaves_everything_as_it_was(first_release, monkeypatch):
    def cut(*_):
        raise KeyboardInterrupt

    before = first_release.read_bytes()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("decision_log.entry.chained", cut)
        Database.open(first_release)
    with sqlite3.connect(first_release) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    assert tables == {"decisions", "sqlite_sequence"}
    assert len(first_release.read_bytes()) == len(before)
    assert DecisionLog(Database.open(first_release)).size == 4


@pytest.mark.parametrize("times", [4, pytest.param(100, marks=pytest.mark.all)])
def test_a_migration_that_is_killed_is_made_whole_by_the_next_start(first_release, tmp_path, times):
    Database.open(tmp_path / "first.sqlite3").close()  # what is imported once is imported now
    chance, whole = random.Random(7), 0
    for number in range(times):
        path = tmp_path / f"{number}" / "decisions.sqlite3"
        path.parent.mkdir()
        shutil.copy(first_release, path)
        pid = in_child(lambda path=path: Database.open(path))
        time.sleep(chance.uniform(0, 0.4))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with closing(sqlite3.connect(path)) as left:
            found = {name for (name,) in left.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        whole += "entries" in found
        assert ("entries" in found) == ("guesses" in found) == ("alembic_version" in found)
        assert DecisionLog(Database.open(path)).size == 4
    print(f"{times} kills, {whole} of them after the migration")


def test_a_database_of_a_later_version_is_left_alone(database, place):
    with database.writes.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RuntimeError, match="update the program"):
        Database.open(place)
