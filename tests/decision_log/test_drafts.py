"""Drafts: kept by person and subject, over a restart, until they are sent."""

from datetime import UTC, datetime

from decision_log.database import Database
from decision_log.drafts import Drafts

NOW = datetime(2026, 7, 6, 14, 30, tzinfo=UTC)


def test_a_draft_outlives_a_restart_and_belongs_to_one_person(tmp_path):
    path = tmp_path / "log.sqlite3"
    database = Database.open(path)
    Drafts(database).keep("hugo", "proposal/x", {"narrative": "Half"}, NOW)
    Drafts(database).keep("hugo", "proposal/x", {"narrative": "Half of it"}, NOW)
    database.close()

    again = Drafts(Database.open(path))

    assert again.of("hugo", "proposal/x") == {"narrative": "Half of it"}
    assert again.of("dana", "proposal/x") == again.of("hugo", "proposal/y") == {}


def test_a_sent_draft_is_gone(tmp_path):
    kept = Drafts(Database.open(tmp_path / "log.sqlite3"))
    kept.keep("hugo", "x", {"a": 1}, NOW)
    kept.drop("hugo", "x")

    assert kept.of("hugo", "x") == {}
