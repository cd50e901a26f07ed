"""What n counts is said for every formula we ship, and is what the readings count."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_engine.contract import Contract
from kpi_engine.contracts_folder import load_contracts
from kpi_engine.counted import counted_in_words

CONTRACTS, _ = load_contracts(Path(__file__).parents[2] / "config" / "contracts")


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.id)
def test_every_variant_says_what_n_counts(contract: Contract) -> None:
    assert all(counted_in_words(variant.metric) for variant in contract.variants.values())


@pytest.mark.parametrize(
    ("kpi", "words"),
    [
        ("win_rate", "rows of opportunities by closed_on (the denominator)"),
        ("required_coverage", "rows of opportunities by closed_on (the denominator)"),
        ("win_rate_value", "rows of opportunities by closed_on with amount (the denominator)"),
        ("pilot_scope_change_rate", "rows of pilots active in the period"),
        ("nrr", "customers 12 months earlier"),
        ("expansion_rate", "customers at the opening"),
        ("expansion_dollars", "movements: a customer who moves in two months counts twice"),
        ("sales_cycle_days", "rows of opportunities by closed_on with discovery_held_on and closed_on in order"),
        ("mtttf", "rows of gate_runs by run_on with failed_at, ended or not"),
        ("arr", "rows of subscriptions that stand at the period's end with arr"),
    ],
)
def test_what_n_counts(kpi: str, words: str) -> None:
    assert counted_in_words(CONTRACTS[kpi].metric) == words


def test_a_survey_is_not_out_of_a_hundred() -> None:
    assert (CONTRACTS["csat"].unit, CONTRACTS["pilot_health_score"].unit) == ("points", "score")
