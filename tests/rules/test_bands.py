"""Bands: both edges are yellow, values are compared unrounded, and an open period is never judged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .judging import AS_OF, BANDS, MEAN, SUM, Judge, assert_breach, assert_quiet, check_of, kpi, sunday

FALLING = {key: value for key, value in BANDS.items() if key not in ("red_below", "green_above")}
FALLING |= {"red_above": 21, "green_below": 14}


@pytest.mark.parametrize("value", [80.0001, 81, 1000])
def test_above_the_green_edge_is_quiet(value: float, judge: Judge) -> None:
    assert_quiet(judge([value], kpi(BANDS)))


@pytest.mark.parametrize(
    ("value", "status", "limit"),
    [(59.9999, "red", 60), (60, "yellow", 80), (70, "yellow", 80), (80, "yellow", 80), (-5, "red", 60)],
)
def test_edges_are_yellow(value: float, status: str, limit: float, judge: Judge) -> None:
    card = assert_breach(judge([value], kpi(BANDS)), status, value=value, limit=limit)
    assert (card.red_limit, card.green_limit) == (60, 80)
    assert card.limit_text == ("red below 60" if status == "red" else "yellow from 60 to 80")


@pytest.mark.parametrize("value", [13.9999, 0])
def test_below_the_green_edge_is_quiet_where_less_is_better(value: float, judge: Judge) -> None:
    assert_quiet(judge([value], kpi(FALLING, direction="lower_is_better")))


@pytest.mark.parametrize(("value", "status"), [(14, "yellow"), (21, "yellow"), (21.0001, "red")])
def test_edges_are_yellow_where_less_is_better(value: float, status: str, judge: Judge) -> None:
    assert_breach(judge([value], kpi(FALLING, direction="lower_is_better")), status)


def test_only_the_latest_week_is_judged(judge: Judge) -> None:
    assert_quiet(judge([10, 10, 90], kpi(BANDS)))


def test_a_trailing_window_is_judged_as_one(judge: Judge) -> None:
    assert_quiet(judge([100, 100, 100, 50], kpi(BANDS | {"window": "4w"})))
    assert_breach(judge([100, 50, 50, 20], kpi(BANDS | {"window": "4w"})), value=55, n=4, window="4w")


def test_a_week_under_way_is_not_judged(judge: Judge) -> None:
    assert_quiet(judge([90, 10], kpi(BANDS), as_of=AS_OF - timedelta(days=1)))
    assert_breach(judge([90, 10], kpi(BANDS)), period_end=AS_OF)


def test_a_week_is_judged_once_its_data_is_in(judge: Judge) -> None:
    late = kpi(BANDS, refresh={"sla_days": 3, "final": "On Wednesday."})
    assert_quiet(judge([90, 10], late))
    assert_quiet(judge([90, 10], late, as_of=AS_OF + timedelta(days=2)))
    assert_breach(judge([90, 10], late, as_of=AS_OF + timedelta(days=3)), period_end=AS_OF, value=10)


def test_a_week_without_rows_is_not_evaluable_and_no_green(judge: Judge) -> None:
    found = judge([90, None], kpi(BANDS))
    assert_quiet(found, "no rows")
    assert (check_of(found).period_end, check_of(found).value) == (AS_OF, None)


def test_a_small_sample_is_not_judged(judge: Judge) -> None:
    assert_quiet(judge([90, 10], kpi(BANDS, min_n=2)), "below min_n")


def test_a_true_zero_is_judged(judge: Judge) -> None:
    assert_breach(judge([90, 0], kpi(BANDS, metric=SUM)), value=0)
    assert_breach(judge([90, None], kpi(BANDS, metric=SUM, min_n=None)), value=0, n=0)


def test_no_data_at_all_is_no_green(judge: Judge) -> None:
    found = judge({"leads": [{"lead_id": "L", "created_on": AS_OF}]}, kpi(BANDS, metric=MEAN))
    assert_quiet(found, "no rows")


def test_two_reds_in_a_row_escalate_to_the_audience(judge: Judge) -> None:
    runbook = {"first_day": ["Look."], "next_days": ["Mend."], "escalation": "Twice.", "audience": ["CRO", "CFO"]}
    card = assert_breach(judge([90, 50, 50], kpi(BANDS, runbook=runbook)), escalated=True, age_periods=2)
    assert (card.escalation_audience, card.since) == ("CRO + CFO", sunday(1))


@pytest.mark.parametrize(
    ("weeks", "escalated", "age"),
    [
        ([90, 50], False, 1),
        ([50, 90, 50], False, 1),
        ([50, 70, 50], False, 3),
        ([50, None, 50], True, 2),
        ([90, 70, 50], False, 2),
        ([50, 50, None, None, 50], True, 3),
    ],
)
def test_escalation_counts_evaluable_reds_in_a_row(weeks: list[float], escalated: bool, age: int, judge: Judge) -> None:
    assert_breach(judge(weeks, kpi(BANDS)), escalated=escalated, age_periods=age)


def test_yellow_never_escalates(judge: Judge) -> None:
    assert_breach(judge([70, 70, 70], kpi(BANDS)), "yellow", escalated=False, age_periods=3)


def test_the_runbook_may_wait_for_more_reds(judge: Judge) -> None:
    patient = {"first_day": ["Look."], "next_days": ["Mend."], "escalation": "Thrice.", "audience": ["CRO"]}
    patient |= {"escalate_after_red_periods": 3}
    assert_breach(judge([50, 50], kpi(BANDS, runbook=patient)), escalated=False)
    assert_breach(judge([50, 50, 50], kpi(BANDS, runbook=patient)), escalated=True)


def test_trailing_windows_age_without_overlap(judge: Judge) -> None:
    # The windows that end a week apart share three weeks; only the ones four weeks apart are periods of their own.
    assert_breach(judge([90] * 4 + [50] * 4, kpi(BANDS | {"window": "4w"})), age_periods=1, escalated=False)
    assert_breach(judge([50] * 8, kpi(BANDS | {"window": "4w"})), age_periods=2, escalated=True)
