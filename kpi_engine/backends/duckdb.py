"""DuckDB, embedded: the default backend."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import duckdb
import pandas as pd
from sqlglot import exp


class DuckDB:
    """Runs statements over tables, each a name bound to a query. Use it as a context manager."""

    dialect = "duckdb"

    def __init__(self, tables: Mapping[str, exp.Select]) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("SET preserve_insertion_order = false")
        for name, query in tables.items():
            quoted = exp.to_identifier(name, quoted=True).sql(dialect=self.dialect)
            self._connection.execute(f"CREATE VIEW {quoted} AS {query.sql(dialect=self.dialect)}")

    def run(self, statement: exp.Expression) -> pd.DataFrame:
        """The rows of a statement."""
        rows: pd.DataFrame = self._connection.execute(statement.sql(dialect=self.dialect)).df()
        return rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()
