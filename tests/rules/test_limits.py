"""Amounts, natural limits of a weekly value, and sources that stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .judging import ACTION, AS_OF, BANDS, MEAN, SUM, Judge, assert_breach, assert_quiet, check_of, deals, kpi, sunday

ABOVE = {"kind": "amount", "id": "much", "window": "week", "above": 1000, "action": ACTION}
BELOW = {"kind": "amount", "id": "little", "window": "week", "below": 1000, "action": ACTION}
LIMITS = {"kind": "control_limits", "id": "natural", "action": ACTION}
STALE = {"kind": "stale_source", "id": "stale", "window": "week", "days": 10, "action": ACTION}
SWINGS = [8, 12] * 10

# --- Amount -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [1000, 999.9999, 0])
def test_on_or_under_the_limit_is_quiet(amount: float, judge: Judge) -> None:
    assert_quiet(judge([5000, amount], kpi(ABOVE, metric=SUM)))


def test_above_the_limit(judge: Judge) -> None:
    assert_breach(judge([0, 1000.0001], kpi(ABOVE, metric=SUM)), limit=1000, limit_text="red above 1,000")


@pytest.mark.parametrize("amount", [1000, 1000.0001])
def test_on_or_over_a_lower_limit_is_quiet(amount: float, judge: Judge) -> None:
    assert_quiet(judge([0, amount], kpi(BELOW, metric=SUM)))


def test_below_the_limit(judge: Judge) -> None:
    assert_breach(judge([0, 999], kpi(BELOW | {"severity": "yellow"}, metric=SUM)), "yellow", limit=1000)


def test_an_amount_that_cannot_be_read_is_no_green(judge: Judge) -> None:
    assert_quiet(judge([5000, None], kpi(ABOVE, metric=MEAN)), "no rows")


def renewal(key: str, days: int, **columns: object) -> dict[str, object]:
    told = {"renewal_id": key, "at_risk": True, "at_risk_since_on": sunday(3), "arr": 600}
    return told | {"renewal_on": AS_OF + timedelta(days=days), "opened_on": sunday(8)} | columns


@pytest.mark.parametrize(
    "other",
    [
        renewal("B", 61),
        renewal("B", 0),
        renewal("B", 30, at_risk=False),
        renewal("B", 30, renewed_on=AS_OF),
        renewal("B", 30, at_risk_since_on=AS_OF + timedelta(days=1)),
        renewal("B", 30, arr=400),
    ],
)
def test_renewals_that_are_no_risk_of_the_next_sixty_days(other: dict[str, object], judge: Judge) -> None:
    stock = {"table": "renewals", "start": "at_risk_since_on", "end": "renewed_on", "sum": "arr"}
    stock |= {"where": [{"column": "at_risk", "is": True}], "horizon": {"column": "renewal_on", "days": 60}}
    risk = kpi(ABOVE, metric={"kind": "stock", "of": stock}, min_n=None)
    assert_quiet(judge({"renewals": [renewal("A", 1), other]}, risk))
    assert_breach(judge({"renewals": [renewal("A", 1), renewal("B", 60)]}, risk), value=1200)


# --- Control limits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "weeks",
    [
        [*SWINGS, 20.6],  # the upper limit is 10 + 2.66 × 4 = 20.64
        [*SWINGS, -0.6],
        [*[12, 8] * 8, *[11] * 7],  # seven above the centre
        [*SWINGS, *[17, 10, 10, 17]],  # two of four near the limit
        [*SWINGS, *[17, 17, 17, 10]],  # the latest is not near it
        [10] * 12,
    ],
)
def test_ordinary_variation_is_quiet(weeks: list[float], judge: Judge) -> None:
    assert_quiet(judge(weeks, kpi(LIMITS)))


@pytest.mark.parametrize(
    ("weeks", "found"),
    [
        ([*SWINGS, 20.7], "outside"),
        ([*SWINGS, -0.7], "outside"),
        ([*[12, 8] * 8, *[11] * 8], "eight on one side"),
        ([*SWINGS, *[17, 10, 17, 17]], "three of four near a limit"),
        ([*[12, 8] * 10, *[3, 10, 3, 3]], "three of four near a limit"),
    ],
)
def test_a_signal(weeks: list[float], found: str, judge: Judge) -> None:
    card = assert_breach(judge(weeks, kpi(LIMITS)), "yellow", rule_kind="control_limits")
    assert f"natural range: {found}" in card.limit_text


def test_fewer_than_six_weeks_have_no_limits(judge: Judge) -> None:
    assert_quiet(judge([10, 11, 10, 11, 10, 99], kpi(LIMITS)), "fewer than six weeks")
    assert_breach(judge([10, 11, 10, 11, 10, 11, 99], kpi(LIMITS)), "yellow")


def test_weeks_that_cannot_be_read_are_skipped(judge: Judge) -> None:
    assert_quiet(judge([10, None, 11, None, 10, 11, 10, 99], kpi(LIMITS)), "fewer than six weeks")
    assert_breach(judge([10, None, 11, None, 10, 11, 10, 11, 99], kpi(LIMITS)), "yellow")
    assert_quiet(judge([*SWINGS, None], kpi(LIMITS)), "no rows")


def test_only_the_bad_side_counts(judge: Judge) -> None:
    assert_quiet(judge([*SWINGS, 99], kpi(LIMITS | {"side": "below"})))
    assert_quiet(judge([*SWINGS, -99], kpi(LIMITS | {"side": "above"})))
    assert_breach(judge([*SWINGS, -99], kpi(LIMITS | {"side": "below"})), "yellow")
    assert_breach(judge([*SWINGS, 99], kpi(LIMITS | {"side": "above"})), "yellow")


def test_limits_come_from_the_baseline_alone(judge: Judge) -> None:
    # Wild weeks before the last ten would widen the limits.
    wild = [0, 100] * 6 + SWINGS[:10] + [40]
    assert_quiet(judge(wild, kpi(LIMITS)))
    assert_breach(judge(wild, kpi(LIMITS | {"baseline_weeks": 10})), "yellow")


# --- Stale sources ----------------------------------------------------------------------------------------------


def test_a_source_that_moves_is_quiet(judge: Judge) -> None:
    assert_quiet(judge([10] * 3, kpi(STALE)))


def test_a_source_on_its_last_allowed_day_is_quiet(judge: Judge) -> None:
    # The last deal closed on a Wednesday, four days before its week's end.
    assert_quiet(judge([10, 10, None], kpi(STALE | {"days": 11})))


def test_a_source_that_stopped(judge: Judge) -> None:
    card = assert_breach(judge([10, 10, None], kpi(STALE)), "yellow", rule_kind="stale_source", value=None)
    assert card.limit_text == "source older than 10 days"


def test_a_kpi_is_as_old_as_its_oldest_table(judge: Judge) -> None:
    counted = {"table": "leads", "date": "created_on"}
    metric = {"kind": "ratio", "numerator": {"table": "opportunities", "date": "closed_on"}, "denominator": counted}
    leads = [{"lead_id": str(back), "created_on": sunday(back)} for back in (0, 1, 2)]
    fresh = {"opportunities": deals([1, 1, 1]), "leads": leads}
    assert_quiet(judge(fresh, kpi(STALE, metric=metric)))
    old = {"opportunities": deals([1, None, None]), "leads": leads}
    assert_breach(judge(old, kpi(STALE, metric=metric)), "yellow")


def test_numbers_of_a_stale_source_are_not_judged(judge: Judge) -> None:
    refresh = {"sla_days": 0, "final": "Then.", "stale_after_days": 10}
    found = judge([10, 10, None], kpi(BANDS, metric=SUM, refresh=refresh))
    assert_quiet(found, "source stale")
    assert found.stale == ("kpi",)
    assert check_of(found).status == "not_evaluable"
    assert_breach(judge([10, 10], kpi(BANDS, metric=SUM, refresh=refresh)))
