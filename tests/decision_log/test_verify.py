"""Whatever is done to the log behind the program's back is found, in a database and in an export."""

import csv
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text

from decision_log.chain import Checkpoint, Line, verify
from decision_log.commands import run
from decision_log.culture import MetricChosen
from decision_log.database import Database
from decision_log.entry import GENESIS, Addition, chained
from decision_log.export import write_jsonl
from decision_log.log import DecisionLog
from decision_log.schema import entries
from decision_log.source import lines_of

from .conftest import new_database

NOW = datetime(2026, 7, 6, 14, 30, tzinfo=UTC)
SIZE = 12
EARLIER = 9
"""The checkpoint was taken when the log had so many entries."""


def rechained(lines: list[Line]) -> list[Line]:
    """The lines as a forger would write them who knows how hashes are made."""
    made, previous = [], GENESIS
    for seq, line in enumerate(lines, 1):
        hash_ = chained(previous, seq, line.at, line.by, line.subject, line.version, line.key, line.body)
        made.append(line._replace(seq=seq, previous=previous, hash=hash_))
        previous = hash_
    return made


def edited(line: Line) -> Line:
    return line._replace(body=line.body.replace("why 5", "why not"))


def renumbered(lines: list[Line], start: int) -> list[Line]:
    return [line._replace(seq=seq) for seq, line in enumerate(lines, start)]


FORGED = Line(0, NOW.isoformat(), "mallory", "culture/forged", 1, "forged", "{}", GENESIS, "0" * 64)

# What was done to entries 1 to 12, and the number that must be named.
TAMPERINGS = {
    "edit": (lambda log: [*log[:4], edited(log[4]), *log[5:]], 5),
    "delete": (lambda log: [*log[:4], *log[5:]], 5),
    "insert": (lambda log: [*log[:4], FORGED._replace(seq=5), *renumbered(log[4:], 6)], 5),
    "reorder": (lambda log: [*log[:4], *renumbered([log[5], log[4]], 5), *log[6:]], 5),
    "renumber": (lambda log: [*log[:4], *renumbered(log[5:], 5)], 5),
    "truncate": (lambda log: log[:7], 8),
    "roll back to an old copy": (lambda log: rechained([*log[:7], *others(5)]), EARLIER),
    "replace all, hashes recomputed": (lambda log: rechained(others(SIZE)), EARLIER),
    "edit one, hashes recomputed": (lambda log: rechained([*log[:4], edited(log[4]), *log[5:]]), EARLIER),
}


def others(count: int) -> list[Line]:
    return [FORGED._replace(subject=f"culture/x{n}", key=f"other {n}") for n in range(count)]


@pytest.fixture(scope="module")
def lines(tmp_path_factory) -> list[Line]:
    database = Database.open(tmp_path_factory.mktemp("log") / "log.sqlite3")
    log = DecisionLog(database)
    for number in range(1, SIZE + 1):
        log.add([adding(number)], "robin", NOW)
    return list(lines_of(database))


def adding(number: int, why: str = "") -> Addition:
    event = MetricChosen(week=NOW.date(), kpi="win_rate", why=why or f"why {number}")
    return Addition(f"culture/{number}", event, f"key {number}")


@pytest.fixture(params=["export", "sqlite", "postgresql"])
def kept(request, tmp_path):
    """Puts lines, whatever is wrong with them, into a place and gives the words that name it to the command."""

    def keep(lines: list[Line]) -> list[str]:
        if request.param == "export":
            write_jsonl(lines, tmp_path / "log.jsonl")
            return ["--export", str(tmp_path / "log.jsonl")]
        place = new_database(request) if request.param == "postgresql" else str(tmp_path / "log.sqlite3")
        database = Database.open(place)
        with database.writes.begin() as connection:
            disarm(connection)
            connection.execute(insert(entries), [line._asdict() for line in lines])
        database.close()
        return ["--database", place]

    return keep


def disarm(connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE entries DISABLE TRIGGER USER"))
    else:
        for verb in ("update", "delete", "insert"):
            connection.execute(text(f"DROP TRIGGER entries_no_{verb}"))


def checkpoint(lines: list[Line]) -> str:
    return f"{EARLIER}:{lines[EARLIER - 1].hash}"


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_a_tampering_is_found_and_its_first_entry_named(lines, kept, capsys, tampering):
    done, first_bad = TAMPERINGS[tampering]
    place = kept(done(lines))

    assert run(["verify", *place, "--checkpoint", checkpoint(lines)]) == 1
    assert f"entry {first_bad} is bad: " in capsys.readouterr().out


def test_what_nobody_touched_is_sound(lines, kept, capsys):
    assert run(["verify", *kept(lines), "--checkpoint", checkpoint(lines)]) == 0
    assert f"12 entries, chain intact, checkpoint 12:{lines[-1].hash}" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["{}:{}", "{} · {}", "{} entries, root {}", "log checkpoint {} · {}"])
def test_checkpoints_are_read_as_they_are_printed(form):
    assert Checkpoint.parse(form.format(86, "78c52cbe71c95f19")) == Checkpoint(86, "78c52cbe71c95f19")


@pytest.mark.parametrize("text", ["", "86", "86:78c52cbe", "86:78c52cbe71c95f1g", ":78c52cbe71c95f19"])
def test_what_is_no_checkpoint_is_refused(text):
    assert Checkpoint.parse(text) is None


def test_memos_and_packets_hold_the_log_to_what_they_carry(lines):
    carried = json.dumps({"log_size": 3, "log_hash": lines[2].hash})
    log = rechained([*lines[:5], lines[5]._replace(body=carried), *lines[6:]])
    assert verify(log).bad is None

    forged = rechained([edited(lines[0])._replace(body="{}"), *log[1:]])
    assert verify(forged).bad == 6


def test_a_damaged_export_is_named_by_its_entry(lines, tmp_path, capsys):
    write_jsonl(lines, tmp_path / "log.jsonl")
    text_lines = (tmp_path / "log.jsonl").read_text().splitlines()
    text_lines[3] = text_lines[3][:50]
    (tmp_path / "log.jsonl").write_text("\n".join(text_lines))

    assert run(["verify", "--export", str(tmp_path / "log.jsonl")]) == 1
    assert "entry 4 is bad: it cannot be read as an entry" in capsys.readouterr().out


def test_a_spreadsheet_runs_no_formula_and_keeps_numbers(place, tmp_path):
    log = DecisionLog(Database.open(place))
    log.add([Addition("culture/1", adding(1).event, "=HYPERLINK(1)")], "@robin", NOW)

    assert run(["export", "--database", str(place), "--to", str(tmp_path / "log.csv")]) == 0

    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["key"], row["by"], row["seq"]) == ("'=HYPERLINK(1)", "'@robin", "1")


def test_an_export_has_to_say_how_it_is_written(place, tmp_path):
    Database.open(place).close()
    assert run(["export", "--database", str(place), "--to", str(tmp_path / "log.txt")]) == 2
