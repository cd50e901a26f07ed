"""The shipped mappings read the sample's exports without a problem and lose nothing on the way."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kpi_engine.importing import ImportResult
from kpi_engine.sample import DATA_ON, World

from . import weekly


def one(imported: ImportResult, table: str, sql: str) -> object:
    assert imported.snapshot
    path = imported.snapshot.tables[table].path
    return duckdb.execute(f"SELECT {sql} FROM read_parquet('{path}') AS t").fetchall()[0][0]


def test_every_file_is_read_whole(imported: ImportResult, exports: Path) -> None:
    assert imported.problems == ()
    assert imported.snapshot and imported.snapshot.data_on == DATA_ON
    assert {report.file for report in imported.tables} == {path.name for path in exports.iterdir()}
    assert sum(report.refused for report in imported.tables) == 0


def test_duplicated_rows_are_dropped_and_said(imported: ImportResult) -> None:
    repeats = [note for note in imported.notes if "repeat another row" in note]
    assert len(repeats) == 1 and repeats[0].startswith("leads.csv")


def test_deals_of_both_systems_arrive(imported: ImportResult, world: World) -> None:
    closed = [deal for deal in world.deals if deal.close_on <= DATA_ON]
    assert one(imported, "opportunities", "count(*)") == len(world.deals)
    assert one(imported, "opportunities", "count(*) FILTER (status = 'won')") == sum(deal.won for deal in closed)
    assert one(imported, "opportunities", "count(closed_on)") == len(closed)
    assert one(imported, "opportunities", "sum(amount)") == sum(deal.amount for deal in world.deals)
    assert one(imported, "opportunities", "sum(list_amount)") == sum(deal.list_amount for deal in world.deals)
    entered = sum(len(deal.stages_until(DATA_ON)) for deal in world.deals)
    assert one(imported, "stage_history", "count(*)") == entered


def test_contract_and_card_customers_arrive(imported: ImportResult, world: World) -> None:
    arr = one(
        imported,
        "subscriptions",
        f"sum(arr) FILTER (kind = 'recurring' AND starts_on <= DATE '{DATA_ON}'"
        f" AND (ends_on IS NULL OR ends_on > DATE '{DATA_ON}'))",
    )
    assert float(str(arr)) == pytest.approx(sum(weekly.arr_of(world, DATA_ON).values()), abs=0.01)


def test_only_the_spend_export_is_old(imported: ImportResult) -> None:
    assert imported.snapshot
    tables = imported.snapshot.tables
    fresh = {"activities", "gate_runs", "invoices", "leads", "opportunities", "pilots", "proposals", "subscriptions"}
    assert all((DATA_ON - (tables[name].last_event or DATA_ON)).days <= 2 for name in fresh)
    assert (DATA_ON - (tables["spend"].last_event or DATA_ON)).days > 180
