"""Passwords as their hashes, and a count of guesses that survives a restart."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, delete, func, select

from .access_schema import credentials, guesses
from .database import Database
from .entry import moment

GUESSES_AT_A_NAME = 5
"""An account has two names, its id and its mail address: 10 guesses. Counted together, one would tell of the other."""
GUESSES_FROM_AN_ADDRESS = 50
WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Credential:
    """The hash of a password; a temporary one only serves to choose another."""

    hash: str
    temporary: bool


class Credentials:
    """Who can prove who they are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, person: str) -> Credential | None:
        """The person's password, if they have one."""
        with self._database.reads.begin() as connection:
            row = connection.execute(select(credentials).where(credentials.c.person == person)).first()
        return None if row is None else Credential(row.hash, bool(row.temporary))

    def put(self, person: str, hash_: str, at: datetime, *, temporary: bool) -> None:
        """Replace the person's password."""
        row = {"person": person, "hash": hash_, "set_at": moment(at), "temporary": int(temporary)}
        with self._database.writes.begin() as connection:
            connection.execute(delete(credentials).where(credentials.c.person == person))
            connection.execute(credentials.insert().values(row))

    def guess(self, account: str, address: str, at: datetime) -> timedelta | None:
        """Count a guess before it is checked; the time to wait instead, if there were too many already.

        It is counted and compared in one transaction, so that guesses at once do not slip through together.
        """
        account, since = _named(account), moment(at - WINDOW)
        with self._database.writes.begin() as connection:
            connection.execute(delete(guesses).where(guesses.c.at <= since))
            waits = (
                _wait(connection, guesses.c.account, account, GUESSES_AT_A_NAME, at),
                _wait(connection, guesses.c.address, address[:100], GUESSES_FROM_AN_ADDRESS, at),
            )
            if any(waits):
                return max(wait for wait in waits if wait)
            connection.execute(guesses.insert().values(account=account, address=address[:100], at=moment(at)))
        return None

    def forget_guesses(self, account: str) -> None:
        """The right password came: what was guessed before it does not count."""
        with self._database.writes.begin() as connection:
            connection.execute(delete(guesses).where(guesses.c.account == _named(account)))


def _wait(connection: Connection, column: Column[str], value: str, most: int, at: datetime) -> timedelta | None:
    """How long until the oldest of too many guesses no longer counts."""
    found = connection.execute(select(func.count(), func.min(guesses.c.at)).where(column == value)).one()
    return datetime.fromisoformat(found[1]) + WINDOW - at if found[0] >= most else None


def _named(account: str) -> str:
    """People type passwords into the wrong field; what was typed is not kept."""
    return hashlib.sha256(account.strip().casefold().encode()).hexdigest()
