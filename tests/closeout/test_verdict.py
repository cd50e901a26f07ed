"""The verdict on a success metric, at its boundaries: the target itself, the check date, the day it is final."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from kpi_engine.closeout import Success, checked_period, verdict
from kpi_engine.period import Calendar

CALENDAR = Calendar()
SUCCESS = Success(
    dimension="total",
    slice="(all)",
    window="week",
    target=0.21,
    direction="higher_is_better",
    decided_on=date(2026, 6, 1),
    check_on=date(2026, 6, 28),  # a Sunday: the week ends on it
)
LAST = date(2026, 6, 28)


def readings(*values, slice_=("total", "(all)"), last=LAST, reason=""):
    """Weekly readings, the newest one last; None is not evaluable for the reason."""
    rows = []
    for at, value in enumerate(values):
        end = last - timedelta(days=7 * (len(values) - 1 - at))
        known = value is not None
        state = "not_evaluable" if not known else "zero" if value == 0 else "value"
        row = (*slice_, end, value if known else float("nan"), 40, state, "" if known else reason, "count")
        rows.append(row)
    return pd.DataFrame(rows, columns=["dimension", "slice", "period_end", "value", "n", "state", "reason", "variant"])


def outcome(table, as_of=LAST, **changes):
    found = verdict(replace(SUCCESS, **changes), table, CALENDAR, as_of)
    return None if found is None else (found.outcome, found.reason)


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [
        (0.21, "higher_is_better", "met"),
        (0.2099999, "higher_is_better", "not met"),
        (0.2100001, "higher_is_better", "met"),
        (0.21, "lower_is_better", "met"),
        (0.2100001, "lower_is_better", "not met"),
        (0.2099999, "lower_is_better", "met"),
    ],
)
def test_the_target_itself_is_reached_and_values_are_not_rounded(value, direction, expected):
    assert outcome(readings(0.1, value), direction=direction) == (expected, "")


def test_a_true_zero_is_a_value():
    assert outcome(readings(0.0), direction="lower_is_better", target=0.0) == ("met", "")
    assert outcome(readings(0.0)) == ("not met", "")


def test_the_day_before_the_check_date_is_too_early():
    assert outcome(readings(0.3), as_of=LAST - timedelta(days=1)) is None


def test_the_verdict_waits_until_the_period_is_final():
    assert outcome(readings(0.3, None, reason="period still open"), as_of=LAST + timedelta(days=3)) is None


@pytest.mark.parametrize(
    ("check_on", "value"), [(LAST, 0.3), (LAST + timedelta(days=6), 0.3), (LAST - timedelta(days=1), 0.2)]
)
def test_the_last_period_that_ends_by_the_check_date_counts_never_a_later_one(check_on, value):
    table = readings(0.1, 0.2, 0.3, 0.9, last=LAST + timedelta(days=7))

    found = verdict(replace(SUCCESS, check_on=check_on), table, CALENDAR, LAST + timedelta(days=30))

    assert found.value == value
    assert found.period.end <= check_on


@pytest.mark.parametrize("reason", ["source stale", "below min_n", "segment missing", "no rows"])
def test_what_cannot_be_read_is_not_evaluable_for_its_reason(reason):
    assert outcome(readings(0.3, None, reason=reason)) == ("not evaluable", reason)


def test_an_earlier_value_never_stands_in_for_a_missing_period():
    assert outcome(readings(0.9, 0.9, last=LAST - timedelta(days=7))) == ("not evaluable", "no rows")
    elsewhere = readings(0.9, slice_=("region", "EMEA"))
    assert outcome(elsewhere) == ("not evaluable", "segment missing")


def test_without_a_target_it_is_not_evaluable_and_only_from_the_check_date_on():
    assert outcome(readings(0.3), target=None) == ("not evaluable", "no target")
    assert outcome(readings(0.3), target=None, as_of=LAST - timedelta(days=1)) is None


def test_a_period_that_had_ended_before_the_decision_says_nothing_about_it():
    table = readings(0.9, last=date(2026, 3, 31))

    found = outcome(table, window="quarter", decided_on=date(2026, 5, 5), check_on=date(2026, 6, 2), as_of=LAST)

    assert found == ("not evaluable", "no period ended between the decision and its check date")


@pytest.mark.parametrize(
    ("window", "check_on", "end"),
    [
        ("week", date(2026, 6, 28), date(2026, 6, 28)),
        ("week", date(2026, 6, 27), date(2026, 6, 21)),
        ("4w", date(2026, 6, 30), date(2026, 6, 28)),
        ("13w", date(2026, 6, 28), date(2026, 6, 28)),
        ("month", date(2026, 6, 30), date(2026, 6, 30)),
        ("month", date(2026, 6, 29), date(2026, 5, 31)),
        ("quarter", date(2026, 6, 30), date(2026, 6, 30)),
        ("quarter", date(2026, 6, 29), date(2026, 3, 31)),
    ],
)
def test_the_period_is_found_by_the_calendar(window, check_on, end):
    assert checked_period(CALENDAR, window, check_on).end == end
