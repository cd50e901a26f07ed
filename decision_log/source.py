"""Where the lines of a log are read from, one by one: a database, or an export."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from .chain import Line, line_of
from .database import Database
from .schema import entries

_ROOT = Path(__file__).parents[1]


def usual_place(environment: Mapping[str, str] = os.environ) -> Path | str:
    """Where an installation keeps its log: DATABASE_URL, else a file in the workspace."""
    workspace = Path(environment.get("RCC_WORKSPACE") or _ROOT / "data" / "workspace")
    return environment.get("DATABASE_URL") or file_in(workspace)


def file_in(workspace: Path) -> Path:
    """The database of a workspace."""
    return workspace / "decisions.sqlite3"


def lines_of(database: Database) -> Iterator[Line]:
    """Every line, in order, as one moment sees them."""
    statement = select(entries).order_by(entries.c.seq).execution_options(stream_results=True)
    with database.reads.begin() as connection:
        if not inspect(connection).has_table(entries.name):  # a database of before there were entries
            return
        for row in connection.execute(statement):
            yield line_of(row)


def lines_of_export(path: Path) -> Iterator[Line]:
    """Every line of an export as JSON Lines; one that is no entry has nothing in it."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for text in file:
            parts = _parsed(text)
            cells: list[Any] = [parts.get(name) for name in Line._fields]
            yield Line(*cells)


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
