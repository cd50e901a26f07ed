"""Backups: a copy of the whole database, taken while it is in use, as one SQLite file whatever it is kept in."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, insert, select

from . import drafts  # its table belongs to the copy, as those below do
from .access_schema import credentials, guesses, sessions
from .chain import Checkpoint, Verdict, verify
from .database import Database, require_sound
from .failure import LogFailure
from .schema import entries
from .source import lines_of
from .witness import Witness

_KEPT = (entries, drafts.drafts, credentials)
_PASSING = (sessions, guesses)
"""Not restored: a session that was ended since would live again. Everybody signs in anew."""


def back_up(database: Database, to: Path) -> Verdict:
    """Copy the database as it is at one moment, and verify the copy; only its owner can read the file.

    Raises:
        LogFailure: the file is there already, or cannot be written.
    """
    part = _new(to)
    if database.reads.dialect.name == "sqlite":
        _copy_file(database.reads, part)
    else:
        _copy_tables(database, part)
    _into_one_file(part)
    found = inspect_copy(part)
    part.rename(to)
    return found


def inspect_copy(path: Path, checkpoints: Iterable[Checkpoint] = ()) -> Verdict:
    """What a backup holds.

    Raises:
        Damaged: it is not a sound database.
    """
    copy = Database.look(path)
    try:
        require_sound(copy.reads)
        return verify(lines_of(copy), checkpoints)
    finally:
        copy.close()


def restore(backup: Path, into: Path | str, checkpoints: Iterable[Checkpoint] = ()) -> Verdict:
    """Put a backup into a place where no log is. It is unpacked and verified beside it, and moved if it is sound.

    Raises:
        LogFailure: there is a log already. Damaged: the backup is not a sound database.
    """
    is_server = isinstance(into, str) and "://" in into
    path = backup.with_name(backup.name + ".restored") if is_server else Path(into)
    part = _new(path)
    try:
        shutil.copyfile(backup, part)
        found = inspect_copy(part, checkpoints)
        if found.bad is not None:
            return found
        _renew(part)
        if is_server:
            _fill(part, into)
        else:
            part.rename(path)
            Witness(path).path.unlink(missing_ok=True)  # it tells of the log that was here before
            Witness(path).note(found.checkpoint)
    finally:
        part.unlink(missing_ok=True)
    return found


def _new(path: Path) -> Path:
    """An empty file beside `path`, for its owner only, that becomes it once it is whole."""
    if path.exists():
        raise LogFailure(f"There is something at {path} already: move it away first.")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return part


def _copy_file(engine: Engine, to: Path) -> None:
    with engine.connect() as connection, sqlite3.connect(to) as target:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(target)
    target.close()


def _copy_tables(database: Database, to: Path) -> None:
    copy = Database.open(to)
    isolated = database.reads.execution_options(isolation_level="REPEATABLE READ")
    with isolated.connect() as source, copy.writes.begin() as target:
        _copy_rows(source, target)
    copy.close()


def _renew(path: Path) -> None:
    """Bring the unpacked copy up to date, with nobody signed in."""
    copy = Database.open(path)
    with copy.writes.begin() as connection:
        for table in _PASSING:
            connection.execute(delete(table))
    copy.close()
    Witness(path).path.unlink(missing_ok=True)


def _fill(part: Path, into: Path | str) -> None:
    source, target = Database.look(part), Database.open(into)
    with source.reads.connect() as reading, target.writes.begin() as writing:
        if writing.execute(select(entries.c.seq).limit(1)).first() is not None:
            raise LogFailure("There is a log in that database already: name an empty one.")
        _copy_rows(reading, writing)
    source.close()
    target.close()


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in _KEPT:
        ordered = select(table).order_by(*table.primary_key.columns).execution_options(stream_results=True)
        for rows in source.execute(ordered).mappings().partitions(500):
            target.execute(insert(table), [dict(row) for row in rows])


def _into_one_file(path: Path) -> None:
    """Without its write-ahead log, so that it can be read from anywhere."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
