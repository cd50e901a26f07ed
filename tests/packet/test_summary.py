"""The first page: a row for each KPI, deltas in their columns, and who moved most."""

from dataclasses import replace
from datetime import timedelta

from kpi_engine.card import Change, Check, Point
from services.packet.summary import MOST_ROWS, groups, movers
from tests.pages.assessments import LAST
from tests.pages.fake_engine import RISK, WIN_RATE

CONTRACTS = {"win_rate": WIN_RATE, "renewal_risk_dollars": RISK}
WEEK = timedelta(days=7)


def line(*values: float | None, end=LAST) -> tuple[Point, ...]:
    return tuple(Point(end - WEEK * (len(values) - 1 - at), value) for at, value in enumerate(values))


TOTAL = Check(
    "win_rate", "Win rate", "green", "total", "(all)", LAST, 0.26, 80, "", "week",
    (
        Change("last week", 0.25, 0.04), Change("trailing 4 weeks", 0.24, 0.08),
        Change("trailing 8 weeks", None, None, "no rows"), Change("trailing 13 weeks", 0.2, 0.3),
    ),
    line(0.2, 0.21, 0.2, 0.21, 0.2, 0.26),
)  # fmt: skip
EMEA = replace(TOTAL, status="red", dimension="region", slice="EMEA", value=0.12)
AMERICAS = replace(TOTAL, dimension="region", slice="Americas")


def rows_of(*checks: Check):
    found, left = groups(checks, (), CONTRACTS, "weekly revenue", "USD")
    return [row for group in found for row in group.rows], left


def test_green_kpis_are_listed_and_green_slices_are_counted():
    rows, left = rows_of(EMEA, TOTAL, AMERICAS)

    assert [(row.name, row.where, row.status) for row in rows] == [
        ("Win rate", "", "green"),
        ("Win rate", "Region: EMEA", "red"),
    ]
    assert rows[0].note == "1 slice green"
    assert rows[0].threshold == "red below 21.0 %, green above 25.0 %".replace(" %", "\u00a0%")
    assert left == 0


def test_deltas_stand_in_the_column_of_their_window():
    (row,), _ = rows_of(TOTAL)

    assert (row.before.shown, row.weeks4.shown, row.weeks13.shown) == ("+4.0 %", "+8.0 %", "+30.0 %")
    assert (row.weeks8.shown, row.weeks8.was) == ("–", "no data")
    assert row.year is None


def test_a_window_of_weeks_against_the_one_before_is_no_trailing_window():
    previous = replace(TOTAL, window="13w", changes=(Change("previous 13 weeks", 0.25, 0.04),))
    (row,), _ = rows_of(previous)

    assert row.before.shown == "+4.0 %"
    assert row.weeks13 is None


def test_not_evaluable_says_why_instead_of_a_number():
    (row,), _ = rows_of(replace(TOTAL, status="not_evaluable", value=None, reason="source stale"))

    assert (row.value, row.shown, row.status) == (None, "source out of date", "not_evaluable")


def test_the_own_forum_comes_first():
    monthly = WIN_RATE.model_copy(update={"id": "monthly", "cadence": "monthly"})
    found, _ = groups(
        (replace(TOTAL, kpi="monthly"), TOTAL), (), {**CONTRACTS, "monthly": monthly}, "monthly review", "USD"
    )

    assert [group.name for group in found] == ["Monthly review", "Weekly revenue"]


def test_more_slices_than_a_page_holds_are_counted():
    slices = [replace(EMEA, slice=f"R{number}") for number in range(60)]
    rows, left = rows_of(TOTAL, *slices)

    assert len(rows) == MOST_ROWS
    assert left == 61 - MOST_ROWS


def test_a_mover_moved_further_than_it_usually_does():
    (found,) = movers((TOTAL,), CONTRACTS, "USD")

    assert found.size == "6.0× its usual step"


def test_a_usual_step_is_no_mover():
    steady = replace(TOTAL, points=line(0.2, 0.21, 0.2, 0.21, 0.2, 0.21))
    gap = replace(TOTAL, points=line(0.2, 0.21, 0.2, 0.21, 0.2, None, 0.26))
    young = replace(TOTAL, points=line(0.2, 0.26))

    assert movers((steady, gap, young), CONTRACTS, "USD") == ()


def test_windows_of_four_weeks_are_compared_where_they_do_not_overlap():
    quarter_weeks = [0.2 + 0.001 * (at % 4) for at in range(26)]
    overlapping = replace(TOTAL, window="4w", points=line(*quarter_weeks[:-1], 0.3))
    (found,) = movers((overlapping,), CONTRACTS, "USD") or (None,)

    assert found is None, "equal values four weeks apart have no usual step to be measured in"


def test_a_kpi_moves_once_in_the_list():
    assert len(movers((TOTAL, EMEA, AMERICAS), CONTRACTS, "USD")) == 1
