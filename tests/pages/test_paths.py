"""The big chart shows when a decision was taken, what it expected and how it went, for exactly its line."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from decision_log.closeout import Closeout
from decision_log.decision import Decision, DecisionTaken, Version
from kpi_engine.known_issue import KnownIssue, Scope
from pages.components.trend import trend
from pages.components.units import day
from services.drill_down import View

from .assessments import AS_OF, BUSY, LAST
from .fake_engine import WIN_RATE, FakeEngine

DECIDED = LAST - timedelta(days=7 * 20)
CHECK = LAST + timedelta(days=14)


def decision(decided_on=DECIDED, target=0.25, slice_=("total", "(all)"), window="4w", kpi="win_rate"):
    taken = DecisionTaken(
        kpi=kpi, dimension="total", slice="(all)", period_end=decided_on, context="", facts={"window": window},
        decided_on=decided_on, forum="", decision_owner="CRO", action="mitigate", action_text="", why="",
        expected_impact="", impact_by=CHECK, metric_kpi="win_rate", metric_dimension=slice_[0],
        metric_slice=slice_[1], metric_target=target, check_on=CHECK, closeout_criteria="",
    )  # fmt: skip
    return Decision(1, "decision/a", (Version(None, "dana", taken),), 1), Closeout(CHECK, None, ())


def view(*decisions, within=None, window="4w"):
    table = FakeEngine(BUSY).readings(None, AS_OF, kpis=["win_rate"], windows=[window])
    total = table["slice"] == "(all)"
    line = table[total].astype({"value": float, "provisional": float})
    return View(WIN_RATE, "USD", AS_OF, window, within or {}, line, table[~total], (), decisions)


def traces(shown, theme="light"):
    """What is drawn of the decisions: `expected` and `actual`."""
    return {trace.legendgroup: trace for trace in trend(shown, theme).data if trace.legendgroup}


def test_the_expected_way_leads_from_the_reading_then_to_the_target_on_the_check_date():
    expected = traces(view(decision()))["expected"]

    assert list(expected.x) == [DECIDED, CHECK]
    assert list(expected.y) == [pytest.approx(0.27 - 0.004 * 8), 0.25]
    assert expected.name == "expected: 25.0\u00a0% on 12 Jul 2026"


def test_the_actual_way_begins_there_and_breaks_where_nothing_could_be_read():
    actual = traces(view(decision()))["actual"]

    assert actual.x[0] == DECIDED
    assert actual.x[-1] == LAST
    assert [value != value for value in actual.y].count(True) == 1, "the gap of week 12 stays a gap"


def test_light_and_dark_draw_in_their_own_ink():
    light, dark = (traces(view(decision()), theme)["expected"].line.color for theme in ("light", "dark"))
    assert light != dark


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"target": None}, {}),
        ({"slice_": ("segment", "Enterprise")}, {}),
        ({"window": "week"}, {}),
        ({}, {"within": {"segment": "Enterprise"}}),
        ({}, {"within": {"segment": "Enterprise", "region": "EMEA"}}),
    ],
)
def test_other_lines_show_no_way(given, shown):
    assert traces(view(decision(**given), **shown)) == {}


def test_a_decision_on_another_kpi_that_this_one_measures_is_shown():
    measured = decision(kpi="activation_rate", window="month")

    assert "expected" in traces(view(measured))


def test_at_most_two_ways_are_drawn():
    several = [decision(DECIDED + timedelta(days=7 * week)) for week in (4, 2, 0)]
    drawn = [trace.legendgroup for trace in trend(view(*several), "light").data]

    assert drawn.count("expected") == 2


def issue(since, until, closed=None):
    return KnownIssue(id="late", scope=Scope(kpis=("win_rate",)), owner="RevOps", since=since, until=until,
                      effect="explain", note="Late.", closed=closed)  # fmt: skip


def words(shown):
    return [one.text for one in trend(shown, "light").layout.annotations]


def test_known_issues_stand_on_the_chart_while_they_held_and_never_beyond_it():
    begun_after = replace(view(), caveats=(issue(LAST + timedelta(days=1), LAST + timedelta(days=300)),))
    closed = replace(view(), caveats=(issue(LAST - timedelta(days=60), LAST + timedelta(days=9), LAST),))
    forgotten = replace(view(), caveats=(issue(date(2020, 1, 1), date(2020, 2, 1)),))

    assert any(word.startswith("known issue, until") for word in words(begun_after))
    (band,) = (one for one in trend(begun_after, "light").layout.shapes if one.type == "rect" and one.opacity == 0.16)
    assert (band.x0, band.x1) == (LAST, LAST + timedelta(days=28))
    assert f"known issue, until {day(LAST)}" in words(closed)
    assert not any("known issue" in word for word in words(forgotten))
