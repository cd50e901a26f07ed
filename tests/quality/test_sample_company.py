"""Violations of the sample company, counted again in plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kpi_engine.company import Company
from kpi_engine.importing import ImportResult
from kpi_engine.quality.check import Inspection
from kpi_engine.quality.folder import load_checks
from kpi_engine.quality.inspect import inspect
from kpi_engine.sample import DATA_ON
from kpi_engine.yaml_strict import load_model

CONFIG = Path(__file__).parents[2] / "config"
STAGES = ["Qualification", "Discovery", "Pilot", "Proposal", "Negotiation"]
Tables = Mapping[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def tables(imported: ImportResult) -> Tables:
    assert imported.snapshot
    names = ("opportunities", "stage_history", "renewals", "subscriptions")
    return {name: pq.read_table(imported.snapshot.tables[name].path).to_pylist() for name in names}


@pytest.fixture(scope="module")
def inspection(imported: ImportResult) -> Inspection:
    company, _ = load_model(CONFIG / "company.yaml", Company)
    checks, problems = load_checks(CONFIG, company)
    assert company and imported.snapshot and problems == ()
    return inspect(checks, company, imported.snapshot)


def completeness(tables: Tables) -> set[str]:
    fields = ("close_on", "amount", "stage", "forecast_category", "owner")
    return {row["opportunity_id"] for row in open_(tables) if any(row[name] is None for name in fields)}


def open_(tables: Tables) -> list[dict[str, Any]]:
    return [row for row in tables["opportunities"] if row["status"] == "open"]


def latest(tables: Tables) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for entry in sorted(tables["stage_history"], key=lambda entry: entry["entered_at"]):
        found[entry["opportunity_id"]] = entry
    return found


def freshness(tables: Tables) -> set[str]:
    entries = latest(tables)
    week_ago = DATA_ON - timedelta(days=7)
    return {
        row["opportunity_id"]
        for row in open_(tables)
        if row["opportunity_id"] not in entries or entries[row["opportunity_id"]]["entered_on"] < week_ago
    }


def consistency(tables: Tables) -> set[str]:
    entries = latest(tables)
    return {
        row["opportunity_id"]
        for row in open_(tables)
        if row["opportunity_id"] in entries and entries[row["opportunity_id"]]["stage"] != row["stage"]
    }


def commit_ready(tables: Tables) -> set[str]:
    commits = [row for row in open_(tables) if row["forecast_category"] == "commit"]
    in_quarter = [
        row for row in commits if row["close_on"] and date(2026, 4, 1) <= row["close_on"] <= date(2026, 6, 30)
    ]
    ready = {row["opportunity_id"] for row in in_quarter if row["next_step"]}
    return {row["opportunity_id"] for row in commits} - ready


def renewal_opened(tables: Tables) -> set[str]:
    return {
        row["renewal_id"]
        for row in tables["renewals"]
        if row["renewed_on"] is None and row["lost_on"] is None
        if 0 <= (row["renewal_on"] - DATA_ON).days <= 90
        if row["opened_on"] is None or (row["renewal_on"] - row["opened_on"]).days < 90
    }


def renewal_exists(tables: Tables) -> set[str]:
    """The sample knows no end of a running line, so nothing is due; its renewals say when one is."""
    lines = [row for row in tables["subscriptions"] if row["kind"] == "recurring" and row["ends_on"]]
    assert not [row for row in lines if 1 <= (row["ends_on"] - DATA_ON).days <= 90]
    return set()


def stage_checklist(tables: Tables) -> set[str]:
    exits = {"Qualification": ("amount", "close_on", "source"), "Discovery": ("use_case",), "Proposal": ("competitor",)}
    return {
        row["opportunity_id"]
        for row in open_(tables)
        for stage, names in exits.items()
        if STAGES.index(row["stage"]) > STAGES.index(stage) and any(row[name] is None for name in names)
    }


def loss_reason(tables: Tables) -> set[str]:
    lost = [row for row in tables["opportunities"] if row["status"] == "lost" and row["closed_on"] is not None]
    return {
        row["opportunity_id"] for row in lost if (DATA_ON - row["closed_on"]).days < 92 and row["loss_reason"] is None
    }


COUNTED = (
    completeness,
    freshness,
    consistency,
    commit_ready,
    renewal_opened,
    renewal_exists,
    stage_checklist,
    loss_reason,
)


@pytest.mark.parametrize("count", COUNTED, ids=lambda count: count.__name__)
def test_violations_counted_again(count, tables, inspection):
    outcome = next(one for one in inspection.outcomes if one.id == count.__name__)
    expected = count(tables)

    assert outcome.violations == len(expected)
    assert set(inspection.of(outcome.id)["record"]) == expected
    assert outcome.state == ("open" if expected else "passed" if outcome.checked else "not_evaluable")


def test_some_of_them_are_broken_and_some_hold(inspection):
    states = {one.state for one in inspection.outcomes if one.id != "formula_integrity"}
    assert states == {"open", "passed", "not_evaluable"}


def test_what_the_samples_exports_do_not_tell_is_said(inspection):
    """Neither notes on amounts nor ends of running contracts stand in its exports."""
    reasons = {one.id: one.reason for one in inspection.outcomes if one.state == "not_evaluable"}
    assert reasons.pop("formula_integrity", "") in ("", "no contracts")
    assert reasons == {
        "amount_note": "no export has the column amount_note",
        "renewal_exists": "nothing to check in this load",
    }
