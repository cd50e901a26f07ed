"""Known totals of real exports, through shipped mappings and shipped contracts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kpi_engine.company import Company
from kpi_engine.contract import Contract, Variant
from kpi_engine.contracts_folder import load_contracts
from kpi_engine.engine import Engine
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.snapshot import Snapshot
from kpi_engine.yaml_strict import load_model

ROOT = Path(__file__).parents[2]
CRM = ROOT.parent / "shared" / "data" / "crm_sales_opportunities"


@pytest.fixture(scope="module")
def engine() -> Engine:
    company, _ = load_model(ROOT / "config" / "company.yaml", Company)
    assert company is not None
    contracts, problems = load_contracts(ROOT / "config" / "contracts", company)
    assert not problems
    return Engine(company, contracts)


def loaded(engine: Engine, exports: Path, workspace: Path) -> Snapshot:
    mappings, _ = load_mappings(ROOT / "config" / "mappings")
    result = import_folder(exports, workspace, engine.company, mappings)
    assert result.snapshot is not None, result.problems
    return result.snapshot


@pytest.fixture(scope="module")
def ravenstack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return loaded(engine, ROOT / "data" / "examples" / "ravenstack", tmp_path_factory.mktemp("ravenstack"))


@pytest.fixture(scope="module")
def crm(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    if not CRM.is_dir():
        pytest.skip(f"{CRM.name} does not lie beside the checkout")
    return loaded(engine, CRM, tmp_path_factory.mktemp("crm"))


def with_metric(contract: Contract, metric: dict[str, Any]) -> Contract:
    variant = Variant.model_validate({"label": "asked by a test", "metric": metric})
    changed = {"variants": {"asked": variant}, "variant": "asked", "min_n": None, "rules": (), "compare": ()}
    return contract.model_copy(update=changed)


def reading(engine: Engine, snapshot: Snapshot, kpi: str, end: date, window: str = "month") -> pd.Series:
    rows = engine.readings(snapshot, snapshot.data_on, kpis=[kpi], by=[], windows=[window])
    return rows[rows["period_end"] == end].iloc[0]


def span(engine: Engine, snapshot: Snapshot, kpi: str) -> pd.Series:
    whole = (date(2016, 1, 1), snapshot.data_on)
    return engine.readings(snapshot, snapshot.data_on, kpis=[kpi], by=[], span=whole).iloc[0]


@pytest.mark.parametrize(("end", "mrr"), [(date(2024, 12, 31), 10_159_608), (date(2023, 12, 31), 1_262_113)])
def test_ravenstack_month_end_mrr(engine: Engine, ravenstack: Snapshot, end: date, mrr: int) -> None:
    found = reading(engine, ravenstack, "mrr", end)
    assert (found["value"], found["state"]) == (mrr, "value")


@pytest.mark.parametrize(
    ("movements", "amount"),
    [
        (["new", "reactivation"], 496_667),
        (["expansion"], 1_365_101),
        (["contraction"], 162_984),
        (["churn"], 0),
    ],
)
def test_ravenstack_bridge_of_december(engine: Engine, ravenstack: Snapshot, movements: list[str], amount: int) -> None:
    contract = with_metric(
        engine.contracts["expansion_dollars"], {"kind": "movements", "movements": movements, "divide_by": 12}
    )
    found = reading(Engine(engine.company, {contract.id: contract}), ravenstack, contract.id, date(2024, 12, 31))
    assert (found["value"], found["state"]) == (amount, "value" if amount else "zero")


@pytest.mark.parametrize(("end", "customers"), [(date(2024, 12, 31), 500), (date(2023, 12, 31), 185)])
def test_ravenstack_customers(engine: Engine, ravenstack: Snapshot, end: date, customers: int) -> None:
    # A movement over the opening has the opening's customers as its n: the month after tells the month before.
    net = {"kind": "movements", "movements": ["churn"], "over": "opening_customers", "count": "customers"}
    contract = with_metric(engine.contracts["expansion_dollars"], net)
    asked = Engine(engine.company, {contract.id: contract})
    after = (end.replace(year=end.year + 1, month=1, day=1), end.replace(year=end.year + 1, month=1, day=31))
    found = asked.readings(ravenstack, after[1], kpis=[contract.id], by=[], span=after).iloc[0]
    assert found["n"] == customers


@pytest.mark.shared
def test_crm_win_rate_and_amount(engine: Engine, crm: Snapshot) -> None:
    rate = span(engine, crm, "win_rate")
    assert (rate["value"], rate["n"]) == (pytest.approx(4238 / 6711), 6711)
    assert round(rate["value"] * 100, 2) == 63.15
    bookings = span(engine, crm, "bookings")
    assert (bookings["value"], bookings["n"]) == (10_005_534, 4238)


@pytest.mark.shared
def test_crm_win_rate_of_all_created(engine: Engine, crm: Snapshot) -> None:
    # 4,238 of all 8,800 would be 48.16 %, but 500 Prospecting deals have no created date: no period is theirs.
    contract = engine.contracts["win_rate"].model_copy(update={"variant": "created_all"})
    found = span(Engine(engine.company, {contract.id: contract}), crm, contract.id)
    assert (found["value"], found["n"]) == (pytest.approx(4238 / 8300), 8300)


@pytest.mark.shared
@pytest.mark.parametrize(("statistic", "days"), [("median", 57.0), ("mean", 51.8)])
def test_crm_won_cycle(engine: Engine, crm: Snapshot, statistic: str, days: float) -> None:
    metric = {
        "kind": "duration", "table": "opportunities", "date": "closed_on", "start": "created_on", "end": "closed_on",
        "where": [{"column": "status", "is": "won"}], "statistic": statistic,
    }  # fmt: skip
    contract = with_metric(engine.contracts["sales_cycle_length"], metric)
    found = span(Engine(engine.company, {contract.id: contract}), crm, contract.id)
    assert (round(found["value"], 1), found["n"]) == (days, 4238)
