"""The worked examples of the contested formulas: contracts and CSV rows in, exact numbers out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.contracts_folder import load_contracts
from kpi_engine.engine import Engine
from kpi_engine.importing import import_folder
from kpi_engine.mappings.canonical import canonical_mappings
from kpi_engine.rules.control_limits import limits_of
from kpi_engine.snapshot import Snapshot

from ..differential.contracts import contract_of

ROOT = Path(__file__).parents[2]
COMPANY = Company(name="Any", stages=("Discovery", "Proposal"))
RECURRING = [{"column": "kind", "is": "recurring"}, {"column": "status", "not_in": ["paused", "trial", "contracted"]}]
Row = dict[str, Any]


@pytest.fixture(scope="session")
def shipped() -> dict[str, Contract]:
    contracts, problems = load_contracts(ROOT / "config" / "contracts")
    assert not problems
    return contracts


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Snapshot]:
    """Writes tables as CSV files with our own column names and imports them; ends are inclusive if asked."""

    def loaded(data_on: date | None = None, ends: str = "exclusive", **tables: Iterable[Row]) -> Snapshot:
        exports = tmp_path / f"exports {data_on}"
        exports.mkdir()
        for name, rows in tables.items():
            write(exports / f"{name}.csv", list(rows))
        mappings = [
            mapping.model_copy(
                update={"tables": tuple(table.model_copy(update={"end_dates": ends}) for table in mapping.tables)}
            )
            for mapping in canonical_mappings()
        ]
        result = import_folder(exports, tmp_path / "workspace", COMPANY, mappings, data_on=data_on)
        assert result.snapshot, result.problems
        return result.snapshot

    return loaded


def write(path: Path, rows: list[Row]) -> None:
    """Rows as a CSV file, with every column that the table must have."""
    columns = dict.fromkeys([*REQUIRED.get(path.stem, ()), *(column for row in rows for column in row)])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="")
        writer.writeheader()
        writer.writerows(rows)


REQUIRED = {
    "accounts": ("account_id", "owner"),
    "opportunities": ("opportunity_id", "owner", "stage", "status", "forecast_category", "amount", "close_on"),
    "renewals": ("renewal_id", "account_id", "owner", "arr", "renewal_on"),
}


def varied(contract: Contract, **changes: Any) -> Contract:
    """A shipped contract with some fields replaced."""
    return Contract.model_validate(contract.model_dump(by_alias=True, exclude_unset=True) | changes)


def alone(contract: Contract) -> Contract:
    """A shipped contract that names no other KPI, so that it can be judged by itself."""
    return varied(contract, beside=[], cost=None)


def with_horizon(contract: Contract, months: int, **changes: Any) -> Contract:
    """A retention contract over another number of months."""
    fields = contract.model_dump(by_alias=True, exclude_unset=True)
    for variant in fields["variants"].values():
        variant["metric"]["horizon_months"] = months
    return Contract.model_validate(fields | changes)


def readings(contract: Contract, snapshot: Snapshot, as_of: date, window: str) -> pd.DataFrame:
    """All readings of one contract in one window."""
    return Engine(company=COMPANY, contracts={contract.id: contract}).readings(snapshot, as_of, windows=[window])


def value(contract: Contract, snapshot: Snapshot, as_of: date, window: str, end: date, slice_: str = "(all)") -> float:
    """The one value of a slice and period."""
    found = readings(contract, snapshot, as_of, window)
    found = found[(found.period_end == end) & (found.slice == slice_)]
    (row,) = found.to_dict("records")
    assert row["state"] != "not_evaluable", row["reason"]
    return float(row["value"])


def status(contract: Contract, snapshot: Snapshot, as_of: date) -> str:
    """The colour of a contract on a day."""
    (check,) = Engine(company=COMPANY, contracts={contract.id: alone(contract)}).assess(snapshot, as_of).checks
    return check.status


# --- ARR and what follows from it -------------------------------------------------------------------------------

LINES = """
A001 platform 01-01 02-28 1 1000 · A001 platform 03-01 04-30 1 1500 · A001 platform 05-01 12-31 1 1200 ·
A001 setup 01-01 01-01 1 1000 · A001 services 01-01 01-31 1 2000 · A002 platform 01-01 03-31 12 2400 ·
A002 platform 04-01 12-31 12 2640 · A002 analytics 02-15 12-31 3 600 · A003 platform 01-01 02-28 1 80 ·
A003 platform 05-01 12-31 1 90 · A004 platform 01-01 12-31 1 100 · A004 analytics 01-01 03-31 1 50 ·
A005 platform 01-01 04-30 1 200 · A006 platform 03-15 12-31 12 3600 · A004 paused 04-01 12-31 1 100
"""
ARR_AT_MONTH_ENDS = (19_560, 21_960, 30_600, 30_240, 25_320, 25_320)
MONTH_ENDS = (
    date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31), date(2025, 6, 30),
)  # fmt: skip
MOVES = {
    ("2025-02-28", "A002", "expansion"): 2_400,
    ("2025-03-31", "A001", "expansion"): 6_000,
    ("2025-03-31", "A003", "churn"): 960,
    ("2025-03-31", "A006", "new"): 3_600,
    ("2025-04-30", "A002", "expansion"): 240,
    ("2025-04-30", "A004", "contraction"): 600,
    ("2025-05-31", "A001", "contraction"): 3_600,
    ("2025-05-31", "A003", "reactivation"): 1_080,
    ("2025-05-31", "A005", "churn"): 2_400,
}
JULY = date(2025, 7, 10)


@pytest.fixture
def billing(load: Callable[..., Snapshot]) -> Snapshot:
    lines = []
    for number, line in enumerate(LINES.replace("\n", " ").split("·")):
        account, product, start, end, months, amount = line.split()
        lines.append(
            {
                "line_id": f"L{number}",
                "account_id": account,
                "product": product,
                "kind": {"setup": "one_time", "services": "services"}.get(product, "recurring"),
                "status": "paused" if product == "paused" else "active",
                "starts_on": f"2025-{start}",
                "ends_on": f"2025-{end}",
                "billing_months": months,
                "amount": amount,
            }
        )
    accounts = [{"account_id": name, "region": name} for name in sorted({line["account_id"] for line in lines})]
    return load(ends="inclusive", subscriptions=lines, accounts=accounts)


def test_ending_arr(shipped: dict[str, Contract], billing: Snapshot) -> None:
    found = [value(shipped["arr"], billing, JULY, "month", end) for end in MONTH_ENDS]
    assert found == list(ARR_AT_MONTH_ENDS)


@pytest.mark.parametrize("kind", ["new", "expansion", "contraction", "churn", "reactivation"])
def test_movements_by_customer(kind: str, billing: Snapshot) -> None:
    metric = {"kind": "movements", "movements": [kind], "where": RECURRING}
    contract = Contract.model_validate(
        contract_of(metric, windows=["month"], min_n=None, dimensions=[{"name": "customer", "column": "region"}])
    )
    found = readings(contract, billing, JULY, "month")
    found = found[(found.dimension == "customer") & (found.value > 0) & (found.period_end > MONTH_ENDS[0])]
    moves = {(str(row.period_end), row.slice, kind): row.value for row in found.itertuples()}
    assert moves == {key: size for key, size in MOVES.items() if key[2] == kind}


RETAINED = {
    ("nrr", "snapshot_cohort"): 21_720 / 19_560,
    ("nrr", "no_contraction"): (19_560 + 8_640 - 3_360) / 19_560,
    ("grr", "snapshot_cohort"): 0.846626,
    ("grr", "bridge"): 0.613497,
}


@pytest.mark.parametrize(("kpi", "variant"), RETAINED)
def test_retention_of_the_january_cohort(
    kpi: str, variant: str, shipped: dict[str, Contract], billing: Snapshot
) -> None:
    contract = with_horizon(shipped[kpi], 5, variant=variant, compare=[])
    assert value(contract, billing, JULY, "month", MONTH_ENDS[-1]) == pytest.approx(RETAINED[kpi, variant], abs=5e-7)


def test_the_card_says_that_the_variants_of_nrr_disagree(shipped: dict[str, Contract], billing: Snapshot) -> None:
    contract = alone(with_horizon(shipped["nrr"], 5))
    (card,) = Engine(company=COMPANY, contracts={"nrr": contract}).assess(billing, JULY).cards
    assert (card.status, card.value) == ("yellow", 21_720 / 19_560)
    assert "green" in card.disagreement


def test_cac_payback(shipped: dict[str, Contract], load: Callable[..., Snapshot]) -> None:
    customers = range(5)
    lines = [
        {"line_id": n, "account_id": f"A{n}", "kind": "recurring", "status": "active", "starts_on": "2025-03-10",
         "billing_months": 1, "amount": 180}
        for n in customers
    ]  # fmt: skip
    spend = [{"spend_id": n, "spent_on": "2025-02-03", "function": "sales", "amount": 1_200} for n in customers]
    snapshot, contract = load(subscriptions=lines, spend=spend), shipped["cac_payback"]
    march = (snapshot, date(2025, 4, 10), "month", date(2025, 3, 31))
    assert value(contract, *march) == pytest.approx(8.889, abs=5e-4)
    assert value(varied(contract, variant="without_margin"), *march) == pytest.approx(6.667, abs=5e-4)


# --- Deals ------------------------------------------------------------------------------------------------------


def deals(number: int, status: str, amount: int = 1, **columns: Any) -> list[Row]:
    """Deals of one kind, numbered from the columns they have."""
    stage = {"won": "Closed Won", "lost": "Closed Lost"}.get(status, "Proposal")
    name = f"{status} {amount} {columns}"
    return [
        {"opportunity_id": f"{name} {n}", "stage": stage, "status": status, "amount": amount, "type": "new", **columns}
        for n in range(number)
    ]


def test_win_rate(shipped: dict[str, Contract], load: Callable[..., Snapshot]) -> None:
    created = {"created_on": "2025-03-03"}
    closed = created | {"closed_on": "2025-03-20"}
    rows = [*deals(3, "won", **closed), *deals(7, "lost", **closed), *deals(90, "open", **created)]
    contract = varied(shipped["win_rate"], min_n=1)
    march = (load(opportunities=rows), date(2025, 3, 31), "month", date(2025, 3, 31))
    assert value(contract, *march) == 0.3
    assert value(varied(contract, variant="created_all"), *march) == 0.03


def test_coverage(shipped: dict[str, Contract], load: Callable[..., Snapshot]) -> None:
    known = {"created_on": "2025-01-10", "qualified_on": "2025-01-15"}
    rows = [
        *deals(1, "won", 400_000, **known, closed_on="2025-02-01"),
        *deals(2, "open", 2_400_000, **known, close_on="2025-03-20"),
        *deals(1, "open", 9_000_000, **known, close_on="2025-04-01"),
    ]
    targets = [{"target_id": 1, "metric": "bookings", "period_on": "2025-01-01", "amount": 2_000_000}]
    fields = shipped["pipeline_coverage"].model_dump(by_alias=True, exclude_unset=True)
    fields["variants"]["remaining_target"]["metric"]["pipeline"]["horizon"]["quarters_ahead"] = 0
    snapshot = load(opportunities=rows, targets=targets)
    contract = Contract.model_validate(fields)
    assert value(contract, snapshot, date(2025, 2, 28), "month", date(2025, 2, 28)) == 3.0


def test_required_coverage(shipped: dict[str, Contract], load: Callable[..., Snapshot]) -> None:
    closed = {"created_on": "2025-01-10", "closed_on": "2025-02-20"}
    snapshot = load(opportunities=[*deals(11, "won", **closed), *deals(39, "lost", **closed)])
    february = (date(2025, 2, 28), "month", date(2025, 2, 28))
    assert value(shipped["required_coverage"], snapshot, *february) == pytest.approx(4.545, abs=5e-4)


WATERFALL = {
    "start": 1_257_559, "new": 1_501_878, "amount_up": 180_171, "moved_in": 149_382, "moved_out": 0, "lost": 271_125,
    "amount_down": 556_292, "won": 287_487, "end": 1_974_086,
}  # fmt: skip


@pytest.mark.parametrize("part", WATERFALL)
def test_pipeline_waterfall(part: str, load: Callable[..., Snapshot]) -> None:
    april, may = "2025-04-20", "2025-05-10"

    def deal(name: str, amount: int, close_on: str = april, status: str = "open") -> Row:
        closed = {"closed_on": close_on} if status != "open" else {}
        (row,) = deals(1, status, amount, created_on="2025-03-03", close_on=close_on, **closed)
        return row | {"opportunity_id": name}

    opening = [
        deal("lost", 271_125), deal("won", 287_487), deal("up", 100_000), deal("down", 590_000), deal("same", 8_947),
        deal("in", 149_382, may),
    ]  # fmt: skip
    closing = [
        deal("lost", 271_125, status="lost"), deal("won", 287_487, status="won"), deal("up", 280_171),
        deal("down", 33_708), deal("same", 8_947), deal("in", 149_382), deal("new", 1_501_878),
    ]  # fmt: skip
    before = load(date(2025, 4, 1), opportunities=opening)
    after = load(date(2025, 4, 30), opportunities=closing)
    metric = {"kind": "snapshot_difference", "part": part}
    contract = Contract.model_validate(contract_of(metric, windows=["month"]))
    engine = Engine(company=COMPANY, contracts={"kpi": contract}, history=(before, after))
    found = engine.readings(after, date(2025, 4, 30))
    (row,) = found[found.period_end == date(2025, 4, 30)].to_dict("records")
    assert (row["value"], row["n"]) == (WATERFALL[part], 5)


# --- Bands, escalation, control limits --------------------------------------------------------------------------

WEEKS = tuple(date(2025, 3, 3) + timedelta(days=7 * week) for week in range(6))


def sunday(monday: date) -> date:
    """Last day of a week."""
    return monday + timedelta(days=6)


def test_bands_of_new_qualified_opps(shipped: dict[str, Contract], load: Callable[..., Snapshot]) -> None:
    rows = [
        {"account_id": f"{monday} {n}", "tier": "A", "qualified_on": monday}
        for monday, number in zip(WEEKS, (7, 8, 15, 16), strict=False)
        for n in range(number)
    ]
    snapshot = load(accounts=rows)
    found = [status(shipped["new_qualified_opps"], snapshot, sunday(monday)) for monday in WEEKS[:4]]
    assert found == ["red", "yellow", "yellow", "green"]


def test_bands_of_discovery_completion_rate(shipped: dict[str, Contract], load: Callable[..., Snapshot]) -> None:
    rows = [
        {"activity_id": f"{monday} {n}", "type": "discovery", "scheduled_on": monday, "booked_on": monday,
         "held_on": monday if n < held else ""}
        for monday, held in zip(WEEKS, (5_999, 6_000, 8_000, 8_001), strict=False)
        for n in range(10_000)
    ]  # fmt: skip
    snapshot = load(activities=rows)
    found = [status(shipped["discovery_completion_rate"], snapshot, sunday(monday)) for monday in WEEKS[:4]]
    assert found == ["red", "yellow", "yellow", "green"]


def test_bands_of_time_to_first_value_days(shipped: dict[str, Contract], load: Callable[..., Snapshot]) -> None:
    rows = [
        {"pilot_id": f"{monday} {n}", "kickoff_on": monday - timedelta(days=days), "first_value_on": monday}
        for monday, days in zip(WEEKS, (22, 21, 14, 13), strict=False)
        for n in range(5)
    ]
    snapshot = load(pilots=rows)
    found = [status(shipped["time_to_first_value_days"], snapshot, sunday(monday)) for monday in WEEKS[:4]]
    assert found == ["red", "yellow", "yellow", "green"]


def test_bands_of_failed_gate_frequency(shipped: dict[str, Contract], load: Callable[..., Snapshot]) -> None:
    rows = [
        {"gate_run_id": f"{monday} {n}", "pilot_id": "P", "run_on": monday, "failed": n < failed}
        for monday, failed in zip(WEEKS, (3_001, 3_000, 1_500, 1_499), strict=False)
        for n in range(10_000)
    ]
    snapshot = load(gate_runs=rows)
    found = [status(shipped["failed_gate_frequency"], snapshot, sunday(monday)) for monday in WEEKS[:4]]
    assert found == ["red", "yellow", "yellow", "green"]


# Meetings held of ten scheduled in successive weeks; None is a week without meetings.
RED, YELLOW, GREEN = 5, 7, 9


@pytest.mark.parametrize(
    ("weeks", "escalated"),
    [
        ((GREEN, RED, RED), True),
        ((GREEN, RED, None, RED), True),
        ((GREEN, RED, YELLOW, RED), False),
        ((GREEN, GREEN, RED), False),
    ],
)
def test_escalation(
    weeks: tuple[int | None, ...], escalated: bool, shipped: dict[str, Contract], load: Callable[..., Snapshot]
) -> None:
    rows = [
        {"activity_id": f"{monday} {n}", "type": "discovery", "scheduled_on": monday, "booked_on": monday,
         "held_on": monday if n < held else ""}
        for monday, held in zip(WEEKS, weeks, strict=False)
        if held is not None
        for n in range(10)
    ]  # fmt: skip
    contract = alone(shipped["discovery_completion_rate"])
    engine = Engine(company=COMPANY, contracts={contract.id: contract})
    (card,) = engine.assess(load(activities=rows), sunday(WEEKS[len(weeks) - 1])).cards
    assert card.status == "red"
    assert card.escalated is escalated


def xmr_check(values: tuple[int, ...], load: Callable[..., Snapshot]) -> tuple[Any, Any]:
    """The check, and the card if there is one, of weekly counts under control limits."""
    mondays = [date(2025, 3, 3) + timedelta(days=7 * week) for week in range(len(values))]
    rows = [
        {"account_id": f"{monday} {n}", "created_on": monday}
        for monday, number in zip(mondays, values, strict=True)
        for n in range(number)
    ]
    action = {"kind": "investigate", "text": "Look.", "sla_hours": 24}
    rule = {"kind": "control_limits", "id": "signal", "window": "week", "severity": "red", "action": action}
    metric = {"kind": "count", "of": {"table": "accounts", "date": "created_on"}}
    contract = Contract.model_validate(contract_of(metric, role="operating", rules=[rule]))
    found = Engine(company=COMPANY, contracts={"kpi": contract}).assess(load(accounts=rows), sunday(mondays[-1]))
    return found.checks[0], found.cards[0] if found.cards else None


# Four values of mean 32.5 and mean moving range 20; twice in a row they still have both.
FOUR = (10, 50, 40, 30)


def test_a_value_outside_the_natural_limits_is_a_signal(load: Callable[..., Snapshot]) -> None:
    check, card = xmr_check((*FOUR, *FOUR, 86), load)
    assert check.status == card.status == "red"
    assert card.limit == pytest.approx(85.7)


def test_a_value_inside_the_natural_limits_is_quiet(load: Callable[..., Snapshot]) -> None:
    check, card = xmr_check((*FOUR, *FOUR, 85), load)
    assert (check.status, card) == ("green", None)


def test_fewer_than_six_points_have_no_limits(load: Callable[..., Snapshot]) -> None:
    check, card = xmr_check((*FOUR, 500), load)
    assert (check.status, card) == ("not_evaluable", None)


def test_natural_limits_of_the_four_values() -> None:
    # The limit of the moving range shows on no reading, so this one example is read from the limits themselves.
    limits = limits_of([float(one) for one in FOUR])
    assert (limits.centre, limits.provisional) == (32.5, True)
    assert (limits.upper, limits.lower, limits.range_limit) == pytest.approx((85.7, -20.7, 65.36))
