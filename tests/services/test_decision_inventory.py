"""The decision inventory: ranked by worth, held against the contracts."""

import pytest

from services.decision_inventory import decision_inventory
from services.people import LOCAL_PERSON, Denied, Person
from services.site import Site

from .small_company import write_site

LISTED = """
scope: 1
decisions:
  - id: small
    name: Small matter
    aliases: [{alias}]
    question: Which?
    cadence: quarterly
    owner: CRO
    impact: {{dollars: 100, basis: A guess}}
    inputs: [{{name: Something unmeasured}}]
  - id: large
    name: Large matter
    question: Which?
    cadence: weekly
    owner: CRO
    impact: {{dollars: 10, basis: A guess}}
    inputs: [{{name: Acceptance, kpis: [{kpi}]}}]
"""
NAMES = (
    "ICP prioritization, pilot staffing, pricing/package positioning, forecast confidence, "
    "Pricing and discount guardrails, Forecast commits and deal strategy"
)


def listed(tmp_path, alias=NAMES, kpi="proposal_acceptance_rate"):
    site = write_site(tmp_path)
    site.decision_inventory.write_text(LISTED.format(alias=alias, kpi=kpi))
    return decision_inventory(site, LOCAL_PERSON)


def test_the_rank_is_impact_times_frequency(tmp_path):
    found, problems = listed(tmp_path)

    assert problems == ()
    assert [(one.id, one.dollars_a_year) for one in found.decisions] == [("large", 520), ("small", 400)]
    assert found.unmeasured == {"small": ("Something unmeasured",), "large": ()}


def test_a_kpi_serves_what_uses_it_and_what_its_contract_names(tmp_path):
    found, _ = listed(tmp_path)

    assert [one.id for one in found.served["proposal_acceptance_rate"]] == ["small", "large"]
    assert found.serving_none == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"kpi": "no_such"}, "there is no KPI 'no_such'"), ({"alias": "Another"}, "which is not listed")],
)
def test_what_does_not_fit_the_contracts_is_refused(tmp_path, changed, said):
    found, problems = listed(tmp_path, **changed)

    assert found is None
    assert said in str(problems[0])


def test_a_company_may_have_no_inventory_yet(tmp_path):
    assert decision_inventory(write_site(tmp_path), LOCAL_PERSON) == (None, ())


def test_who_may_not_view_sees_none(tmp_path):
    with pytest.raises(Denied):
        decision_inventory(write_site(tmp_path), Person("kim", "Kim", frozenset()))


def test_the_shipped_inventory_fits_and_holds_every_decision_of_the_documents(tmp_path):
    found, problems = decision_inventory(Site(tmp_path, Site.from_environment().config), LOCAL_PERSON)

    assert problems == ()
    names = {name.casefold() for one in found.decisions for name in (one.name, *one.aliases)}
    assert {
        "pipeline coverage and pacing",
        "forecast commits and deal strategy",
        "renewal risk triage",
        "channel and spend shifts",
        "pricing and discount guardrails",
        "territory and capacity planning",
        "retention and expansion strategy",
        "icp prioritization",
        "pilot staffing",
        "pricing and packaging",
        "forecast confidence",
    } <= names
    assert found.serving_none == ()
