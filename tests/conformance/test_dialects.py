"""Every statement of every shipped contract can be written for the engines that we mean to run on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from kpi_engine import compute as computing
from kpi_engine.backends.duckdb import DuckDB
from kpi_engine.compute import compute
from kpi_engine.engine import Engine
from kpi_engine.memory_snapshot import snapshot_of_rows
from kpi_engine.question import Wanted
from kpi_engine.tables.catalogue import TABLES
from kpi_engine.tables.schema import Table

CONFIG = Path(__file__).parents[2] / "config"
DIALECTS = ("duckdb", "spark", "postgres")
DAY, MONTH_LATER = date(2026, 1, 15), date(2026, 2, 15)


SEEN: list[exp.Expression] = []


class Recording(DuckDB):
    """Runs statements and remembers them."""

    def keep(self, name: str, query: exp.Expression) -> None:
        SEEN.append(query)
        super().keep(name, query)

    def fetch(self, statement: exp.Expression) -> pa.Table:
        SEEN.append(statement)
        return super().fetch(statement)

    def run(self, statement: exp.Expression) -> pd.DataFrame:
        SEEN.append(statement)
        return super().run(statement)


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> list[exp.Expression]:
    """Whatever reaches a backend: all contracts, variants and windows, and their records."""
    engine, problems = Engine.load(CONFIG / "contracts", CONFIG / "company.yaml", CONFIG / "known_issues")
    assert engine, problems
    folder = tmp_path_factory.mktemp("snapshot")
    rows = {table.name: [_row(table, engine.company.currency)] for table in TABLES}
    stored = []
    for at, data_on in enumerate((DAY, MONTH_LATER)):
        found, problems = snapshot_of_rows(rows, folder / str(at), engine.company, data_on)
        assert found, problems
        stored.append(found)
    asking = Engine(engine.company, engine.contracts, engine.known_issues, tuple(stored))
    wanted = [Wanted(one, name, one.windows) for one in engine.contracts.values() for name in one.variants]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(computing, "DuckDB", Recording)
        compute(asking.question(stored[-1], MONTH_LATER, wanted))
        for kpi in engine.contracts:
            asking.records(stored[-1], kpi, MONTH_LATER, start=DAY, end=MONTH_LATER)
    return SEEN


def _row(table: Table, currency: str) -> dict[str, object]:
    """A row with something in every cell."""
    words = {"currency": currency, "stage": "Discovery", "kind": "recurring"}
    words["status"] = "active" if table.name == "subscriptions" else "open"
    values = {"text": "x", "date": DAY, "timestamp": f"{DAY}T09:00:00Z", "boolean": True}
    return {
        column.name: words.get(column.name, values.get(column.type, 1))
        for column in table.columns
        if not column.derived
    }


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_statement_can_be_written(dialect: str, statements: list[exp.Expression]) -> None:
    assert len(statements) > 100
    for statement in statements:
        written = statement.sql(dialect=dialect, unsupported_level=ErrorLevel.RAISE)
        # Read back by the same dialect it is a query again, whatever its words.
        assert isinstance(sqlglot.parse_one(written, dialect=dialect), exp.Query), written


def test_every_table_of_a_shipped_contract_is_asked(statements: list[exp.Expression]) -> None:
    asked = {table.name for statement in statements for table in statement.find_all(exp.Table)}
    assert {"opportunities", "stage_history", "subscriptions", "accounts", "renewals", "spend", "targets"} <= asked
