"""The database of an installation: one engine to write through, one to read through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

from . import access_schema  # noqa: F401 - its tables belong to the same database
from .schema import metadata


@dataclass(frozen=True, slots=True)
class Database:
    """Safe to share between threads and processes."""

    writes: Engine
    reads: Engine

    @classmethod
    def open(cls, path: Path) -> Database:
        """The SQLite file at `path`, made if it is not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # A writer takes the lock at BEGIN: upgrading a read lock later fails as "locked" under load.
        database = cls(_sqlite(path, "BEGIN IMMEDIATE"), _sqlite(path, "BEGIN"))
        with database.writes.begin() as connection:
            metadata.create_all(connection)
        return database

    def close(self) -> None:
        """Let go of the file."""
        self.writes.dispose()
        self.reads.dispose()


def _sqlite(path: Path, begin: str) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own; see below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
