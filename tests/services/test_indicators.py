"""Indicators entered by hand: an owner's judgement counts for a while; without one they are not evaluable."""

import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from services.directory import load_directory
from services.indicators import enter, load_indicators, scorecard
from services.people import Denied
from services.site import Site

from .small_company import ROOT

NOW = datetime(2026, 6, 29, 9, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def site(tmp_path) -> Site:
    config = tmp_path / "config"
    config.mkdir()
    for name in ("indicators.yaml", "people.yaml"):
        shutil.copy(ROOT / "config" / name, config)
    return Site(tmp_path / "workspace", config)


def person(site: Site, id_: str):
    return load_directory(site)[0].person(id_)


def judged(site: Site, value: float, on: date = TODAY, why: str = "Ten customers asked", who: str = "priya"):
    indicator = load_indicators(site)[0][0]
    return enter(site, person(site, who), indicator, value, why, on, key=f"{on}/{value}", now=NOW)


def first(site: Site, as_of: date = TODAY, who: str = "priya"):
    return scorecard(site, person(site, who), "moat", as_of)[0][0]


def test_without_an_entry_it_is_not_evaluable(site):
    assert (first(site).current, first(site).reason) == (None, "no entry")


def test_an_entry_counts_until_it_is_too_old(site):
    assert judged(site, 3) == ()

    days = first(site).indicator.valid_days
    assert first(site, TODAY + timedelta(days=days)).current.value == 3
    late = first(site, TODAY + timedelta(days=days + 1))
    assert (late.current, late.reason) == (None, f"the entry is {days + 1} days old")
    assert first(site).entered_by == "Priya Nair"


def test_the_newest_day_counts_and_the_one_before_is_kept(site):
    judged(site, 4, TODAY)
    judged(site, 2, TODAY - timedelta(days=30))

    assert (first(site).current.value, first(site).before.value) == (4, 2)
    assert first(site, TODAY - timedelta(days=1)).current.value == 2, "a later entry is not known yet"


@pytest.mark.parametrize(
    ("value", "on", "why", "column"),
    [(9, TODAY, "x", "value"), (3, TODAY + timedelta(days=1), "x", "on"), (3, TODAY, " ", "why")],
)
def test_mistakes_are_problems(site, value, on, why, column):
    (problem,) = judged(site, value, on, why)

    assert problem.column == column
    assert first(site).current is None


def test_only_its_owner_and_who_stands_above_enter_it(site):
    assert (first(site, who="hugo").may_enter, first(site, who="ines").may_enter) == (False, True)
    with pytest.raises(Denied):
        judged(site, 3, who="hugo")


def test_two_indicators_of_one_id_are_a_problem(site):
    file = site.config / "indicators.yaml"
    file.write_text(file.read_text().replace("data_advantage", "switching_cost"))

    found, problems = load_indicators(site)
    assert found == ()
    assert "switching_cost" in str(problems[0])
