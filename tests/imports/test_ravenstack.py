"""RavenStack, as shipped under data/examples, gives the numbers its credits name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kpi_engine.importing import ImportResult, import_folder

from .conftest import COMPANY, ROOT, SHIPPED


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ImportResult:
    folder = ROOT / "data" / "examples" / "ravenstack"
    return import_folder(folder, tmp_path_factory.mktemp("workspace"), COMPANY, SHIPPED, today=date(2026, 1, 1))


def table(result: ImportResult, name: str) -> Path:
    assert result.snapshot, result.problems
    return result.snapshot.tables[name].path


def query(sql: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(sql).fetchall()


@pytest.mark.parametrize(
    ("day", "mrr", "customers"), [(date(2024, 12, 31), 10_159_608, 500), (date(2023, 12, 31), 1_262_113, 185)]
)
def test_month_end_mrr(result: ImportResult, day: date, mrr: int, customers: int) -> None:
    live = f"starts_on <= DATE '{day}' AND (ends_on IS NULL OR ends_on > DATE '{day}') AND amount > 0"
    lines = f"FROM '{table(result, 'subscriptions')}' WHERE {live}"
    assert query(f"SELECT sum(amount), sum(arr), count(DISTINCT account_id) {lines}") == [
        (Decimal(mrr), Decimal(mrr * 12), customers)
    ]


def test_trials_have_their_own_status(result: ImportResult) -> None:
    lines = f"SELECT count(*), sum(amount) FROM '{table(result, 'subscriptions')}' WHERE status = 'trial'"
    assert query(lines) == [(778, Decimal(0))]


def test_repeated_usage_ids_stay_apart_and_know_their_account(result: ImportResult) -> None:
    usage = f"SELECT count(*), count(DISTINCT usage_id), count(account_id) FROM '{table(result, 'product_usage')}'"
    assert query(usage) == [(25_000, 25_000, 25_000)]


def test_it_reaches_to_the_end_of_2024(result: ImportResult) -> None:
    assert result.snapshot
    assert result.snapshot.data_on == date(2024, 12, 31)
