"""Reviewing a dashboard: figures as published, narratives by owners, nothing published without them."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.yaml_strict import load_model
from services.directory import load_directory
from services.people import Denied
from services.review_forum import narrate, publish_review, reviews, shelves, view
from services.site import Site

from .small_company import ROOT, write_exports, write_site

NOW = datetime(2026, 6, 29, 9, tzinfo=UTC)
DASHBOARD = """
title: Proposals
purpose: Are they accepted?
panels:
  - {title: By segment, kpis: [proposal_acceptance_rate], by: segment, window: 4w, chart: line, periods: 6}
  - {title: All, kpis: [proposal_acceptance_rate], window: week, chart: table}
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Site:
    home = tmp_path_factory.mktemp("company")
    site = write_site(home)
    shutil.copy(ROOT / "config" / "people.yaml", site.config)
    (site.config / "dashboards").mkdir()
    (site.config / "dashboards" / "proposals.yaml").write_text(DASHBOARD)
    forums = (ROOT / "config" / "forums.yaml").read_text().partition("  - id: management_huddle")[0]
    (site.config / "forums.yaml").write_text(forums.replace("[weekly_execution, commit_view]", "[proposals]"))
    write_exports(home / "exports")
    firm, _ = load_model(site.company, Company)
    mappings, _ = load_mappings(site.mappings)
    site.workspace.mkdir()
    assert import_folder(home / "exports", site.workspace, firm, mappings).problems == ()
    return site


@pytest.fixture
def site(company, tmp_path) -> Site:
    shutil.copytree(company.workspace, tmp_path / "workspace")
    return Site(tmp_path / "workspace", company.config)


def person(site: Site, id_: str):
    return load_directory(site)[0].person(id_)


def shown(site: Site, who: str = "gus"):
    found, problems = view(site, person(site, who), "proposals")
    assert found is not None, [str(problem) for problem in problems]
    return found


def said(site: Site, text: str, who: str = "gus", key: str = "k"):
    return narrate(site, person(site, who), shown(site, who), text, idempotency_key=key, now=NOW)


def test_a_forum_has_its_dashboards_in_the_order_of_its_file(site):
    (shelf,), problems = shelves(site, person(site, "vik"))

    assert problems == ()
    assert (shelf.forum.id, list(shelf.dashboards)) == ("weekly_revenue", ["proposals"])


def test_an_unknown_dashboard_is_a_problem(site, tmp_path):
    config = tmp_path / "config"
    shutil.copytree(site.config, config)
    (config / "dashboards" / "proposals.yaml").rename(config / "dashboards" / "other.yaml")

    found, (problem,) = shelves(Site(site.workspace, config), person(site, "vik"))
    assert found == ()
    assert "proposals" in problem.message


def test_lines_are_the_published_readings(site):
    by_segment, table = shown(site).panels

    assert {line.name for line in by_segment.lines} == {"Enterprise", "SMB", "Mid-Market"}
    assert all(len(line.points) == 6 for line in by_segment.lines)
    enterprise = next(line for line in by_segment.lines if line.name == "Enterprise")
    # Eight of twenty a week are accepted, but none in the last two of the four final weeks.
    assert enterprise.value == pytest.approx(16 / 80)
    assert enterprise.before == pytest.approx(0.4), "against the four weeks that do not overlap"
    assert (table.lines[0].name, table.lines[0].n) == ("Proposal acceptance rate", 40)


def test_an_open_period_is_drawn_and_never_the_latest(site):
    (line,) = shown(site).panels[1].lines

    last_final = max(point.period_end for point in line.points if not point.is_open)
    assert line.period_end == last_final


def test_nothing_is_published_without_its_narrative(site):
    (problem,) = publish_review(site, person(site, "gus"), shown(site), idempotency_key="p", now=NOW)
    assert problem.message == "is missing"

    assert said(site, "Buyers wait for the new price list.") == ()
    assert publish_review(site, person(site, "gus"), shown(site), idempotency_key="p", now=NOW) == ()
    (review,) = reviews(site, person(site, "vik"), "proposals")
    assert review.is_current
    assert review.published.narrative == "Buyers wait for the new price list."
    assert (site.workspace / "configurations" / review.published.configuration / "dashboards").is_dir()


def test_a_narrative_changed_afterwards_is_not_what_was_published(site):
    said(site, "First")
    publish_review(site, person(site, "gus"), shown(site), idempotency_key="p", now=NOW)
    said(site, "Second", key="k2")

    assert not shown(site).review.is_current
    assert shown(site).review.published.narrative == "First"
    assert shown(site).narrated_by == "Gus Tanaka"


def test_two_who_write_at_once_do_not_overwrite_each_other(site):
    before = shown(site)
    said(site, "First")

    (problem,) = narrate(site, person(site, "gus"), before, "Mine", idempotency_key="other", now=NOW)
    assert "somebody else" in problem.message
    assert shown(site).review.narrative.text == "First"


def test_a_text_sent_twice_is_kept_once(site):
    before = shown(site)
    for hours in (0, 1):
        now = NOW + timedelta(hours=hours)
        assert narrate(site, person(site, "gus"), before, "Once", idempotency_key="same", now=now) == ()

    assert shown(site).review.entries == 1


@pytest.mark.parametrize("who", ["vik", "tess"])
def test_who_owns_none_of_it_does_not_narrate(site, who):
    assert not shown(site, who).may_narrate
    with pytest.raises(Denied):
        said(site, "Mine", who)


def test_an_empty_narrative_is_a_problem(site):
    (problem,) = said(site, "  ")

    assert problem.column == "text"
