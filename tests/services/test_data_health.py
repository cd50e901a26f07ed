"""Data health of a small company of deals: checks, loads, lineage, what is told, what can be sent."""

import csv
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from decision_log.outbox import messages
from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.canonical import canonical_mappings
from kpi_engine.yaml_strict import load_model
from services.data_health import began, health, lineage, offences
from services.people import LOCAL_PERSON, Denied, Person
from services.send_offences import send_offences
from services.site import Site
from services.tick import tick
from services.watch_controls import watch_controls

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 29, 8, tzinfo=UTC)
CONTROL = """id: completeness
kind: required_fields
name: Completeness
owners: [RevOps]
sla_hours: 24
tier: 1
table: opportunities
where: [{column: status, is: open}]
fields: [amount]
note: Fill it in.
"""
PEOPLE = """titles:
  CRO: {}
  RevOps: {reports_to: CRO}
people:
  - {id: remy, name: Remy, email: remy@example.org, titles: [RevOps], roles: [steward]}
  - {id: dana, name: Dana, email: dana@example.org, titles: [CRO], roles: [executive]}
"""


@pytest.fixture
def site(tmp_path) -> Site:
    config = tmp_path / "config"
    for folder in ("contracts", "known_issues", "mappings", "controls"):
        (config / folder).mkdir(parents=True)
    shutil.copy(ROOT / "config" / "company.yaml", config)
    contract = (ROOT / "config" / "contracts" / "open_pipeline.yaml").read_text()
    contract = re.sub(r"^beside:\n(  - .*\n)*", "", contract, flags=re.MULTILINE)
    (config / "contracts" / "open_pipeline.yaml").write_text(contract)
    (config / "controls" / "completeness.yaml").write_text(CONTROL)
    (config / "people.yaml").write_text(PEOPLE)
    return Site(tmp_path / "workspace", config)


def load(site: Site, *amounts: int | None) -> None:
    """Put a load of open deals in force; the last day it speaks of is 28 June 2026."""
    exports = site.workspace.parent / "exports"
    exports.mkdir(exist_ok=True)
    columns = ["opportunity_id", "name", "owner", "team", "stage", "status", "amount", "close_on", "created_on"]
    columns.append("forecast_category")
    with (exports / "opportunities.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        for number, amount in enumerate(amounts):
            owner = "Kim" if number % 2 else "Lee"
            rows.writerow([number, f"Deal {number}", owner, "North", "Discovery", "open", amount, "2026-07-31",
                           "2026-06-28", "pipeline"])  # fmt: skip
    company, _ = load_model(site.company, Company)
    result = import_folder(exports, site.workspace, company, canonical_mappings(), data_on=date(2026, 6, 28))
    assert result.snapshot, result.problems


def told(site: Site) -> list[tuple[tuple[str, ...], str]]:
    found = messages(site.log().stream("message"))
    return [(one.queued.to, one.queued.subject) for one in found if one.queued.topic == "quality"]


def test_nothing_loaded_yet(site):
    assert health(site, LOCAL_PERSON) == (None, ())


def test_a_check_keeps_its_trend_by_load(site):
    load(site, None, None, 5)
    health(site, LOCAL_PERSON)
    load(site, None, 5, 5)
    found, _ = health(site, LOCAL_PERSON)

    (control,) = found.controls
    assert [count for _, count in control.trend] == [2, 1]
    assert control.outcome.state == "open"
    assert list(offences(site, LOCAL_PERSON, "completeness")["record"]) == ["0"]
    assert [load.number for load in found.loads] == [2, 1]
    (change,) = found.loads[0].changes
    assert (change.table, change.before, change.after) == ("opportunities", 3, 3)


def test_sources_are_held_against_the_strictest_contract(site):
    load(site, 5)
    found, _ = health(site, LOCAL_PERSON)
    (source,) = found.sources
    assert (source.file.name, source.age_days, source.state) == ("opportunities", 0, "fresh")


def test_lineage_goes_from_the_kpi_to_the_load(site):
    load(site, 5)
    load(site, 5, 6)
    (line, *_) = lineage(site, LOCAL_PERSON, "open_pipeline")
    assert (line.table, line.file.sources, line.load.number) == ("opportunities", ("opportunities.csv",), 2)
    assert "amount" in line.columns


def test_an_open_control_is_told_once_and_escalates_after_its_time(site):
    load(site, None)
    health(site, LOCAL_PERSON)
    watch_controls(site, date(2026, 6, 28), NOW)
    watch_controls(site, date(2026, 6, 28), NOW + timedelta(hours=23))
    assert told(site) == [(("remy",), "Control open, Completeness: 1 of 1 opportunities")]

    (control,) = health(site, LOCAL_PERSON)[0].controls
    assert control.due == NOW + timedelta(hours=24)

    for hours in (24, 48):
        watch_controls(site, date(2026, 6, 28), NOW + timedelta(hours=hours))
    assert told(site)[1:] == [
        (("remy", "dana"), "Control still open after 24 hours, Completeness: 1 of 1 opportunities")
    ]


def test_a_known_issue_keeps_a_control_from_nagging(site):
    load(site, None)
    (site.known_issues / "import.yaml").write_text(
        "id: import\nscope: {table: opportunities}\nowner: RevOps\nsince: 2026-06-01\nuntil: 2026-07-31\n"
        "effect: qualify\nnote: Amounts come next week.\n"
    )
    (control,) = health(site, LOCAL_PERSON)[0].controls
    watch_controls(site, date(2026, 6, 28), NOW)
    assert control.explained.id == "import"
    assert told(site) == []


def test_a_list_goes_to_its_owner_or_to_those_of_the_check(site):
    load(site, None, None, None)
    health(site, LOCAL_PERSON)
    to, problems = send_offences(site, LOCAL_PERSON, "completeness", owner="Kim", idempotency_key="one", now=NOW)
    again, _ = send_offences(site, LOCAL_PERSON, "completeness", owner="Kim", idempotency_key="one", now=NOW)

    assert (to, problems, again) == (("Remy",), (), ("Remy",))  # Kim is not in the directory
    assert told(site) == [(("remy",), "Completeness: 1 to mend · Kim")]
    (sent,) = messages(site.log().stream("message"))
    assert "Deal 1 (Kim): no amount" in sent.queued.text
    assert sent.queued.attachments[0].text.count("\n") == 2  # a head and one record


def test_a_list_without_records_is_not_sent_and_a_viewer_sends_none(site):
    load(site, 5)
    health(site, LOCAL_PERSON)
    to, problems = send_offences(site, LOCAL_PERSON, "completeness", idempotency_key="one", now=NOW)
    assert (to, problems[0].message) == ((), "has nothing to send")
    with pytest.raises(Denied):
        viewer = Person("vik", "Vik", frozenset({"viewer"}))
        send_offences(site, viewer, "completeness", idempotency_key="two", now=NOW)


def test_an_edit_under_a_sealed_version_opens_the_formula_control(site):
    text = CONTROL.replace("completeness", "formulas").replace("required_fields", "approved_formulas")
    lines = [line for line in text.splitlines() if not line.startswith(("table", "where", "fields"))]
    (site.config / "controls" / "formulas.yaml").write_text("\n".join(lines) + "\n")
    load(site, 5)
    tick(site, None, NOW)
    states = {one.outcome.id: one.outcome.state for one in health(site, LOCAL_PERSON)[0].controls}
    assert states["formulas"] == "passed"

    file = site.contracts / "open_pipeline.yaml"
    file.write_text(
        file.read_text().replace("sla_days: 0", "sla_days: 1").replace("stale_after_days: 28", "stale_after_days: 30")
    )
    (found,) = [one.outcome for one in health(site, LOCAL_PERSON)[0].controls if one.outcome.id == "formulas"]
    assert (found.state, found.violations) == ("open", 1)
    tick(site, None, NOW + timedelta(days=1))  # a later tick does not seal the edit
    (found,) = [one.outcome for one in health(site, LOCAL_PERSON)[0].controls if one.outcome.id == "formulas"]
    assert found.state == "open"


def test_weeks_in_which_violations_began():
    import pandas as pd

    rows = pd.DataFrame({"since": ["2026-06-28", "2026-06-22", "2026-06-21", "2026-01-01", ""]})
    weeks, earlier = began(rows, date(2026, 6, 28), weeks=2)
    assert (weeks, earlier) == ((("2026-06-15", 1), ("2026-06-22", 2)), 1)
    assert began(rows.iloc[4:], date(2026, 6, 28)) == ((), 0)
