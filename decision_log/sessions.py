"""Sessions: a ticket, changed once for a token, that stands for a person until it is idle, old or ended."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, select, update

from .access_schema import sessions
from .database import Database
from .entry import moment
from .failure import NotSaved

TICKET_LIFE = timedelta(minutes=1)
IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=12)
_NOTED_EVERY = timedelta(minutes=1)  # one write a minute and session is enough to know who is idle


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in: `how` is the way in ("password", "demo", "oidc"), `address` where from."""

    id: str
    person: str
    how: str
    began_at: datetime
    seen_at: datetime
    address: str


class Sessions:
    """Who is signed in. A session is a row that is neither ended, idle nor old; nothing sweeps them up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offer(self, person: str, how: str, at: datetime) -> tuple[str, str]:
        """A new session's id, and the ticket that opens it within a minute, once."""
        id_, ticket = secrets.token_hex(8), secrets.token_urlsafe(32)
        when = moment(at)
        row = {"id": id_, "person": person, "how": how, "ticket": _hashed(ticket), "token": None}
        times = {"began_at": when, "seen_at": when, "address": "", "ended_at": None, "ended_why": ""}
        with self._database.writes.begin() as connection:
            connection.execute(sessions.insert().values(row | times))
        return id_, ticket

    def redeem(self, ticket: str, address: str, at: datetime) -> str | None:
        """The token for a ticket; None if the ticket is unknown, used or too old."""
        token = secrets.token_urlsafe(32)
        unused = (
            (sessions.c.ticket == _hashed(ticket))
            & sessions.c.ended_at.is_(None)
            & (sessions.c.began_at > moment(at - TICKET_LIFE))
        )
        opened = {"ticket": None, "token": _hashed(token), "seen_at": moment(at), "address": address[:100]}
        with self._database.writes.begin() as connection:
            found = connection.execute(update(sessions).where(unused).values(opened)).rowcount
        return token if found else None

    def of_token(self, token: str, at: datetime) -> Session | None:
        """The session a token stands for; None when it is unknown, ended, idle or old."""
        with self._database.reads.begin() as connection:
            row = connection.execute(_OF_TOKEN, {"hashed": _hashed(token), **_limits(at)}).first()
        return None if row is None else _session(row)

    def noticed(self, session: Session, at: datetime) -> None:
        """Its person has just done something."""
        if at - session.seen_at >= _NOTED_EVERY:
            with suppress(NotSaved):  # a locked database must not take a half-filled form from anybody
                self._change(sessions.c.id == session.id, {"seen_at": moment(at)})

    def live(self, at: datetime) -> tuple[Session, ...]:
        """Everybody who is signed in, who came last first."""
        with self._database.reads.begin() as connection:
            return tuple(map(_session, connection.execute(_ALL_LIVE, _limits(at))))

    def end(self, id_: str, why: str, at: datetime) -> None:
        """End one session; ended ones stay as they are."""
        self._change(
            (sessions.c.id == id_) & sessions.c.ended_at.is_(None),
            {"ended_at": moment(at), "ended_why": why, "ticket": None},
        )

    def end_all_of(self, person: str, why: str, at: datetime) -> None:
        """End every session of a person, tickets not yet used included."""
        self._change(
            (sessions.c.person == person) & sessions.c.ended_at.is_(None),
            {"ended_at": moment(at), "ended_why": why, "ticket": None},
        )

    def _change(self, condition: ColumnElement[bool], values: dict[str, str | None]) -> None:
        with self._database.writes.begin() as connection:
            connection.execute(update(sessions).where(condition).values(values))


def _limits(at: datetime) -> dict[str, str]:
    """What a session that is live now was seen and begun after. Moments have one spelling: text compares like time."""
    return {"seen_after": moment(at - IDLE), "began_after": moment(at - LIFE)}


# Every click asks for these; made once, because making them costs more than asking.
_IS_LIVE = (
    sessions.c.token.is_not(None)
    & sessions.c.ended_at.is_(None)
    & (sessions.c.seen_at > bindparam("seen_after"))
    & (sessions.c.began_at > bindparam("began_after"))
)
_OF_TOKEN = select(sessions).where((sessions.c.token == bindparam("hashed")) & _IS_LIVE)
_ALL_LIVE = select(sessions).where(_IS_LIVE).order_by(sessions.c.began_at.desc())


def _hashed(secret: str) -> str:
    """Secrets of 256 random bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _session(row: Row[Any]) -> Session:
    seen, began = datetime.fromisoformat(row.seen_at), datetime.fromisoformat(row.began_at)
    return Session(row.id, row.person, row.how, began, seen, row.address)
