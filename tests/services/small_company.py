"""A small company with one KPI, whose proposals are no longer accepted."""

import csv
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

from services.site import Site

ROOT = Path(__file__).parents[2]


def write_site(home: Path) -> Site:
    """A configuration with one shipped contract, and a workspace still to be filled."""
    config = home / "config"
    for folder in ("contracts", "known_issues", "mappings"):
        (config / folder).mkdir(parents=True)
    shutil.copy(ROOT / "config" / "company.yaml", config)
    contract = (ROOT / "config" / "contracts" / "proposal_acceptance_rate.yaml").read_text()
    contract = re.sub(r"^beside:.*\n", "", contract, flags=re.MULTILINE)
    (config / "contracts" / "proposal_acceptance_rate.yaml").write_text(contract)
    return Site(home / "workspace", config)


def write_exports(folder: Path) -> None:
    """Forty proposals a week; from mid-June on, only SMB in the Americas still accepts."""
    folder.mkdir(parents=True)
    slices = [("Enterprise", "EMEA"), ("Enterprise", "Americas"), ("SMB", "EMEA"), ("SMB", "Americas")]
    with (folder / "accounts.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["account_id", "name", "segment", "region", "owner"])
        rows.writerows((f"A{i}", f"Account {i}", *slices[i], "Kim") for i in range(4))
    with (folder / "proposals.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["proposal_id", "account_id", "sent_on", "accepted_on"])
        for week in range(26):
            sent = date(2026, 1, 5) + timedelta(days=7 * week)
            for number in range(40):
                broken = week >= 23 and number % 4 < 3
                accepted = sent if number % 5 < 2 and not broken and week < 25 else ""
                rows.writerow([f"P{week}-{number}", f"A{number % 4}", sent, accepted])
