"""Looking a database over: every finding with its figure, and whether it is as it should be."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from .chain import Checkpoint, Line, verify
from .database import Database, require_sound
from .failure import LogFailure
from .migrate import NEWEST, shape
from .migrations.only_grows import POSTGRESQL_TRIGGERS, SQLITE_TRIGGERS
from .schema import entries, metadata
from .source import lines_of

_ROOM = 100
"""Megabytes that should be free on the disk beside the file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and what was found."""

    about: str
    said: str
    is_sound: bool = True


def examine(place: Path | str, checkpoints: tuple[Checkpoint, ...] = ()) -> Iterator[Finding]:
    """Everything there is to say about the database at a place; nothing is written to it."""
    try:
        database = Database.look(place)
        with database.reads.connect() as connection:
            yield Finding("database", _product(connection))
    except LogFailure as failure:
        yield Finding("database", str(failure), is_sound=False)
        return
    if database.witness is not None:
        yield from _file(database, Path(str(place)))
        noted = database.witness.last()
        checkpoints += (noted,) if noted is not None else ()
    try:
        with database.reads.connect() as connection:
            yield from _tables(connection)
    except LogFailure as failure:
        yield Finding("tables", str(failure), is_sound=False)
    yield _log(database, checkpoints)
    database.close()


def _product(connection: Connection) -> str:
    name = "PostgreSQL" if connection.dialect.name == "postgresql" else "SQLite"
    return f"{name} {'.'.join(map(str, connection.dialect.server_version_info or ()))}"


def _file(database: Database, path: Path) -> Iterator[Finding]:
    size, free = path.stat().st_size / 1e6, shutil.disk_usage(path.parent).free / 1e6
    yield Finding("file", f"{size:.1f} MB, {free:,.0f} MB free beside it", free >= _ROOM)
    mode = path.stat().st_mode & 0o777
    yield Finding("who may read the file", f"{mode:o}", not mode & 0o007)
    try:
        require_sound(database.reads)
        yield Finding("pages and indexes", "sound")
    except LogFailure as failure:
        yield Finding("pages and indexes", str(failure), is_sound=False)


def _tables(connection: Connection) -> Iterator[Finding]:
    found = shape(connection)
    yield Finding("shape", f"{found or 'none'}, the newest is {NEWEST}", found == NEWEST)
    missing = sorted(_expected_triggers(connection) - _triggers(connection))
    said = f"missing: {', '.join(missing)}" if missing else "in place"
    yield Finding("triggers that let the log only grow", said, not missing)
    known = inspect(connection)
    for name in sorted(set(metadata.tables) - {entries.name}):
        if known.has_table(name):
            rows = connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar()
            yield Finding(name, f"{rows} rows")


def _expected_triggers(connection: Connection) -> set[str]:
    return POSTGRESQL_TRIGGERS if connection.dialect.name == "postgresql" else SQLITE_TRIGGERS


def _triggers(connection: Connection) -> set[str]:
    """Those of the table of entries that are switched on."""
    if connection.dialect.name == "postgresql":
        statement = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'entries'::regclass AND tgenabled IN ('O', 'A')"
    else:
        statement = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'"
    return set(connection.execute(text(statement)).scalars())


def _log(database: Database, checkpoints: tuple[Checkpoint, ...]) -> Finding:
    days: list[str] = []

    def seen() -> Iterator[Line]:
        for line in lines_of(database):
            days[:] = [days[0] if days else line.at, line.at]
            yield line

    found = verify(seen(), checkpoints)
    if found.bad is not None:
        return Finding("log", f"entry {found.bad}: {found.fault}", is_sound=False)
    span = f", {days[0][:16]} to {days[-1][:16]} UTC" if days else ""
    return Finding("log", f"{found.checkpoint.size} entries{span}, chain intact, checkpoint {found.checkpoint}")
