"""The sample company is a plausible business that stays quiet where nothing is planted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

import pytest

from kpi_engine.sample import DATA_ON, World
from kpi_engine.sample.money_tables import targets

from . import weekly
from .weekly import HEALTHY

LAST_WEEK = date(2026, 6, 22)
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")


@pytest.fixture(scope="session")
def quarter_targets(world: World) -> dict[tuple[int, str], float]:
    found: dict[tuple[int, str], float] = defaultdict(float)
    for row in targets(world):
        assert isinstance(row["period_on"], date) and isinstance(row["amount"], float)
        found[weekly.quarter(row["period_on"]), str(row["segment"])] += row["amount"]
    return found


@pytest.mark.parametrize(
    ("measure", "low", "high"),
    [
        (weekly.newly_qualified, 16, 60),
        (weekly.discovery_completion, 0.81, 0.97),
        (weekly.discovery_to_pilot, 0.31, 0.6),
        (weekly.first_value_days, 3, 13.5),
        (weekly.triage_hours, 6, 23),
        (weekly.failed_gates, 0.04, 0.149),
        (weekly.scope_changes, 0.02, 0.149),
        (weekly.win_rate, 0.2, 0.32),
    ],
)
def test_green_in_every_healthy_week(
    world: World, measure: Callable[[World], dict[date, float]], low: float, high: float
) -> None:
    values = measure(world)
    assert {week: values[week] for week in HEALTHY if not low <= values[week] <= high} == {}


def test_proposals_are_green_in_nearly_every_healthy_week(world: World) -> None:
    values = weekly.acceptance(world)
    assert sum(values[week] <= 0.35 for week in HEALTHY) <= 1


def test_months_are_green(world: World) -> None:
    closed = [deal for deal in world.deals if deal.won and deal.close_on <= DATA_ON and deal.discovery_on]
    for month in range(1, 13):
        in_month = [deal for deal in closed if (deal.close_on.year, deal.close_on.month) == (2025, month)]
        assert 48 < median((deal.close_on - deal.discovery_on).days for deal in in_month if deal.discovery_on) < 59
        assert 0.10 < 1 - sum(d.amount for d in in_month) / sum(d.list_amount for d in in_month) < 0.14
        completed = sum((p.completed_on or date.min).replace(day=1) == date(2025, month, 1) for p in world.pilots)
        paid = sum((p.paid_on or date.min).replace(day=1) == date(2025, month, 1) for p in world.pilots)
        assert 0.41 < paid / completed < 0.7


def test_win_rate_is_near_a_quarter(world: World) -> None:
    closed = [deal for deal in world.deals if deal.close_on <= DATA_ON]
    assert 0.235 < sum(deal.won for deal in closed) / len(closed) < 0.265


def test_customers_stay_and_grow(world: World) -> None:
    then, now = weekly.arr_of(world, date(2025, 3, 31)), weekly.arr_of(world, date(2026, 3, 31))
    nrr = sum(now[account] for account in then) / sum(then.values())
    grr = sum(min(now[account], arr) for account, arr in then.items()) / sum(then.values())
    assert 1.06 < nrr < 1.11
    assert 0.89 < grr < 0.94


@pytest.mark.parametrize("month", [date(2025, 8, 1), date(2025, 12, 1), date(2026, 5, 1)])
def test_more_than_a_fifth_of_the_customers_expand_in_a_month(world: World, month: date) -> None:
    before = weekly.arr_of(world, month - timedelta(days=1))
    after = weekly.arr_of(world, (month + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    grown = sum(arr > before[account] > 0 for account, arr in after.items())
    assert 0.21 < grown / len(after) < 0.28


def test_larger_segments_pay_more(world: World) -> None:
    won = {name: [d.amount for d in world.deals if d.won and d.segment == name] for name in SEGMENTS}
    averages = [sum(amounts) / len(amounts) for amounts in won.values()]
    assert averages[0] > 2.5 * averages[1] > 5 * averages[2]


def test_quarters_end_in_a_rush(world: World) -> None:
    closed = weekly.per_week(deal.close_on for deal in world.deals)
    assert closed[date(2025, 9, 22)] > 1.3 * closed[date(2025, 10, 6)]


def test_coverage_of_the_next_quarter(world: World, quarter_targets: dict[tuple[int, str], float]) -> None:
    for week in HEALTHY:
        for segment in SEGMENTS:
            assert 3.1 < weekly.coverage(world, quarter_targets, week + timedelta(days=6), segment) < 4.1
    last = {segment: weekly.coverage(world, quarter_targets, DATA_ON, segment) for segment in SEGMENTS}
    assert last["Mid-Market"] < 2.7
    assert 3.2 < last["Enterprise"] < 4 and 3.2 < last["SMB"] < 4


def test_win_rate_of_a_segment_seldom_falls_by_chance(world: World) -> None:
    falls = [week for week in HEALTHY for name in SEGMENTS if weekly.change_against_8_weeks(world, name, week) < -0.15]
    assert len(falls) <= 5


def test_story_pricing_change(world: World) -> None:
    assert weekly.change_against_8_weeks(world, "Enterprise", LAST_WEEK) < -0.2
    assert weekly.change_against_8_weeks(world, "SMB", LAST_WEEK) > -0.15


def test_story_faster_setup(world: World) -> None:
    days = weekly.first_value_days(world)
    assert median(days[week] for week in HEALTHY) > 1.2 * days[LAST_WEEK]
    early = [trial for trial in world.trials if trial.started_on < date(2026, 1, 19)]
    late = [trial for trial in world.trials if date(2026, 1, 19) <= trial.started_on < date(2026, 6, 15)]
    rates = [sum(trial.activated_on is not None for trial in group) / len(group) for group in (early, late)]
    assert rates[1] > rates[0] + 0.1


def test_story_quarter_end_discounts(world: World) -> None:
    won = [deal for deal in world.deals if deal.won and date(2026, 6, 8) <= deal.close_on <= DATA_ON]
    assert 1 - sum(deal.amount for deal in won) / sum(deal.list_amount for deal in won) > 0.22


def test_story_renewal_wave(world: World) -> None:
    usual = median(weekly.at_risk(world, week + timedelta(days=6)) for week in HEALTHY)
    assert weekly.at_risk(world, DATA_ON) > 2.5 * usual


def test_story_no_shows(world: World) -> None:
    values = weekly.discovery_completion(world)
    assert values[LAST_WEEK] < 0.6 and values[LAST_WEEK - timedelta(days=7)] < 0.6


def test_story_gate_failures(world: World) -> None:
    values = weekly.failed_gates(world)
    assert values[date(2026, 3, 9)] > 0.3 and values[date(2026, 3, 16)] > 0.3
    assert values[date(2026, 3, 2)] < 0.15 and values[date(2026, 3, 23)] < 0.15
