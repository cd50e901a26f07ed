"""Dashboards as data: the shipped ones fit the shipped contracts; what does not fit is said with its line."""

import pytest

from kpi_engine.contracts_folder import load_contracts
from services.dashboards import Dashboard, load_dashboards
from services.forums import load_forums
from services.site import Site

from .small_company import ROOT

SHIPPED = Site(ROOT / "data" / "workspace", ROOT / "config")


@pytest.fixture(scope="module")
def contracts():
    found, problems = load_contracts(SHIPPED.contracts)
    assert problems == []
    return found


def test_the_shipped_dashboards_fit_the_contracts_and_every_forum_has_one(contracts):
    found, problems = load_dashboards(SHIPPED, contracts)

    assert [str(problem) for problem in problems] == []
    named = [name for forum in load_forums(SHIPPED)[0] for name in forum.dashboards]
    assert sorted(named) == sorted(found)
    assert all(forum.dashboards for forum in load_forums(SHIPPED)[0])


@pytest.mark.parametrize(
    ("panel", "said"),
    [
        ("kpis: [no_such], window: week, chart: table", "there is no KPI 'no_such'"),
        ("kpis: [nrr], window: week, chart: table", "nrr is not read by 'week'"),
        ("kpis: [nrr], by: owner, window: month, chart: bar", "nrr has no dimension 'owner'"),
        ("kpis: [nrr], window: month, chart: bar", "name one KPI and `by`"),
        ("kpis: [nrr, grr], by: segment, window: month, chart: line", "not both"),
        ("kpis: [nrr, arr], window: month, chart: line", "lines of one chart need one unit"),
        ("kpis: [nrr], window: month, chart: pie", "pie"),
    ],
)
def test_what_does_not_fit_is_a_problem_with_its_line(tmp_path, contracts, panel, said):
    folder = tmp_path / "dashboards"
    folder.mkdir()
    (folder / "mine.yaml").write_text(f"title: Mine\npurpose: Test\npanels:\n  - {{title: One, {panel}}}\n")
    _, problems = load_dashboards(Site(tmp_path, tmp_path), contracts)

    problem = next(problem for problem in problems if said in str(problem))
    assert problem.file.endswith("mine.yaml")
    assert problem.line in (3, 4)


def test_a_dashboard_asks_for_a_narrative_unless_it_says_otherwise():
    assert Dashboard.model_fields["narrated"].default is True
