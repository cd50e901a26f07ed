"""DuckDB, embedded: the default backend."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from threading import Lock
from types import TracebackType
from typing import Self

import duckdb
import pandas as pd
import pyarrow as pa
from sqlglot import exp


class DuckDB:
    """Runs statements over tables, each a name bound to a query. Use it as a context manager.

    Columns named in `slices` are held as numbers of their words (ENUM), which group ten times as fast.
    """

    dialect = "duckdb"

    def __init__(self, tables: Mapping[str, exp.Select], slices: Collection[str] = ()) -> None:
        self._tables, self._slices = tables, slices
        self._lock = Lock()
        self._started: duckdb.DuckDBPyConnection | None = None

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for one statement: threads may not share one. The first makes the tables known."""
        with self._lock:
            self._started = self._started or self._start()
            return self._started.cursor()

    def _start(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute("SET preserve_insertion_order = false")
        queries = {name: query.sql(dialect=self.dialect) for name, query in self._tables.items()}
        words = _words(connection, queries, self._slices)
        for name, query in queries.items():
            numbered = ", ".join(
                f"CAST({_quoted(column)} AS {_words_of(column)}) AS {_quoted(column)}"
                for column, where in words.items()
                if name in where
            )
            replaced = f"REPLACE ({numbered})" if numbered else ""
            connection.execute(f"CREATE VIEW {_quoted(name)} AS SELECT * {replaced} FROM ({query})")  # noqa: S608 - names quoted
        return connection

    def keep(self, name: str, query: exp.Expression) -> None:
        """Stores the rows of a query as a table that later statements read; replaces one of that name."""
        with self._cursor() as cursor:
            cursor.execute(f"CREATE OR REPLACE TABLE {_quoted(name)} AS {query.sql(dialect=self.dialect)}")

    def fetch(self, statement: exp.Expression) -> pa.Table:
        """The rows of a statement as arrays."""
        with self._cursor() as cursor:
            return cursor.sql(statement.sql(dialect=self.dialect)).to_arrow_table()

    def run(self, statement: exp.Expression) -> pd.DataFrame:
        """The rows of a statement as people read them."""
        with self._cursor() as cursor:
            rows: pd.DataFrame = cursor.execute(statement.sql(dialect=self.dialect)).df()
            return rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._started:
            self._started.close()


def _words(
    connection: duckdb.DuckDBPyConnection, queries: Mapping[str, str], columns: Collection[str]
) -> dict[str, list[str]]:
    """Makes a type of each text column's words; gives the columns and the tables that have them."""
    texts = {
        name: {row[0] for row in connection.execute(f"DESCRIBE {query}").fetchall() if row[1] == "VARCHAR"}
        for name, query in (queries.items() if columns else ())
    }
    found = {}
    for column in columns:
        tables = [name for name in queries if column in texts[name]]
        parts = [f"SELECT DISTINCT {_quoted(column)} AS word FROM ({queries[name]})" for name in tables]  # noqa: S608 - quoted
        if parts:
            every = f"SELECT DISTINCT word FROM ({' UNION ALL '.join(parts)}) WHERE word IS NOT NULL"  # noqa: S608 - the same
            connection.execute(f"CREATE TYPE {_words_of(column)} AS ENUM ({every})")
            found[column] = tables
    return found


def _quoted(name: str) -> str:
    return str(exp.to_identifier(name, quoted=True).sql(dialect=DuckDB.dialect))


def _words_of(column: str) -> str:
    # Not the column's own name: a type of the name "type" is the database's.
    return _quoted(f"words of {column}")
