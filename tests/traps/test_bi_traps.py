"""The field's traps, one test each: what a careless report gets wrong on the same rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.memory_snapshot import snapshot_of_rows

from ..differential.contracts import contract_of

Row = dict[str, Any]
# One reading: value (None where there is none), n, reason.
Answer = tuple[float | None, int, str]
Read = Callable[..., dict[tuple[Any, ...], Answer]]

COMPANY = Company(name="Any", stages=("Discovery", "Pilot", "Proposal"))
MONDAY = date(2025, 3, 3)
SUNDAY = date(2025, 3, 9)
WON = {"column": "status", "is": "won"}
CLOSED = {"column": "status", "in": ["won", "lost"]}
WIN_RATE = {
    "kind": "ratio",
    "numerator": {"table": "opportunities", "date": "closed_on", "where": [WON]},
    "denominator": {"table": "opportunities", "date": "closed_on", "where": [CLOSED]},
}
CREATED = {"kind": "count", "of": {"table": "opportunities", "date": "created_on"}}
AMOUNT = {"kind": "sum", "of": {"table": "opportunities", "date": "closed_on", "sum": "amount"}}
ARR = {"kind": "stock", "of": {"table": "subscriptions", "start": "starts_on", "end": "ends_on", "sum": "arr"}}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads one metric: answers by (period end), or by (period end, slice) where it is sliced."""

    def answers(
        metric: Row,
        rows: dict[str, list[Row]],
        as_of: date,
        window: str = "week",
        company: Company = COMPANY,
        **more: Any,
    ) -> dict[tuple[Any, ...], Answer]:
        more.setdefault("min_n", 1 if metric["kind"] in ("ratio", "cohort_conversion", "stage_conversion") else None)
        contract = Contract.model_validate(contract_of(metric, windows=[window], **more))
        snapshot, problems = snapshot_of_rows(rows, tmp_path, company)
        assert snapshot, problems
        found = Engine(company=company, contracts={"kpi": contract}).readings(snapshot, as_of)
        sliced = bool(more.get("dimensions"))
        return {
            ((row.period_end, row.dimension, row.slice) if sliced else (row.period_end,)): (
                None if math.isnan(row.value) else row.value,
                row.n,
                row.reason,
            )
            for row in found.itertuples()
        }

    return answers


def deals(number: int, status: str = "open", **columns: Any) -> list[Row]:
    """Deals of one kind, numbered from the columns they have."""
    stage = {"won": "Closed Won", "lost": "Closed Lost"}.get(status, "Proposal")
    name = f"{status} {columns}"
    return [{"opportunity_id": f"{name} {n}", "stage": stage, "status": status, **columns} for n in range(number)]


def line(account: str, start: str, end: str | None, amount: float) -> Row:
    """A yearly subscription line; the end is exclusive."""
    return {
        "line_id": f"{account} {start}", "account_id": account, "kind": "recurring", "status": "active",
        "starts_on": start, "ends_on": end, "billing_months": 12, "amount": amount,
    }  # fmt: skip


# --- Adding up --------------------------------------------------------------------------------------------------


def test_a_ratio_over_weeks_is_not_the_average_of_weekly_ratios(read: Read) -> None:
    rows = [
        *deals(1, "won", closed_on="2025-03-03"),
        *deals(1, "won", closed_on="2025-03-12"), *deals(8, "lost", closed_on="2025-03-12"),
        *deals(30, "lost", closed_on="2025-03-30"),
    ]  # fmt: skip
    assert read(WIN_RATE, {"opportunities": rows}, date(2025, 3, 30), "4w")[(date(2025, 3, 30),)] == (2 / 40, 40, "")


def test_a_ratio_over_all_segments_is_not_the_average_of_segments(read: Read) -> None:
    rows = [
        *deals(1, "won", closed_on="2025-03-03", segment="SMB"),
        *deals(9, "lost", closed_on="2025-03-03", segment="Enterprise"),
    ]
    found = read(WIN_RATE, {"opportunities": rows}, SUNDAY, dimensions=[{"name": "segment"}])
    assert found[SUNDAY, "total", "(all)"] == (0.1, 10, "")
    assert found[SUNDAY, "segment", "SMB"] == (1.0, 1, "")


def test_joins_do_not_multiply_rows(read: Read) -> None:
    (deal,) = deals(1, "won", closed_on="2025-03-05", account_id="A", amount=100)
    meetings = [
        {"activity_id": n, "type": "discovery", "opportunity_id": deal["opportunity_id"], "account_id": "A",
         "held_on": f"2025-02-{10 + n}"}
        for n in range(3)
    ]  # fmt: skip
    rows = {"opportunities": [deal], "activities": meetings, "accounts": [{"account_id": "A", "segment": "SMB"}]}
    found = read(AMOUNT, rows, SUNDAY, dimensions=[{"name": "segment"}])
    assert found[SUNDAY, "total", "(all)"] == found[SUNDAY, "segment", "SMB"] == (100, 1, "")
    cycle = {
        "kind": "duration", "table": "opportunities", "date": "closed_on", "start": "discovery_held_on",
        "end": "closed_on",
    }  # fmt: skip
    assert read(cycle, rows, SUNDAY)[(SUNDAY,)] == (23, 1, "")


def test_the_same_row_twice_counts_once(read: Read) -> None:
    row = deals(1, created_on="2025-03-04")
    assert read(CREATED, {"opportunities": [*row, *row]}, SUNDAY)[(SUNDAY,)] == (1, 1, "")


def test_two_rows_of_one_key_that_differ_are_refused(tmp_path: Path) -> None:
    (row,) = deals(1, created_on="2025-03-04", amount=1)
    snapshot, problems = snapshot_of_rows({"opportunities": [row, row | {"amount": 2}]}, tmp_path, COMPANY)
    assert snapshot is None
    assert "several rows that differ" in str(problems[0])


def test_amounts_of_another_currency_are_not_added(tmp_path: Path) -> None:
    rows = deals(1, "won", closed_on="2025-03-04", amount=1, currency="EUR")
    snapshot, problems = snapshot_of_rows({"opportunities": rows}, tmp_path, COMPANY)
    assert snapshot is None
    assert "EUR" in str(problems[0])


def test_a_late_refund_lowers_the_sum_of_its_own_period(read: Read) -> None:
    rows = [
        *deals(1, "won", closed_on="2025-03-04", amount=100),
        *deals(1, "won", closed_on="2025-03-11", amount=-100), *deals(1, "won", closed_on="2025-03-12", amount=30),
    ]  # fmt: skip
    found = read(AMOUNT, {"opportunities": rows}, date(2025, 3, 16))
    assert found[(SUNDAY,)] == (100, 1, "")
    assert found[(date(2025, 3, 16),)] == (-70, 2, "")


def test_cents_that_cancel_are_a_true_zero(read: Read) -> None:
    rows = [row for amount in (0.1, 0.2, -0.3) for row in deals(1, "won", closed_on="2025-03-04", amount=amount)]
    assert read(AMOUNT, {"opportunities": rows}, SUNDAY)[(SUNDAY,)] == (0, 3, "")


def test_a_mean_leaves_out_rows_without_amount(read: Read) -> None:
    rows = [*deals(2, "won", closed_on="2025-03-04", amount=50), *deals(3, "won", closed_on="2025-03-04")]
    assert read(AMOUNT | {"kind": "mean"}, {"opportunities": rows}, SUNDAY)[(SUNDAY,)] == (50, 2, "")


# --- The calendar -----------------------------------------------------------------------------------------------


def test_a_week_that_is_not_over_is_not_judged(read: Read) -> None:
    rows = {"opportunities": deals(3, created_on="2025-03-04")}
    assert read(CREATED, rows, SUNDAY - timedelta(days=1))[(SUNDAY,)] == (None, 3, "period still open")
    assert read(CREATED, rows, SUNDAY)[(SUNDAY,)] == (3, 3, "")


def test_a_period_is_final_only_after_its_refresh_time(read: Read) -> None:
    rows = {"opportunities": deals(3, created_on="2025-03-04")}
    refresh = {"sla_days": 2, "final": "two days later"}
    assert read(CREATED, rows, SUNDAY + timedelta(days=1), refresh=refresh)[(SUNDAY,)][2] == "period still open"
    assert read(CREATED, rows, SUNDAY + timedelta(days=2), refresh=refresh)[(SUNDAY,)] == (3, 3, "")


def test_a_quarter_that_is_under_way_is_open(read: Read) -> None:
    rows = {"opportunities": deals(3, created_on="2025-01-07")}
    found = read(CREATED, rows, date(2025, 2, 10), "quarter")
    assert found == {(date(2025, 3, 31),): (None, 3, "period still open")}


def test_the_week_of_new_year_is_one_week(read: Read) -> None:
    # 28 December 2020 to 3 January 2021 is the 53rd week of 2020.
    rows = [row for day in ("2020-12-28", "2020-12-31", "2021-01-01", "2021-01-03") for row in deals(1, created_on=day)]
    rows += deals(5, created_on="2021-01-04")
    found = read(CREATED, {"opportunities": rows}, date(2021, 1, 10))
    assert found == {(date(2021, 1, 3),): (4, 4, ""), (date(2021, 1, 10),): (5, 5, "")}


def test_a_leap_day_belongs_to_february(read: Read) -> None:
    rows = [*deals(1, created_on="2024-02-01"), *deals(1, created_on="2024-02-29"), *deals(1, created_on="2024-03-01")]
    found = read(CREATED, {"opportunities": rows}, date(2024, 2, 29), "month")
    assert found[(date(2024, 2, 29),)] == (2, 2, "")


def test_retention_compares_the_last_days_of_unequal_months(read: Read) -> None:
    lines = [line("A", "2024-01-01", "2024-03-01", 100), line("A", "2024-03-01", None, 60)]
    nrr = {"kind": "retention"}
    found = read(nrr, {"subscriptions": lines}, date(2025, 2, 28), "month")
    assert found[(date(2025, 2, 28),)] == (0.6, 1, "")


@pytest.mark.parametrize(("start", "last"), [("monday", 9), ("sunday", 8), ("thursday", 5)])
def test_weeks_start_when_the_company_says(start: str, last: int, read: Read) -> None:
    company = Company.model_validate({"name": "Any", "week_start": start})
    end = date(2025, 3, last)
    rows = [*deals(1, created_on=end), *deals(2, created_on=end + timedelta(days=1))]
    found = read(CREATED, {"opportunities": rows}, end + timedelta(days=7), company=company)
    assert found == {(end,): (1, 1, ""), (end + timedelta(days=7),): (2, 2, "")}


def test_fiscal_quarters_may_start_in_february(read: Read) -> None:
    company = Company(name="Any", fiscal_year_start_month=2)
    rows = [row for day in ("2024-11-01", "2025-01-31", "2025-02-01", "2025-04-30") for row in deals(1, created_on=day)]
    found = read(CREATED, {"opportunities": rows}, date(2025, 4, 30), "quarter", company=company)
    assert found == {(date(2025, 1, 31),): (2, 2, ""), (date(2025, 4, 30),): (2, 2, "")}


def test_rows_after_the_as_of_day_do_not_exist_yet(read: Read) -> None:
    rows = [*deals(2, created_on="2025-03-04"), *deals(9, created_on="2025-03-06")]
    assert read(CREATED, {"opportunities": rows}, date(2025, 3, 5))[(SUNDAY,)][1] == 2


def test_a_line_ends_on_the_first_day_it_is_over(read: Read) -> None:
    lines = [line("A", "2025-01-01", "2025-02-01", 100), line("B", "2025-01-01", "2025-01-31", 10)]
    found = read(ARR, {"subscriptions": lines}, date(2025, 2, 28), "month")
    assert found == {(date(2025, 1, 31),): (100, 1, ""), (date(2025, 2, 28),): (0, 0, "")}


def test_a_line_that_ends_before_it_starts_never_stands(read: Read) -> None:
    lines = [line("A", "2025-01-10", "2025-01-02", 100), line("B", "2025-01-01", None, 10)]
    found = read(ARR, {"subscriptions": lines}, date(2025, 1, 31), "month")
    assert found == {(date(2025, 1, 31),): (10, 1, "")}


# --- Slices -----------------------------------------------------------------------------------------------------


def test_an_empty_segment_is_neither_the_total_nor_the_text_all(read: Read) -> None:
    rows = [
        *deals(1, created_on="2025-03-04"), *deals(2, created_on="2025-03-04", segment="(all)"),
        *deals(4, created_on="2025-03-04", segment="SMB"),
    ]  # fmt: skip
    found = read(CREATED, {"opportunities": rows}, SUNDAY, dimensions=[{"name": "segment"}])
    assert found == {
        (SUNDAY, "total", "(all)"): (7, 7, ""),
        (SUNDAY, "segment", "(all)"): (2, 2, ""),
        (SUNDAY, "segment", "(none)"): (1, 1, ""),
        (SUNDAY, "segment", "SMB"): (4, 4, ""),
    }


def test_the_words_none_and_na_are_text(read: Read) -> None:
    rows = [*deals(1, created_on="2025-03-04", segment="None"), *deals(2, created_on="2025-03-04", segment="NA")]
    found = read(CREATED, {"opportunities": rows}, SUNDAY, dimensions=[{"name": "segment"}])
    assert found[SUNDAY, "segment", "None"] == (1, 1, "")
    assert found[SUNDAY, "segment", "NA"] == (2, 2, "")


def test_a_slice_that_stops_is_missing_not_zero(read: Read) -> None:
    rows = [
        *deals(1, created_on="2025-03-04", segment="SMB"), *deals(1, created_on="2025-03-04", segment="Enterprise"),
        *deals(1, created_on="2025-03-12", segment="SMB"),
    ]  # fmt: skip
    found = read(CREATED, {"opportunities": rows}, date(2025, 3, 16), dimensions=[{"name": "segment"}])
    assert found[date(2025, 3, 16), "segment", "Enterprise"] == (None, 0, "segment missing")


def test_an_expected_slice_without_any_row_is_answered(read: Read) -> None:
    rows = {"opportunities": deals(1, created_on="2025-03-04", segment="SMB")}
    found = read(CREATED, rows, SUNDAY, dimensions=[{"name": "segment", "expected": ["Enterprise"]}])
    assert found[SUNDAY, "segment", "Enterprise"] == (None, 0, "segment missing")


# --- What is not evaluable --------------------------------------------------------------------------------------


@pytest.mark.parametrize("leads", [None, []])
def test_an_empty_or_absent_export_is_not_zero(leads: list[Row] | None, read: Read) -> None:
    rows: dict[str, list[Row]] = {"opportunities": deals(1, created_on="2025-03-04")}
    if leads is not None:
        rows["pilots"] = leads
    found = read({"kind": "count", "of": {"table": "pilots", "date": "kickoff_on"}}, rows, SUNDAY)
    assert found[(SUNDAY,)] == (None, 0, "no rows")


def test_a_week_without_rows_between_others_is_a_true_zero(read: Read) -> None:
    rows = {"opportunities": [*deals(1, created_on="2025-03-04"), *deals(1, created_on="2025-03-18")]}
    assert read(CREATED, rows, date(2025, 3, 23))[(date(2025, 3, 16),)] == (0, 0, "")


def test_a_trailing_window_that_begins_before_the_data_is_not_judged(read: Read) -> None:
    rows = {
        "opportunities": deals(1, created_on="2025-03-04"),
        "accounts": [{"account_id": "A", "created_on": "2024-06-03"}],
    }
    found = read(CREATED, rows, date(2025, 3, 30), "4w")
    assert found[(date(2025, 3, 23),)] == (None, 1, "no rows")
    assert found[(date(2025, 3, 30),)] == (1, 1, "")


def test_a_ratio_of_nothing_is_not_zero(read: Read) -> None:
    rows = {"opportunities": [*deals(1, "won", closed_on="2025-03-04"), *deals(1, created_on="2025-03-12")]}
    assert read(WIN_RATE, rows, date(2025, 3, 16))[(date(2025, 3, 16),)] == (None, 0, "zero denominator")


def test_a_small_sample_is_not_judged(read: Read) -> None:
    rows = {"opportunities": [*deals(19, "won", closed_on="2025-03-04"), *deals(20, "won", closed_on="2025-03-12")]}
    found = read(WIN_RATE, rows, date(2025, 3, 16), min_n=20)
    assert found == {(SUNDAY,): (None, 19, "below min_n"), (date(2025, 3, 16),): (1.0, 20, "")}


def test_an_export_that_stopped_is_stale_not_zero(read: Read) -> None:
    rows = {"opportunities": deals(1, created_on="2025-03-04")}
    refresh = {"sla_days": 0, "final": "at once", "stale_after_days": 10}
    found = read(CREATED, rows, date(2025, 3, 16), refresh=refresh)
    assert found == {(SUNDAY,): (1, 1, ""), (date(2025, 3, 16),): (None, 0, "source stale")}


def test_openness_comes_before_every_other_reason(read: Read) -> None:
    rows = {"opportunities": deals(1, created_on="2025-03-04")}
    refresh = {"sla_days": 0, "final": "at once", "stale_after_days": 1}
    found = read(WIN_RATE, rows, date(2025, 3, 22), refresh=refresh)
    assert found[(date(2025, 3, 23),)] == (None, 0, "period still open")


def test_nothing_lost_is_not_an_infinite_quick_ratio(read: Read) -> None:
    def moves(*names: str) -> Row:
        return {"kind": "movements", "movements": names}

    quick = {"kind": "quick_ratio", "gained": moves("new", "expansion"), "lost": moves("contraction", "churn")}
    found = read(quick, {"subscriptions": [line("A", "2025-01-01", None, 1)]}, date(2025, 1, 31), "month")
    assert found == {(date(2025, 1, 31),): (None, 1, "no losses")}


# --- Cohorts, stages and customers ------------------------------------------------------------------------------

TO_PROPOSAL = {"kind": "stage_conversion", "from_stage": "Discovery", "to_stage": "Proposal", "within_days": 14}


def entered(deal: str, **stages: str) -> list[Row]:
    """Stage history of one deal: the day of each stage."""
    return [
        {"opportunity_id": deal, "stage": stage, "entered_at": f"{day} 10:00:00", "entered_on": day}
        for stage, day in stages.items()
    ]


def test_a_young_cohort_is_open_not_poor(read: Read) -> None:
    rows = {"stage_history": entered("D", Discovery="2025-03-04")}
    assert read(TO_PROPOSAL, rows, date(2025, 3, 22))[(SUNDAY,)] == (None, 1, "period still open")
    assert read(TO_PROPOSAL, rows, date(2025, 3, 23))[(SUNDAY,)] == (0, 1, "")


def test_a_composed_metric_waits_for_its_cohorts(read: Read) -> None:
    rows = {"stage_history": [*entered("D", Discovery="2025-03-04"), *entered("E", Discovery="2025-03-05")]}
    score = {"kind": "score", "parts": [{"of": TO_PROPOSAL, "weight": 1, "worst": 0, "best": 1}]}
    assert read(score, rows, date(2025, 3, 22), min_n=1)[(SUNDAY,)][2] == "period still open"
    assert read(score, rows, date(2025, 3, 23), min_n=1)[(SUNDAY,)] == (0, 2, "")


def test_a_skipped_stage_counts_as_passed_and_a_second_entry_once(read: Read) -> None:
    rows = [
        *entered("skips", Discovery="2025-03-04", Proposal="2025-03-06"),
        *entered("returns", Discovery="2025-03-04", Pilot="2025-03-05"), *entered("returns", Discovery="2025-03-07"),
    ]  # fmt: skip
    assert read(TO_PROPOSAL, {"stage_history": rows}, date(2025, 3, 23))[(SUNDAY,)] == (0.5, 2, "")


def test_a_ratio_that_mixes_cohorts_may_pass_one(read: Read) -> None:
    progression = {
        "kind": "ratio", "numerator": {"table": "pilots", "date": "paid_on"},
        "denominator": {"table": "pilots", "date": "kickoff_on"},
    }  # fmt: skip
    pilots = [{"pilot_id": n, "kickoff_on": "2025-02-24", "paid_on": "2025-03-05"} for n in range(3)]
    pilots.append({"pilot_id": "new", "kickoff_on": "2025-03-05"})
    assert read(progression, {"pilots": pilots}, SUNDAY)[(SUNDAY,)] == (3, 1, "")
    assert read(progression | {"basis": "cohort"}, {"pilots": pilots}, SUNDAY)[(SUNDAY,)] == (0, 1, "")


def test_a_customer_lost_for_good_is_lost_once(read: Read) -> None:
    lines = [
        line("A", "2025-01-01", "2025-02-01", 100), line("A", "2025-03-01", "2025-04-01", 80),
        line("A", "2025-05-01", None, 300), line("B", "2025-01-01", None, 100),
    ]  # fmt: skip
    bridge = {"kind": "retention", "method": "bridge", "horizon_months": 4}
    may = (date(2025, 5, 31),)
    assert read(bridge | {"reactivation": "out"}, {"subscriptions": lines}, may[0], "month")[may] == (0.5, 2, "")
    assert read(bridge, {"subscriptions": lines}, may[0], "month")[may] == (2.0, 2, "")


def test_a_credit_does_not_make_a_customer_of_less_than_nothing(read: Read) -> None:
    lines = [line("A", "2025-01-01", None, 100), line("A", "2025-02-01", None, -150)]
    churn = {"kind": "movements", "movements": ["churn", "contraction"]}
    found = read(churn, {"subscriptions": lines}, date(2025, 2, 28), "month")
    assert found[(date(2025, 2, 28),)] == (100, 1, "")


def test_growth_over_a_time_before_the_data_is_unknown(read: Read) -> None:
    rows = {
        "opportunities": deals(2, created_on="2025-03-04"),
        "accounts": [{"account_id": "A", "created_on": "2024-06-03"}],
    }
    found = read({"kind": "growth", "of": CREATED}, rows, SUNDAY, min_n=1)
    assert found[(SUNDAY,)][2] == "no rows"


def test_acquisition_before_the_first_spend_is_not_free(read: Read) -> None:
    payback = {
        "kind": "cac_payback", "gross_margin": 1, "new_mrr": {"kind": "movements", "movements": ["new"]},
        "spend": {"kind": "sum", "of": {"table": "spend", "date": "spent_on", "sum": "amount"}},
    }  # fmt: skip
    rows = {
        "subscriptions": [line("A", "2025-01-10", None, 12), line("B", "2025-02-10", None, 12)],
        "spend": [{"spend_id": 1, "spent_on": "2025-02-03", "function": "sales", "amount": 24}],
    }
    found = read(payback, rows, date(2025, 2, 28), "month", min_n=1)
    assert found[(date(2025, 2, 28),)] == (None, 1, "no rows")


def test_a_failure_triaged_before_it_happened_is_left_out(read: Read) -> None:
    repair = {
        "kind": "duration", "table": "gate_runs", "date": "run_on", "start": "failed_at", "end": "triaged_at",
        "unit": "hours", "statistic": "mean", "unfinished": "age_so_far",
    }  # fmt: skip

    def run(name: str, failed_at: str, triaged_at: str | None) -> Row:
        return {"gate_run_id": name, "pilot_id": "P", "run_on": failed_at[:10], "failed": True,
                "failed_at": failed_at, "triaged_at": triaged_at}  # fmt: skip

    rows = [
        run("wrong", "2025-03-05 12:00:00", "2025-03-05 02:00:00"),
        run("done", "2025-03-05 12:00:00", "2025-03-05 14:00:00"), run("open", "2025-03-09 12:00:00", None),
    ]  # fmt: skip
    assert read(repair, {"gate_runs": rows}, SUNDAY)[(SUNDAY,)] == (7, 2, "")


def test_a_day_of_arrival_that_no_row_has_is_not_a_rate_of_zero(read: Read) -> None:
    metric = {
        "kind": "cohort_conversion", "table": "leads", "entered": "created_on", "reached": "converted_on",
        "within_days": 7,
    }  # fmt: skip
    leads = [{"lead_id": f"L{n}", "created_on": MONDAY, "contacted_on": "2025-03-20"} for n in range(4)]
    assert read(metric, {"leads": leads}, date(2025, 3, 20))[(SUNDAY,)] == (None, 4, "no rows")
    leads.append({"lead_id": "other", "created_on": "2025-03-12", "converted_on": "2025-03-13"})
    assert read(metric, {"leads": leads}, date(2025, 3, 20))[(SUNDAY,)] == (0, 4, "")


def test_a_cohort_of_which_no_row_says_its_outcome_is_not_zero(read: Read) -> None:
    metric = {**WIN_RATE, "basis": "cohort", "denominator": {**WIN_RATE["denominator"], "date": "created_on"}}
    lost = deals(3, "lost", created_on=MONDAY)
    assert read(metric, {"opportunities": lost}, date(2025, 3, 9))[(SUNDAY,)] == (None, 3, "no rows")
