"""Change and run: how far a window lies from what came before it."""

from __future__ import annotations

import pytest

from .judging import FALLS, MEAN, SUM, Judge, assert_breach, assert_quiet, deals, kpi

STEADY = [100.0] * 8
RISES = {key: value for key, value in FALLS.items() if key != "falls_by"} | {"id": "rises", "rises_by": 0.15}
POINTS = FALLS | {"falls_by": 10, "measured": "absolute"}
RUN = {"kind": "run", "id": "run", "window": "4w", "falls_by": 0.15, "action": FALLS["action"]}


@pytest.mark.parametrize("now", [85, 85.0001, 100, 300])
def test_a_fall_within_the_limit_is_quiet(now: float, judge: Judge) -> None:
    assert_quiet(judge([*STEADY, now], kpi(FALLS)))


def test_a_fall_of_exactly_as_much_is_quiet_in_doubles_too(judge: Judge) -> None:
    # 0.2 less a quarter is 0.15000000000000002 in doubles, a hair above three won of twenty.
    quarter = FALLS | {"falls_by": 0.25}
    assert_quiet(judge([*[0.2] * 8, 0.15], kpi(quarter)))
    assert_breach(judge([*[0.2] * 8, 0.1499], kpi(quarter)), limit=pytest.approx(0.15))


def test_a_fall_beyond_the_limit(judge: Judge) -> None:
    card = assert_breach(judge([*STEADY, 84.9999], kpi(FALLS)), limit=85, value=84.9999, rule="falls")
    assert card.limit_text == "red below 85 (falls more than 15 % against the trailing 8 weeks)"


def test_the_week_itself_is_not_in_its_baseline(judge: Judge) -> None:
    # With the week itself among the eight, 84 would lie within 15 % of their mean.
    assert_breach(judge([100] * 8 + [84], kpi(FALLS)), limit=85)


def test_the_baseline_is_added_up_before_it_is_divided(judge: Judge) -> None:
    # Nine deals of 10 last week and one of 100 in each of the seven before: 790 / 16 = 49.4, not the mean of means.
    before = [*deals([*[100] * 7, None, None], "few")]
    before += [deal for number in range(9) for deal in deals([10, None], f"many {number}")]
    assert_quiet(judge([*before, *deals([42])], kpi(FALLS)))
    assert_breach(judge([*before, *deals([41.9])], kpi(FALLS)), limit=pytest.approx(790 / 16 * 0.85))


@pytest.mark.parametrize("now", [90, 95, 110])
def test_points_within_the_limit_are_quiet(now: float, judge: Judge) -> None:
    assert_quiet(judge([*STEADY, now], kpi(POINTS)))


def test_points_beyond_the_limit(judge: Judge) -> None:
    assert_breach(judge([*STEADY, 89.9999], kpi(POINTS)), limit=90)


@pytest.mark.parametrize("now", [115, 100, 10])
def test_a_rise_within_the_limit_is_quiet(now: float, judge: Judge) -> None:
    assert_quiet(judge([*STEADY, now], kpi(RISES)))


def test_a_rise_beyond_the_limit(judge: Judge) -> None:
    assert_breach(judge([*STEADY, 115.0001], kpi(RISES)), limit=pytest.approx(115))


def test_what_adds_up_is_held_against_an_average_week(judge: Judge) -> None:
    # Eight weeks of 100 make 800; a week of 90 is no fall from them.
    assert_quiet(judge([*STEADY, 90], kpi(FALLS, metric=SUM)))
    assert_breach(judge([*STEADY, 80], kpi(FALLS, metric=SUM)), limit=85)


def test_what_adds_up_counts_empty_weeks_of_the_baseline(judge: Judge) -> None:
    # Four weeks of 100 and four without: an average week has 50.
    assert_quiet(judge([100, None] * 4 + [45], kpi(FALLS, metric=SUM)))
    assert_breach(judge([100, None] * 4 + [42], kpi(FALLS, metric=SUM)), limit=42.5)


def test_a_history_too_short_is_not_evaluable(judge: Judge) -> None:
    assert_quiet(judge([100, 100, 10], kpi(FALLS)), "comparison: no rows")


def test_a_baseline_that_cannot_be_read_is_not_evaluable(judge: Judge) -> None:
    weekly = FALLS | {"against": "week"}
    assert_quiet(judge([*STEADY, None, 10], kpi(weekly)), "comparison: no rows")
    pairs = [*deals([100, 100, 10], "one"), *deals([100, None, 10], "other")]
    assert_quiet(judge(pairs, kpi(weekly, min_n=2)), "comparison: below min_n")


def test_a_fall_from_zero_has_no_size(judge: Judge) -> None:
    assert_quiet(judge([0] * 8 + [10], kpi(RISES)), "comparison: zero")
    assert_breach(judge([0] * 8 + [10], kpi(RISES | {"rises_by": 9, "measured": "absolute"})), limit=9)
    assert_quiet(judge([0] * 8 + [9], kpi(RISES | {"rises_by": 9, "measured": "absolute"})))


def test_a_negative_number_falls_away_from_zero(judge: Judge) -> None:
    assert_quiet(judge([-100] * 8 + [-115], kpi(FALLS)))
    assert_quiet(judge([-100] * 8 + [-50], kpi(FALLS)))
    assert_breach(judge([-100] * 8 + [-116], kpi(FALLS)), limit=-115)


def test_a_week_that_cannot_be_read_is_not_judged(judge: Judge) -> None:
    assert_quiet(judge([*STEADY, None], kpi(FALLS)), "no rows")


def test_severity_is_the_rule_s(judge: Judge) -> None:
    assert_breach(judge([*STEADY, 50], kpi(FALLS | {"severity": "yellow"})), "yellow")


def test_without_against_a_window_is_held_against_its_predecessor(judge: Judge) -> None:
    own = {key: value for key, value in FALLS.items() if key != "against"}
    assert_quiet(judge([500, 100, 90], kpi(own)))
    assert_breach(judge([10, 100, 80], kpi(own)), limit=85)


# --- Runs: four weeks at a time ---------------------------------------------------------------------------------


def windows(*values: float | None) -> list[float | None]:
    """Four weeks of each value."""
    return [value for value in values for _ in range(4)]


def test_two_falls_in_a_row(judge: Judge) -> None:
    card = assert_breach(judge(windows(100, 80, 60), kpi(RUN)), limit=68, window="4w")
    assert card.limit_text == "red below 68 (falls more than 15 % against the period before, 2 windows in a row)"


@pytest.mark.parametrize(
    "values",
    [
        (100, 100, 80),
        (100, 80, 80),
        (100, 80, 80, 60),
        (100, 80, 90, 70),
        (100, 90, 80),
        (60, 80, 100),
        (100, 85, 72.25),
    ],
)
def test_one_fall_is_no_run(values: tuple[float, ...], judge: Judge) -> None:
    assert_quiet(judge(windows(*values), kpi(RUN)))


def test_windows_that_overlap_are_not_two(judge: Judge) -> None:
    # Read every week, the trailing four weeks fall and fall again; they share three weeks.
    assert_quiet(judge([100] * 8 + [80, 60, 40, 20], kpi(RUN)))


def test_a_missing_window_does_not_reset_a_run(judge: Judge) -> None:
    assert_breach(judge(windows(100, 80, None, 60, 45), kpi(RUN)))


@pytest.mark.parametrize("values", [(100, 100, None, 100, 80), (100, 100, None, 60, 60), (100, 80, None, 80, 80)])
def test_a_missing_window_does_not_advance_a_run(values: tuple[float | None, ...], judge: Judge) -> None:
    assert_quiet(judge(windows(*values), kpi(RUN)))


def test_a_run_that_ends_in_a_missing_window_is_not_evaluable(judge: Judge) -> None:
    assert_quiet(judge(windows(100, 80, 60, None), kpi(RUN)), "no rows")


def test_a_run_of_three_needs_three(judge: Judge) -> None:
    assert_quiet(judge(windows(100, 80, 60), kpi(RUN | {"times": 3})))
    assert_breach(judge(windows(100, 80, 60, 40), kpi(RUN | {"times": 3})))


def test_a_run_of_sums(judge: Judge) -> None:
    assert_quiet(judge(windows(100, 90, 80), kpi(RUN, metric=SUM)))
    assert_breach(judge(windows(100, 80, 60), kpi(RUN, metric=SUM)), value=240)


def test_a_run_over_months(judge: Judge) -> None:
    monthly = kpi(RUN | {"window": "month"}, metric=MEAN, refresh={"sla_days": 0, "final": "Then."})
    # March is not over on the 29th: December, January and February are what is judged.
    weeks = [100] * 4 + [100] * 5 + [80] * 4 + [60] * 4 + [0] * 4
    found = judge(weeks, monthly)
    card = assert_breach(found, window="month", value=60)
    assert (card.period_start.month, card.period_end.month) == (2, 2)
