"""The database of an installation, SQLite or PostgreSQL: one engine to write through, one to read through."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError

from .failure import REMEDY, Damaged, LogFailure, translate
from .migrate import migrate
from .witness import Witness

_PATIENCE = 5.0
"""Seconds that a writer waits for the writers before it."""
_WRITERS = 5_263_001
"""The number of the advisory lock that PostgreSQL's writers take in turn."""


@dataclass(frozen=True, slots=True)
class Database:
    """Safe to share between threads and processes. One transaction writes at a time; reading waits for nobody.

    `witness` keeps a note of the log's head beside a file; a server has none.
    """

    writes: Engine
    reads: Engine
    witness: Witness | None = None

    @classmethod
    def open(cls, place: Path | str) -> Database:
        """The SQLite file at a path, made if it is not there, or the database of a URL; brought up to date.

        Raises:
            NotSaved, OutcomeUnknown, Damaged: also by whatever is done with its engines later.
        """
        if isinstance(place, str) and "://" in place:
            database = cls._at(make_url(place))
        else:
            path = Path(place)
            path.parent.mkdir(0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)  # sessions and passwords' hashes are nobody else's to read
            # A writer takes the lock at BEGIN: upgrading a read lock later fails as "locked" under load.
            database = cls(_sqlite(path, writing=True), _sqlite(path, writing=False), Witness(path))
            require_sound(database.reads)
        migrate(database.writes)
        return database

    @classmethod
    def _at(cls, url: URL) -> Database:
        if url.get_backend_name() == "sqlite":
            return cls.open(Path(url.database or ""))
        return cls(_postgresql(url, writing=True), _postgresql(url, writing=False))

    @classmethod
    def look(cls, place: Path | str) -> Database:
        """A database as it is, never written to: neither made nor brought up to date."""
        if isinstance(place, str) and "://" in place:
            engine = _postgresql(make_url(place), writing=False)
            return cls(engine, engine)
        path = Path(place).resolve()
        if not path.is_file():
            raise LogFailure(f"There is no database at {place}.")
        engine = create_engine(f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true")
        event.listen(engine, "connect", _lenient)
        _tell_failures(engine, writing=False)
        return cls(engine, engine, Witness(path))

    def close(self) -> None:
        """Let go of the connections."""
        self.writes.dispose()
        self.reads.dispose()


def _sqlite(path: Path, *, writing: bool) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own; see below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        _lenient(connection, record)
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def _still_there(_connection: Any, record: Any, _proxy: Any) -> None:
        # A file put in the place of ours: what is written to the old one would be lost with it.
        if record.info["file"] != _identity(path):
            raise DisconnectionError("the database file was replaced")

    _begin_with(engine, "BEGIN IMMEDIATE" if writing else "BEGIN")
    _tell_failures(engine, writing=writing)
    return engine


def require_sound(engine: Engine) -> None:
    """Have SQLite look over its whole file; a server looks after its own.

    Raises:
        Damaged: pages or indexes are not what they should be.
    """
    with engine.begin() as connection:
        found = connection.execute(text("PRAGMA integrity_check(1)")).scalar()
    if found != "ok":
        raise Damaged(f"The database is damaged ({found}). {REMEDY}")


def _lenient(connection: Any, _record: Any) -> None:
    """Damaged text is read as other text, so that the chain can name the entry."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")


def _postgresql(url: URL, *, writing: bool) -> Engine:
    if url.get_backend_name() != "postgresql":
        raise LogFailure(f"A log is kept in SQLite or PostgreSQL, not in {url.get_backend_name()}.")
    if find_spec("psycopg") is None:
        raise LogFailure("For PostgreSQL, install what requirements-postgres.txt names.")
    options = f"-c lock_timeout={int(_PATIENCE * 1000)} -c synchronous_commit=on -c timezone=UTC"
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"options": options, "connect_timeout": 10},
        pool_pre_ping=True,
    )
    if writing:
        _begin_with(engine, f"SELECT pg_advisory_xact_lock({_WRITERS})")
    _tell_failures(engine, writing=writing)
    return engine


def _begin_with(engine: Engine, statement: str) -> None:
    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(statement)


def _tell_failures(engine: Engine, *, writing: bool) -> None:
    @event.listens_for(engine, "handle_error")
    def _tell(context: Any) -> None:
        translate(context, writing=writing)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
