"""Bringing a database to the shape that this version writes: every step, or none, in one transaction."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

NEWEST = "0002"
"""The last of the migrations in `migrations/versions`."""

# Alembic keeps what it works on in module globals.
_alone = threading.Lock()


def migrate(engine: Engine) -> None:
    """Apply the migrations that the database has not seen; two processes that start at once take turns.

    Raises:
        RuntimeError: a later version of the program has written the database.
    """
    with engine.begin() as connection:
        found = shape(connection)
        if found == NEWEST:
            return
        if found is not None and found > NEWEST:
            raise RuntimeError(f"the database has shape {found}, and this version knows {NEWEST}: update the program")
        _upgrade(connection)


def shape(connection: Connection) -> str | None:
    """The last migration that the database has seen; None for an empty one or one from before there were any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    with _alone:
        command.upgrade(config, "head")
