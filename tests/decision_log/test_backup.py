"""Backups: taken while people write, whole, and put back only where they are sound and nothing else is."""

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta

import pytest

from decision_log.backup import inspect_copy
from decision_log.commands import run
from decision_log.credentials import Credentials
from decision_log.database import Database
from decision_log.drafts import Drafts
from decision_log.log import DecisionLog
from decision_log.sessions import Sessions

from .conftest import new_database
from .test_failures import NOW, adding


@pytest.fixture
def backup(tmp_path):
    return tmp_path / "backups" / "monday.sqlite3"


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request, tmp_path):
    return str(tmp_path / "restored" / "log.sqlite3") if request.param == "sqlite" else new_database(request)


def test_a_backup_comes_back_whole_and_nobody_is_signed_in(place, target, backup, capsys):
    database = Database.open(place)
    log = DecisionLog(database)
    for number in (1, 2):
        log.add(adding(number), "robin", NOW)
    Drafts(database).keep("robin", "decision/x", {"why": "typed"}, NOW)
    Credentials(database).put("robin", "hash", NOW, temporary=False)
    _, ticket = Sessions(database).offer("robin", "password", NOW)
    token = Sessions(database).redeem(ticket, "::1", NOW)

    assert run(["backup", "--database", str(place), "--to", str(backup)]) == 0
    log.add(adding(3), "robin", NOW)
    assert run(["restore", str(backup), "--into", target]) == 0
    assert f"2 entries, chain intact, checkpoint 2:{log.root(2)}" in capsys.readouterr().out

    restored = Database.open(target)
    assert DecisionLog(restored).head == (2, log.root(2))
    assert Drafts(restored).of("robin", "decision/x") == {"why": "typed"}
    assert Credentials(restored).of("robin").hash == "hash"
    assert Sessions(restored).of_token(token, NOW + timedelta(minutes=1)) is None
    assert DecisionLog(restored).add(adding(3), "robin", NOW)[0].seq == 3
    assert backup.stat().st_mode & 0o777 == 0o600


def test_others_on_the_machine_read_neither_the_workspace_nor_an_export(tmp_path):
    database = tmp_path / "workspace" / "decisions.sqlite3"
    DecisionLog(Database.open(database)).add(adding(1), "robin", NOW)

    for name in ("log.csv", "log.jsonl"):
        assert run(["export", "--database", str(database), "--to", str(tmp_path / name)]) == 0
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert database.parent.stat().st_mode & 0o077 == 0


def test_a_backup_of_a_log_in_use_is_one_moment_of_it(place, backup):
    database = Database.open(place)
    stop = threading.Event()

    def write() -> None:
        log, number = DecisionLog(Database.open(place)), 0
        while not stop.is_set():
            number += 1
            log.add(adding(number), "robin", NOW)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            assert run(["backup", "--database", str(place), "--to", str(backup.with_suffix(f".{number}"))]) == 0
    finally:
        stop.set()
        writer.join()
    found = inspect_copy(backup.with_suffix(".2")).checkpoint
    assert found.root == DecisionLog(database).root(found.size)


def test_nothing_is_overwritten(place, target, backup, capsys):
    log = DecisionLog(Database.open(place))
    log.add(adding(1), "robin", NOW)
    assert run(["backup", "--database", str(place), "--to", str(backup)]) == 0
    assert run(["backup", "--database", str(place), "--to", str(backup)]) == 1
    assert run(["restore", str(backup), "--into", target]) == 0
    assert run(["restore", str(backup), "--into", target]) == 1
    assert "already" in capsys.readouterr().out
    assert DecisionLog(Database.open(target)).size == 1


def test_a_backup_that_is_not_sound_is_not_put_back(tmp_path, target, backup, capsys):
    place = tmp_path / "log.sqlite3"
    log = DecisionLog(Database.open(place))
    log.add(adding(1), "robin", NOW)
    assert run(["backup", "--database", str(place), "--to", str(backup)]) == 0
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute("UPDATE entries SET by = 'kim'")

    assert run(["restore", str(backup), "--into", target]) == 1
    assert "entry 1 is bad" in capsys.readouterr().out
    assert sorted(one.name for one in backup.parent.iterdir()) == ["monday.sqlite3"]


def test_the_doctor_finds_nothing_wrong(place, capsys):
    DecisionLog(Database.open(place)).add(adding(1), "robin", NOW)
    assert run(["doctor", "--database", str(place)]) == 0
    assert "1 entries, 2026-07-06T14:30 to 2026-07-06T14:30 UTC, chain intact" in capsys.readouterr().out


def test_the_doctor_says_what_is_wrong(tmp_path, capsys):
    place = tmp_path / "log.sqlite3"
    DecisionLog(Database.open(place)).add(adding(1), "robin", NOW)
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("DROP TRIGGER entries_no_delete")
        connection.execute("DELETE FROM entries")
    place.chmod(0o644)

    assert run(["doctor", "--database", str(place)]) == 1
    bad = [line for line in capsys.readouterr().out.splitlines() if line.startswith("BAD")]
    assert [line.partition(":")[0] for line in bad] == [
        "BAD who may read the file",
        "BAD triggers that let the log only grow",
        "BAD log",
    ]
