"""A check written as YAML, held against hand-made rows: the real path, in one verb."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kpi_engine.company import Company
from kpi_engine.memory_snapshot import snapshot_of_rows
from kpi_engine.quality.check import Outcome
from kpi_engine.quality.folder import load_checks
from kpi_engine.quality.inspect import inspect

COMPANY = Company(name="Any", stages=("Discovery", "Pilot", "Proposal"))
AS_OF = date(2026, 3, 20)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
HEAD = "owners: [Head of Sales]\nsla_hours: 24\ntier: 1\nnote: Mend it.\n"


def written(folder: Path, group: str, kind: str, more: str) -> Path:
    """A configuration with one check, whose id is its kind."""
    (folder / group).mkdir(parents=True)
    (folder / group / f"{kind}.yaml").write_text(f"id: {kind}\nkind: {kind}\nname: {kind}\n{HEAD}{more}\n")
    return folder


def look(folder: Path, group: str, kind: str, more: str, rows: Rows, before: Rows | None = None):
    """The outcome of the check, and what is wrong by record."""
    checks, problems = load_checks(written(folder / "config", group, kind, more), COMPANY)
    assert problems == ()
    snapshot, refused = snapshot_of_rows(rows, folder / "now", COMPANY, AS_OF)
    assert snapshot, refused
    earlier = snapshot_of_rows(before, folder / "before", COMPANY, AS_OF)[0] if before else None
    found = inspect(checks, COMPANY, snapshot, earlier)
    (outcome,) = found.outcomes
    assert isinstance(outcome, Outcome)
    named = found.of(kind)
    assert len(named) == outcome.violations
    return outcome, dict(zip(named["record"], named["wrong"], strict=True))


def deal(id_: str, **columns: Any) -> dict[str, Any]:
    """An open deal, complete unless said otherwise."""
    told = {
        "opportunity_id": id_, "name": f"Deal {id_}", "owner": "Kim", "team": "North", "stage": "Discovery",
        "status": "open", "amount": 1000, "close_on": "2026-03-31", "forecast_category": "pipeline",
        "created_on": "2026-01-05",
    }  # fmt: skip
    return told | columns


def entered(id_: str, stage: str, day: str, **columns: Any) -> dict[str, Any]:
    """A deal entered a stage at noon of a day."""
    return {"opportunity_id": id_, "stage": stage, "entered_at": f"{day}T12:00:00", "entered_on": day} | columns
