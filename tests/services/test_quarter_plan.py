"""The figures of the quarterly loop and the deals in commit, from a few rows that can be added up by hand."""

import shutil
from datetime import date

import pytest

from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.yaml_strict import load_model
from services.commit_deals import commit_deals
from services.people import LOCAL_PERSON
from services.quarter_plan import quarter_plan
from services.site import Site

from .small_company import ROOT

KPIS = ("open_pipeline", "sellers", "ramped_quota", "pipeline_coverage", "pipeline_coverage_after_next")
# A quarter's last week: what is due from 1 July on is due after the quarter.
_DEAL = (
    "opportunity_id,account_id,name,owner,type,stage,status,forecast_category,amount,created_on,qualified_on,close_on,"
    "next_step,segment"
)
EXPORTS = {
    "accounts": """account_id,name,segment,owner
A1,Mill,SMB,Kim
""",
    "opportunities": f"""{_DEAL}
D1,A1,Sound,Kim,new,Proposal,open,commit,100,2026-05-01,2026-05-04,2026-06-30,Sign,SMB
D2,A1,Silent,Kim,new,Proposal,open,commit,200,2026-05-01,2026-05-04,2026-06-30,,SMB
D3,A1,Past,Kim,new,Proposal,open,commit,300,2026-05-01,2026-05-04,2026-06-20,Sign,SMB
D4,A1,Later,Kim,new,Proposal,open,commit,400,2026-05-01,2026-05-04,2026-07-05,,SMB
D5,A1,Slipped,Kim,new,Proposal,open,commit,50,2026-01-01,2026-01-04,2026-06-30,Sign,SMB
D6,A1,Other,Kim,new,Proposal,open,pipeline,900,2026-05-01,2026-05-04,2026-06-20,,SMB
D7,A1,Next,Kim,new,Proposal,open,best case,3000,2026-06-28,2026-06-28,2026-08-15,Call,SMB
""",
    "stage_history": """opportunity_id,stage,entered_at,close_on
D5,Discovery,2026-01-05T08:00:00Z,2026-03-31
D5,Proposal,2026-04-05T08:00:00Z,2026-06-30
D1,Discovery,2026-05-05T08:00:00Z,2026-06-15
""",
    "targets": """target_id,metric,period_on,segment,amount
T1,bookings,2026-04-01,SMB,10
T2,bookings,2026-07-01,SMB,600
T3,bookings,2026-08-01,SMB,900
T4,bookings,2026-10-01,SMB,2000
T5,pipeline,2026-07-01,SMB,7777
""",
    "reps": """rep_id,name,segment,started_on,ramped_on,quota
R1,Kim,SMB,2025-06-01,2025-09-01,1000
R2,Lee,SMB,2026-02-01,2026-06-01,1000
""",
    "budget": """budget_id,period_on,function,channel,amount
B1,2026-04-01,marketing,Event,10
B2,2026-05-01,marketing,Event,15
B3,2026-07-01,marketing,Event,30
""",
    "spend": """spend_id,spent_on,function,channel,amount
S1,2026-04-20,marketing,Event,12
S2,2026-01-20,sales,Team,99
""",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Site:
    home = tmp_path_factory.mktemp("company")
    config = home / "config"
    for folder in ("contracts", "known_issues", "mappings"):
        (config / folder).mkdir(parents=True)
    shutil.copy(ROOT / "config" / "company.yaml", config)
    for kpi in KPIS:
        text = (ROOT / "config" / "contracts" / f"{kpi}.yaml").read_text()
        head, _, rest = text.partition("\nbeside:")
        rest = rest[rest.index("\nchange_log:") :] if rest else ""
        (config / "contracts" / f"{kpi}.yaml").write_text(head + rest)
    (home / "exports").mkdir()
    for name, text in EXPORTS.items():
        (home / "exports" / f"{name}.csv").write_text(text)
    site = Site(home / "workspace", config)
    site.workspace.mkdir()
    firm, _ = load_model(site.company, Company)
    mappings, _ = load_mappings(site.mappings)
    assert import_folder(home / "exports", site.workspace, firm, mappings).problems == ()
    return site


def test_targets_capacity_and_budget_by_quarter(site):
    plan = quarter_plan(site, LOCAL_PERSON, date(2026, 6, 28))

    assert plan.quarters == (date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1))
    whole, smb = plan.segments[0], next(one for one in plan.segments if one.name == "SMB")
    assert whole.targets == smb.targets == (10, 1500, 2000)
    assert (smb.sellers, smb.quota, smb.room) == (2, 1000, -500), "at the end of March only one was ramped"
    assert smb.coverage[0] == pytest.approx(3400 / 1500)
    assert [(one.function, one.budget, one.next_budget, one.spent) for one in plan.money] == [
        ("marketing", 25, 30, 12),
    ]
    assert (plan.spent_in, plan.spent_until) == (date(2026, 4, 1), date(2026, 4, 20))


def test_commit_says_by_name_what_to_escalate_and_what_to_de_risk(site):
    found = commit_deals(site, LOCAL_PERSON, date(2026, 6, 28))

    assert (found.deals, found.amount, found.quarter_ends) == (5, 1050, date(2026, 6, 30))
    assert [(one.name, one.reasons) for one in found.to_escalate] == [
        ("Later", ("due after the quarter", "no next step")),
        ("Past", ("past its close date",)),
        ("Slipped", ("slipped, once due 31 Mar 2026",)),
    ]
    assert [(one.name, one.account, one.reasons) for one in found.to_de_risk] == [("Silent", "Mill", ("no next step",))]


def test_both_are_computed_once(site, monkeypatch):
    quarter_plan(site, LOCAL_PERSON, date(2026, 6, 28))
    commit_deals(site, LOCAL_PERSON, date(2026, 6, 28))
    monkeypatch.setattr("services.quarter_plan._plan", None)
    monkeypatch.setattr("services.commit_deals._commit", None)

    assert quarter_plan(site, LOCAL_PERSON, date(2026, 6, 28)) is not None
    assert commit_deals(site, LOCAL_PERSON, date(2026, 6, 28)) is not None
