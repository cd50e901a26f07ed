"""What a column name in a contract resolves to."""

from __future__ import annotations

import pytest

from kpi_engine.tables.resolve import column_type


@pytest.mark.parametrize(
    ("table", "column", "type_"),
    [
        ("opportunities", "amount", "money"),
        ("opportunities", "tier", "text"),
        ("opportunities", "account.health", "number"),
        ("stage_history", "segment", "text"),
        ("stage_history", "account.tier", "text"),
        ("gate_runs", "first_failed_at", "timestamp"),
        ("leads", "account.plan", "text"),
    ],
)
def test_own_columns_lookups_and_columns_of_the_account(table: str, column: str, type_: str) -> None:
    assert column_type(table, column) == type_


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("oportunities", "amount"),
        ("opportunities", "amonut"),
        ("opportunities", "account.amount"),
        ("spend", "segment"),
        ("spend", "account.segment"),
        ("targets", "industry"),
    ],
)
def test_what_is_not_there_has_no_type(table: str, column: str) -> None:
    assert column_type(table, column) is None
