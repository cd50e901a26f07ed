"""Drafts: what somebody has typed into a form and not sent yet. They change and go; the log never sees them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Column, String, Table, Text, delete, select

from .database import Database
from .entry import moment
from .schema import metadata

drafts = Table(
    "drafts",
    metadata,
    Column("person", String(200), primary_key=True),
    Column("subject", String(500), primary_key=True),
    Column("saved_at", String(32), nullable=False),
    Column("body", Text, nullable=False),
)


class Drafts:
    """One draft for each person and subject, so that a reload or another page loses nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, person: str, subject: str) -> dict[str, Any]:
        """The fields of a draft; none where there is no draft."""
        statement = select(drafts.c.body).where(_named(person, subject))
        with self._database.reads.begin() as connection:
            body = connection.execute(statement).scalar()
        found: dict[str, Any] = json.loads(body) if body else {}
        return found

    def keep(self, person: str, subject: str, fields: dict[str, Any], at: datetime) -> None:
        """Put these fields, which JSON can hold, in the place of those before."""
        row = {"person": person, "subject": subject, "saved_at": moment(at), "body": json.dumps(fields)}
        with self._database.writes.begin() as connection:
            connection.execute(delete(drafts).where(_named(person, subject)))
            connection.execute(drafts.insert().values(row))

    def drop(self, person: str, subject: str) -> None:
        """It was sent, or is not wanted any more."""
        with self._database.writes.begin() as connection:
            connection.execute(delete(drafts).where(_named(person, subject)))


def _named(person: str, subject: str) -> Any:
    return (drafts.c.person == person) & (drafts.c.subject == subject)
