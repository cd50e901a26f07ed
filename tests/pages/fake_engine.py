"""An engine whose answers are made by hand, so that pages are tested for what they show, not for what is computed."""

from datetime import date, timedelta
from typing import ClassVar

import pandas as pd

from kpi_engine.card import Assessment
from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.quality.check import Inspection
from kpi_engine.quality.folder import Checks
from kpi_engine.snapshot import Snapshot

from .assessments import AS_OF, LAST

SNAPSHOT = Snapshot("9f2c4a7be01d", AS_OF)

_MEASURE = {"table": "opportunities", "date": "close_date"}
WIN_RATE = Contract.model_validate(
    {
        "id": "win_rate",
        "name": "Win rate",
        "aliases": ("Close rate",),
        "purpose": "Shows whether we win what we work on.",
        "definition": "Won deals as a share of won and lost deals closed in the period.",
        "variant": "count",
        "variants": {
            "count": {
                "label": "won ÷ (won + lost), count",
                "metric": {"kind": "ratio", "numerator": _MEASURE, "denominator": _MEASURE},
            }
        },
        "source": {"system": "CRM", "table": "opportunities", "grain": "opportunity"},
        "unit": "rate",
        "direction": "higher_is_better",
        "refresh": {"final": "The Monday after the week"},
        "cadence": "weekly",
        "windows": ("4w", "week"),
        "dimensions": ({"name": "segment"}, {"name": "region"}),
        "min_n": 20,
        "owners": ("Head of Sales",),
        "steward": "RevOps",
        "decision_owner": "CRO",
        "raci": {"responsible": ("Head of Sales",), "accountable": ("CRO",)},
        "confidence": {"level": "high", "note": "close dates are enforced"},
        "indicator": "lagging",
        "focus_area": "Sales",
        "chain_stage": "acquisition",
        "role": "operating",
        "rules": (
            {
                "kind": "bands",
                "window": "4w",
                "red_below": 0.21,
                "green_above": 0.25,
                "action": {"kind": "investigate", "text": "Loss review", "sla_hours": 48},
            },
        ),
        "playbook": {"red": "Loss review", "yellow": "Watch", "green": "Nothing"},
        "runbook": {"first_day": ("List",), "next_days": ("Call",), "escalation": "Two periods", "audience": ("CEO",)},
        "change_log": ({"version": 1, "effective": date(2026, 1, 1), "approver": "CRO", "change": "First"},),
    }
)
ACTIVATION = WIN_RATE.model_copy(
    update={"id": "activation_rate", "name": "Activation rate", "aliases": (), "dimensions": (), "role": "diagnostic"}
)
RISK = WIN_RATE.model_copy(
    update={"id": "renewal_risk_dollars", "name": "Renewal risk dollars", "unit": "money", "rules": (), "aliases": ()}
)


class FakeEngine:
    """Answers like the engine for three KPIs."""

    company = Company(name="Example")
    fingerprint = "fake"
    contracts: ClassVar = {contract.id: contract for contract in (WIN_RATE, ACTIVATION, RISK)}

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment

    checks = Checks()
    edits = history = known_issues = ()

    def inspect(self, snapshot: Snapshot) -> Inspection:
        return Inspection()

    def assess(self, snapshot: Snapshot, as_of: date) -> Assessment:
        return self._assessment

    def readings(self, snapshot, as_of, *, kpis=None, by=None, within=None, windows=None, span=None) -> pd.DataFrame:
        rows = []
        for kpi in kpis or self.contracts:
            contract = self.contracts[kpi]
            for window in windows or contract.windows:
                slices = [("total", "(all)")]
                if contract.dimensions:
                    slices += [("segment", "Enterprise"), ("segment", "Mid-market"), ("segment", "=HYPERLINK(1)")]
                    slices += [("region", "EMEA"), ("region", "North America")]
                for dimension, slice_ in slices:
                    rows += [_reading(kpi, dimension, slice_, window, week) for week in range(30)]
        return pd.DataFrame(rows)

    def records(self, snapshot, kpi, as_of, *, start, end, window="span", within=None, limit=100) -> pd.DataFrame:
        names = ["Acme renewal", '=HYPERLINK("http://example.org")', "@sum", "Nordwind"]
        return pd.DataFrame({"opportunity": names, "amount": [1000.0, -5.0, 20.5, 3.0], "owner": list("abcd")})


def _reading(kpi: str, dimension: str, slice_: str, window: str, week: int) -> dict[str, object]:
    end = LAST + timedelta(days=7 * (week - 28))
    value = 0.27 - 0.004 * week + (0.02 if slice_ == "EMEA" else 0)
    is_open, gap = week == 29, week == 12
    state = "not_evaluable" if is_open or gap else "value"
    reason = "period still open" if is_open else "below min_n" if gap else ""
    seen = None if state == "not_evaluable" else value
    so_far = value if is_open or gap else None
    return {
        "kpi": kpi, "dimension": dimension, "slice": slice_, "window": window,
        "period_start": end - timedelta(days=27), "period_end": end, "value": seen, "n": 7 if gap else 80,
        "state": state, "reason": reason, "variant": "won ÷ (won + lost), count", "provisional": so_far, "left_out": 0,
    }  # fmt: skip
