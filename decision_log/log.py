"""The log: adding entries, all or none, and reading them back in order."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from .chain import Chain, Checkpoint, Line, line_of
from .database import Database
from .entry import GENESIS, Addition, Conflict, Entry, body, chained, moment
from .events import parse
from .failure import REMEDY, Damaged, NotSaved, OutcomeUnknown
from .schema import entries

# Every page asks this many times; made once, because making it costs more than asking.
_NEWER = select(entries).where(entries.c.seq >= bindparam("last")).order_by(entries.c.seq)


class DecisionLog:
    """What happened, in order. It only grows, so what has been read once is kept in memory.

    Whatever is read is held against the chain: a log that was changed behind our back is neither shown nor
    written on, and every method raises `Damaged`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = threading.Lock()
        self._chain = Chain()
        self._known: list[Entry] = []
        self._by_subject: dict[str, list[Entry]] = {}
        self._by_stream: dict[str, list[Entry]] = {}

    def add(self, additions: Sequence[Addition], by: str, at: datetime) -> tuple[Entry, ...]:
        """Add all of them in one transaction; returns their entries once they are committed to disk.

        An addition whose key the log already has is the entry it was then, and is not written again.

        Raises:
            Conflict: the subject of an addition with an expected version has been written to by others.
            NotSaved: nothing was written. OutcomeUnknown: it is not known; the same keys sent again settle it.
        """
        when = moment(at)
        try:
            head = self._write(additions, by, when)
        except OutcomeUnknown as unknown:
            head = self._settle(additions, by, when, unknown)
        if self._database.witness is not None:
            self._database.witness.note(head)
        by_key = {entry.key: entry for subject in {one.subject for one in additions} for entry in self.of(subject)}
        return tuple(by_key[one.key] for one in additions)

    def _settle(self, additions: Sequence[Addition], by: str, when: str, unknown: OutcomeUnknown) -> Checkpoint:
        """Once more under the same keys: finds what was committed after all, or writes it."""
        try:
            return self._write(additions, by, when)
        except NotSaved:
            raise unknown from None  # not this time, but perhaps the first

    def _write(self, additions: Sequence[Addition], by: str, when: str) -> Checkpoint:
        """Commit what the log does not have yet; the head after it."""
        with self._database.writes.begin() as connection:
            with self._reading:
                self._take_newer(connection)  # refuses a log that is damaged; nobody else writes from here on
                seq, previous = self._chain.size, self._chain.root
                fresh: dict[str, Addition] = {}
                for one in additions:
                    if not self._chain.has(one.key):
                        fresh.setdefault(one.key, one)
                taken = {one.subject: self._chain.count(one.subject) for one in fresh.values()}
            for one in fresh.values():
                if one.version not in (None, taken[one.subject] + 1):
                    raise Conflict(one.subject, self.of(one.subject))
                seq, version = seq + 1, taken[one.subject] + 1
                text = body(one.event)
                hash_ = chained(previous, seq, when, by, one.subject, version, one.key, text)
                connection.execute(
                    entries.insert().values((seq, when, by, one.subject, version, one.key, text, previous, hash_))
                )
                taken[one.subject], previous = version, hash_
        return Checkpoint(seq, previous)

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

    def _catch_up(self) -> None:
        """Read what was added since the last look, by whichever process."""
        with self._database.reads.begin() as connection:
            self._take_newer(connection)

    def _take_newer(self, connection: Connection) -> None:
        """Take what stands behind the entry that was the last then, and still is where it was."""
        size, witness = self._chain.size, self._database.witness
        noted = witness.last() if witness is not None and not size else None  # before others add to both
        lines = [line_of(row) for row in connection.execute(_NEWER, {"last": size})]
        if size:
            if not lines or lines[0].hash != self._chain.root:
                raise Damaged(
                    f"The database was rolled back or replaced while it was in use: entry {size} is not the one "
                    "that was read before. Put the right database back and start again."
                )
            lines = lines[1:]
        for line in lines:
            self._take(line)
        if noted is not None:
            self._hold_against(noted)

    def _take(self, line: Line) -> None:
        fault = self._chain.fault(line)
        if fault:
            raise Damaged(f"Entry {line.seq} is bad: {fault}. {REMEDY}")
        at = datetime.fromisoformat(line.at)
        event = parse(line.body)
        entry = Entry(line.seq, at, line.by, line.subject, line.version, line.key, event, line.previous, line.hash)
        self._known.append(entry)
        self._by_subject.setdefault(entry.subject, []).append(entry)
        self._by_stream.setdefault(event.stream, []).append(entry)

    def _hold_against(self, noted: Checkpoint) -> None:
        """At the first look: entries that were once acknowledged must still be there."""
        if self._chain.size < noted.size or (noted.size and self._known[noted.size - 1].hash != noted.root):
            raise Damaged(
                f"The log has {self._chain.size} entries, and had other ones when it had {noted.size}: an older or "
                "another database stands in its place. If that is meant, remove the file beside it that ends in .head."
            )
