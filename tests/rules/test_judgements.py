"""What each rule said of the latest final periods: late data and missed ticks are seen by it."""

from __future__ import annotations

from datetime import timedelta

from .judging import AS_OF, BANDS, FALLS, Judge, deals, kpi, sunday

BY_SEGMENT = BANDS | {"id": "by_segment", "scope": "segment"}


def test_every_rule_answers_for_every_slice_of_its_scope(judge: Judge) -> None:
    rows = [*deals([90] * 14, "A", segment="SMB"), *deals([50] * 14, "B", segment="Enterprise")]
    found = judge(rows, kpi(BANDS, FALLS, BY_SEGMENT, dimensions=[{"name": "segment"}], recover_after=3))

    assert {(one.rule, one.slice, one.periods[-1].status) for one in found.judgements} == {
        ("bands", "(all)", "yellow"),
        ("falls", "(all)", "green"),
        ("by_segment", "SMB", "green"),
        ("by_segment", "Enterprise", "red"),
    }
    one = found.judgements[0]
    assert (one.recover_after, one.escalate_after, one.version, len(one.contract)) == (3, 2, 1, 16)


def test_periods_stand_in_the_order_of_time_with_their_readings(judge: Judge) -> None:
    (one,) = judge([90, 50, None, 70, 90], kpi(BANDS)).judgements

    assert [(period.end, period.status, period.value, period.n) for period in one.periods] == [
        (sunday(4), "green", 90, 1),
        (sunday(3), "red", 50, 1),
        (sunday(2), "not_evaluable", None, 0),
        (sunday(1), "yellow", 70, 1),
        (sunday(0), "green", 90, 1),
    ]
    assert [period.limit for period in one.periods] == [60, 60, None, 80, 60]
    assert all(period.start == period.end - timedelta(days=6) for period in one.periods)


def test_an_open_period_is_not_among_them_and_the_day_it_is_final_is_said(judge: Judge) -> None:
    (one,) = judge([50] * 20, kpi(BANDS, refresh={"sla_days": 3, "final": "On Wednesday."})).judgements

    assert (one.periods[-1].end, one.periods[-1].final_on) == (sunday(1), sunday(1) + timedelta(days=3))
    assert len(one.periods) == 13


def test_long_windows_reach_back_to_one_that_does_not_overlap(judge: Judge) -> None:
    (one,) = judge([50] * 60, kpi(BANDS | {"window": "13w"})).judgements

    assert one.periods[-1].end == AS_OF
    assert one.periods[0].end < one.periods[-1].start


def test_quarters_are_told_apart(judge: Judge) -> None:
    windows = ["week", "4w", "13w", "month", "quarter"]
    (one,) = judge([50] * 70, kpi(BANDS | {"window": "quarter"}, windows=windows)).judgements

    assert [later.start - sooner.end for sooner, later in zip(one.periods, one.periods[1:], strict=False)] == [
        timedelta(days=1)
    ] * (len(one.periods) - 1)
    assert len(one.periods) == 4
