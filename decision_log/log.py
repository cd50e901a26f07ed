"""The log: adding entries, all or none, and reading them back in order."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from .database import Database
from .entry import GENESIS, Addition, Conflict, Entry, body, chained, moment
from .events import parse
from .schema import entries


class DecisionLog:
    """What happened, in order. It only grows, so what has been read once is kept in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = threading.Lock()
        self._known: list[Entry] = []
        self._by_subject: dict[str, list[Entry]] = {}
        self._by_stream: dict[str, list[Entry]] = {}

    def add(self, additions: Sequence[Addition], by: str, at: datetime) -> tuple[Entry, ...]:
        """Add all of them in one transaction; returns their entries once they are committed to disk.

        An addition whose key the log already has is the entry it was then, and is not written again.

        Raises:
            Conflict: the subject of an addition with an expected version has been written to by others.
        """
        when = moment(at)
        with self._database.writes.begin() as connection:
            known = _by_key(connection, [one.key for one in additions])
            row = connection.execute(select(entries).order_by(entries.c.seq.desc()).limit(1)).first()
            seq, previous = (0, GENESIS) if row is None else (row.seq, row.hash)
            for one in additions:
                if one.key in known:
                    continue
                seq, version = seq + 1, self._place(connection, one)
                text = body(one.event)
                hash_ = chained(previous, seq, when, by, one.subject, version, one.key, text)
                values = (seq, when, by, one.subject, version, one.key, text, previous, hash_)
                connection.execute(entries.insert().values(values))
                known.add(one.key)
                previous = hash_
        by_key = {entry.key: entry for subject in {one.subject for one in additions} for entry in self.of(subject)}
        return tuple(by_key[one.key] for one in additions)

    def of(self, subject: str) -> tuple[Entry, ...]:
        """The entries of one subject, oldest first."""
        with self._reading:
            self._catch_up()
            return tuple(self._by_subject.get(subject, ()))

    def stream(self, name: str, up_to: int | None = None) -> dict[str, tuple[Entry, ...]]:
        """The entries of every subject of a stream, oldest first; those after number `up_to` left out."""
        with self._reading:
            self._catch_up()
            found: dict[str, list[Entry]] = {}
            for entry in self._by_stream.get(name, ()):
                if up_to is None or entry.seq <= up_to:
                    found.setdefault(entry.subject, []).append(entry)
        return {subject: tuple(lines) for subject, lines in found.items()}

    @property
    def size(self) -> int:
        """How many entries there are."""
        with self._reading:
            self._catch_up()
            return len(self._known)

    @property
    def head(self) -> tuple[int, str]:
        """How many entries there are, and the hash of the last one: a checkpoint that later readers can hold it to."""
        with self._reading:
            self._catch_up()
            return len(self._known), self._known[-1].hash if self._known else GENESIS

    def root(self, size: int) -> str:
        """The hash of entry number `size`: the head as it was when the log had so many; IndexError if it never had."""
        with self._reading:
            self._catch_up()
            return self._known[size - 1].hash if size else GENESIS

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def _place(self, connection: Connection, one: Addition) -> int:
        """The next version of the subject, held against what the writer expects."""
        taken = select(entries.c.version).where(entries.c.subject == one.subject).order_by(entries.c.version.desc())
        version = (connection.execute(taken.limit(1)).scalar() or 0) + 1
        if one.version is not None and one.version != version:
            raise Conflict(one.subject, self.of(one.subject))
        return version

    def _catch_up(self) -> None:
        """Read what was added since the last look, by whichever process."""
        newer = select(entries).where(entries.c.seq > len(self._known)).order_by(entries.c.seq)
        with self._database.reads.begin() as connection:
            rows = connection.execute(newer).all()
        for entry in map(_entry, rows):
            self._known.append(entry)
            self._by_subject.setdefault(entry.subject, []).append(entry)
            self._by_stream.setdefault(entry.event.stream, []).append(entry)


def _by_key(connection: Connection, keys: Iterable[str]) -> set[str]:
    statement = select(entries.c.key).where(entries.c.key.in_(list(keys)))
    return set(connection.execute(statement).scalars())


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.seq,
        datetime.fromisoformat(row.at),
        row.by,
        row.subject,
        row.version,
        row.key,
        parse(row.body),
        row.previous,
        row.hash,
    )
