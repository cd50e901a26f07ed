"""The contracts we ship: sound, complete, and with the documents' own thresholds and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.contracts_folder import load_contracts, warnings
from kpi_engine.metrics import Metric
from kpi_engine.rules.amount import Amount
from kpi_engine.rules.bands import Bands
from kpi_engine.rules.change import Change
from kpi_engine.rules.run import Run
from kpi_engine.yaml_strict import load_model

ROOT = Path(__file__).parents[2]
COMPANY = load_model(ROOT / "config" / "company.yaml", Company)[0]
CONTRACTS, PROBLEMS = load_contracts(ROOT / "config" / "contracts", COMPANY)

# The twelve cards as the document has them: cadence, owners, red edge, green edge, and whether more is better.
CARDS = {
    "new_qualified_opps": ("weekly", ["GTM lead"], 8, 15, True),
    "discovery_completion_rate": ("weekly", ["SDR", "GTM"], 0.60, 0.80, True),
    "discovery_to_pilot_rate": ("weekly", ["GTM lead"], 0.15, 0.30, True),
    "pilot_to_paid_rate": ("monthly", ["Founder"], 0.20, 0.40, True),
    "time_to_first_value_days": ("weekly", ["Solutions lead"], 21, 14, False),
    "mtttf": ("weekly", ["Solutions", "Platform"], 48, 24, False),
    "failed_gate_frequency": ("weekly", ["Customer", "Solutions"], 0.30, 0.15, False),
    "expansion_rate": ("monthly", ["CS", "GTM"], 0.10, 0.20, True),
    "nrr": ("quarterly", ["Finance"], 1.00, 1.15, True),
    "sales_cycle_days": ("monthly", ["GTM lead"], 90, 60, False),
    "proposal_acceptance_rate": ("weekly", ["Founder", "GTM"], 0.20, 0.35, True),
    "pilot_scope_change_rate": ("weekly", ["Solutions lead"], 0.30, 0.15, False),
}
OPERATING_SET = (
    "arr_growth", "mrr_growth", "nrr", "grr", "bookings", "qualified_pipeline_created", "pipeline_coverage", "win_rate",
    "sales_cycle_length", "stage_conversion_discovery_pilot", "average_selling_price", "discount_rate", "cac_payback",
    "churn_dollars", "renewal_on_time_rate", "expansion_dollars", "renewal_risk_dollars",
)  # fmt: skip


def bands_of(kpi: str) -> Bands:
    bands = CONTRACTS[kpi].bands
    assert bands is not None
    return bands


def test_every_file_loads_without_a_problem() -> None:
    assert [str(problem) for problem in PROBLEMS] == []
    assert warnings(CONTRACTS) == ()


@pytest.mark.parametrize("kpi", CARDS)
def test_a_card_is_as_the_document_has_it(kpi: str) -> None:
    contract, (cadence, owners, red, green, rising) = CONTRACTS[kpi], CARDS[kpi]
    bands = bands_of(kpi)
    assert (contract.cadence, list(contract.owners)) == (cadence, owners)
    assert (bands.edges, bands.rising) == ((red, green), rising)
    assert bands.window == {"weekly": "week", "monthly": "month", "quarterly": "quarter"}[cadence]
    assert contract.role == "operating"
    assert contract.playbook.red == "Root-cause review within 24h and corrective plan within 48h."
    assert contract.playbook.yellow == "Monitor and adjust in weekly operating review."
    assert contract.playbook.green == "Maintain with continuous optimization."
    assert contract.runbook.model_dump() == {
        "first_day": ("validate metric integrity", "identify stage/segment concentration", "assign corrective owner"),
        "next_days": ("run targeted intervention", "measure short-term impact", "update decision log"),
        "escalation": "two consecutive red periods",
        "escalate_after_red_periods": 2,
        "audience": ("founder", "GTM", "solutions"),
    }
    assert contract.downstream_decisions == (
        "ICP prioritization", "pilot staffing", "pricing/package positioning", "forecast confidence",
    )  # fmt: skip


@pytest.mark.parametrize("kpi", CARDS)
def test_a_value_on_an_edge_is_yellow_and_beyond_it_is_not(kpi: str) -> None:
    bands = bands_of(kpi)
    (red, green), step = bands.edges, 1e-4 if bands.rising else -1e-4
    assert [bands.colour(value) for value in (red - step, red, green, green + step)] == [
        "red", "yellow", "yellow", "green",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kpi", "value", "colour"),
    [
        ("new_qualified_opps", 7, "red"),
        ("new_qualified_opps", 8, "yellow"),
        ("new_qualified_opps", 15, "yellow"),
        ("new_qualified_opps", 16, "green"),
        ("discovery_completion_rate", 0.5999, "red"),
        ("discovery_completion_rate", 0.8001, "green"),
        ("time_to_first_value_days", 22, "red"),
        ("time_to_first_value_days", 21, "yellow"),
        ("time_to_first_value_days", 14, "yellow"),
        ("time_to_first_value_days", 13, "green"),
        ("failed_gate_frequency", 0.3001, "red"),
        ("failed_gate_frequency", 0.1499, "green"),
    ],
)
def test_worked_boundaries(kpi: str, value: float, colour: str) -> None:
    assert bands_of(kpi).colour(value) == colour


def test_the_operating_set_is_operating() -> None:
    assert [kpi for kpi in OPERATING_SET if CONTRACTS[kpi].role != "operating"] == []


def test_eleven_operating_kpis_a_week() -> None:
    weekly = {kpi for kpi, one in CONTRACTS.items() if one.role == "operating" and one.cadence == "weekly"}
    cards = {kpi for kpi, card in CARDS.items() if card[0] == "weekly"}
    assert weekly == cards | {"pipeline_coverage", "win_rate", "renewal_risk_dollars"}


def test_the_four_if_then_rules() -> None:
    coverage = CONTRACTS["pipeline_coverage"].rules
    assert {rule.scope for rule in coverage if isinstance(rule, Amount) and rule.below == 3.0} == {"total", "segment"}
    assert {rule.action.sla_hours for rule in coverage} == {168}
    win = next(rule for rule in CONTRACTS["win_rate"].rules if rule.scope == "total")
    assert isinstance(win, Change)
    assert (win.window, win.baseline, win.falls_by, win.measured) == ("week", "8w", 0.15, "relative")
    assert CONTRACTS["win_rate"].min_n == 30
    (cycle,) = CONTRACTS["sales_cycle_length"].rules
    assert isinstance(cycle, Run)
    assert (cycle.window, cycle.baseline, cycle.rises_by, cycle.times) == ("4w", "4w", 0.10, 2)
    (risk,) = CONTRACTS["renewal_risk_dollars"].rules
    assert isinstance(risk, Amount)
    assert risk.above is not None
    assert risk.action.kind == "escalate"


@pytest.mark.parametrize("kpi", CONTRACTS)
def test_every_contract_has_a_test_and_reasons_its_min_n(kpi: str) -> None:
    contract: Contract = CONTRACTS[kpi]
    assert contract.tests
    assert contract.min_n is None or any("min_n" in note or "sample" in note for note in contract.notes)


def test_every_metric_kind_is_used() -> None:
    schema = Contract.model_json_schema()["$defs"]
    known = set(schema["Variant"]["properties"]["metric"]["discriminator"]["mapping"])
    metrics: list[Metric] = [variant.metric for one in CONTRACTS.values() for variant in one.variants.values()]
    assert {metric.kind for metric in metrics} == known
