"""The small company with people, one dashboard and a forum of each cadence that looks at it."""

from pathlib import Path

from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.yaml_strict import load_model
from services.directory import load_directory
from services.people import Person
from services.site import Site

from .small_company import ROOT, write_exports, write_site

DASHBOARD = """
title: Proposals
purpose: Are they accepted?
panels:
  - {title: By segment, kpis: [proposal_acceptance_rate], by: segment, window: 4w, chart: line, periods: 6}
  - {title: All, kpis: [proposal_acceptance_rate], window: week, chart: table}
"""
_FORUM = """
  - id: {id}
    name: {name}
    cadence: {cadence}
    purpose: Learning.
    audience: [CRO]
    dashboards: [proposals]
    agenda: [{{name: Confirm, minutes: 5, opens: confirm, purpose: Read back.}}]
"""
_FORUMS = (("weekly_revenue", "weekly"), ("monthly_review", "monthly"), ("quarterly_strategy", "quarterly"))


def write_company(home: Path) -> Site:
    """The company with its exports imported."""
    site = write_site(home)
    (site.config / "people.yaml").write_bytes((ROOT / "config" / "people.yaml").read_bytes())
    (site.config / "dashboards").mkdir()
    (site.config / "dashboards" / "proposals.yaml").write_text(DASHBOARD)
    told = (_FORUM.format(id=id_, name=id_.replace("_", " ").capitalize(), cadence=cadence) for id_, cadence in _FORUMS)
    (site.config / "forums.yaml").write_text("forums:" + "".join(told))
    write_exports(home / "exports")
    firm, _ = load_model(site.company, Company)
    mappings, _ = load_mappings(site.mappings)
    site.workspace.mkdir()
    assert import_folder(home / "exports", site.workspace, firm, mappings).problems == ()
    return site


def person(site: Site, id_: str) -> Person:
    """Somebody of the shipped directory."""
    found = load_directory(site)[0].person(id_)
    assert found is not None
    return found
