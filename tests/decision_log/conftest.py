"""Where the log is kept in a test: a SQLite file and, where its programs are installed, a PostgreSQL database."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from decision_log.database import Database
from decision_log.log import DecisionLog

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server's empty database: RCC_TEST_POSTGRES, else a server of our own on a socket in a new folder."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (requirements-postgres.txt)")
    given = os.environ.get("RCC_TEST_POSTGRES")
    if given:
        yield given
        return
    pg_ctl = shutil.which("pg_ctl") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")), None)
    if pg_ctl is None:
        pytest.skip("no PostgreSQL server is installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="rcc-pg-"))
    user = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        user = ["runuser", "-u", "postgres", "--"]
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    start = [*user, pg_ctl, "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start"]
    initdb = [*user, str(Path(pg_ctl).resolve().parent / "initdb"), "-D", str(folder / "data")]
    subprocess.run(
        [*initdb, "-U", "rcc", "--no-sync", "-E", "UTF8", "--locale=C"], check=True, stdout=subprocess.DEVNULL
    )
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL)
    try:
        yield f"postgresql://rcc@/postgres?host={folder}"
    finally:
        subprocess.run(
            [*user, pg_ctl, "-D", str(folder / "data"), "-m", "immediate", "stop"], stdout=subprocess.DEVNULL
        )
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """An empty place for a log: the path of a file, the URL of a database."""
    return tmp_path / "workspace" / "log.sqlite3" if request.param == "sqlite" else new_database(request)


def new_database(request: pytest.FixtureRequest) -> str:
    """A fresh database of the test server."""
    server: str = request.getfixturevalue("server")  # skips where there is none
    import psycopg

    name = f"log_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def database(place: Path | str) -> Iterator[Database]:
    """The place, opened."""
    opened = Database.open(place)
    yield opened
    opened.close()


@pytest.fixture
def log(database: Database) -> DecisionLog:
    """An empty log."""
    return DecisionLog(database)
