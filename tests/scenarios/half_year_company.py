"""The company of the half year: eleven shipped contracts, its people and forums, and an empty workspace."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kpi_engine.company import Company
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.yaml_strict import load_model
from services.site import Site

from .half_year_exports import Row, write_week
from .half_year_plan import GATES, NEW_CONTRACT_ON, NEW_RECOVERY, NEW_RULE

CONFIG = Path(__file__).parents[2] / "config"
KPIS = (
    "discovery_completion_rate",
    "discovery_to_pilot_rate",
    "failed_gate_frequency",
    "mtttf",
    "new_qualified_opps",
    "pilot_scope_change_rate",
    "pilot_to_paid_rate",
    "proposal_acceptance_rate",
    "renewal_on_time_rate",
    "renewal_risk_dollars",
    "time_to_first_value_days",
)
"""The operating contracts that live on the delivered tables alone."""
_SLICED_BY = ("segment", "region")
_READ_IN = {"weekly": ("week", "4w", "13w"), "monthly": ("month", "quarter")}
"""What nothing here looks at is left out of the contracts: it only costs time."""


def found_company(home: Path) -> Site:
    """Write the configuration."""
    config = home / "config"
    for folder in ("contracts", "known_issues"):
        (config / folder).mkdir(parents=True)
    for name in ("company.yaml", "people.yaml", "forums.yaml"):
        shutil.copy(CONFIG / name, config)
    # Its pre-read goes out with the judging, and again in the evening.
    forums = (config / "forums.yaml").read_text()
    (config / "forums.yaml").write_text(forums.replace("    pre_read_hour: 16\n", ""))
    shutil.copytree(CONFIG / "mappings", config / "mappings")
    for kpi in KPIS:
        contract = _read(CONFIG / "contracts" / f"{kpi}.yaml")
        contract["beside"] = [one for one in contract.get("beside", ()) if one in KPIS]
        contract["dimensions"] = [one for one in contract.get("dimensions", ()) if one["name"] in _SLICED_BY]
        contract["windows"] = _READ_IN[contract["cadence"]]
        contract.pop("tests", None)  # their rows may need dimensions that are left out here
        _write(config / "contracts" / f"{kpi}.yaml", contract)
    site = Site(home / "workspace", config)
    site.workspace.mkdir()
    return site


def deliver(site: Site, sample: dict[str, list[Row]], sunday: date, exports: Path) -> None:
    """Import the exports that lie there on the Monday after."""
    write_week(sample, sunday, exports)
    company, _ = load_model(site.company, Company)
    mappings, problems = load_mappings(site.mappings)
    assert company is not None and not problems
    assert import_folder(exports, site.workspace, company, mappings, data_on=sunday).problems == ()


def tighten_contract(site: Site) -> None:
    """Edit the gates' contract as a steward would: a stricter rule, a slower recovery, a line in the change log."""
    file = site.contracts / f"{GATES}.yaml"
    contract = _read(file)
    contract["rules"][0] |= NEW_RULE
    contract["recover_after"] = NEW_RECOVERY
    line = {
        "version": 2,
        "effective": NEW_CONTRACT_ON,
        "approver": "CRO",
        "change": "Stricter after the failures of March.",
    }
    contract["change_log"].append(line)
    _write(file, contract)


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def _write(file: Path, contract: dict[str, Any]) -> None:
    text = yaml.dump(contract, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    file.write_text(text, encoding="utf-8")
