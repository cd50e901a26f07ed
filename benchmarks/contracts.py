"""Twelve KPIs of twelve sorts over 43 slices (the total, 4 segments, 8 regions, 15 industries, 3 tiers, 12 sources)."""

from __future__ import annotations

from typing import Any

from kpi_engine.company import Company
from kpi_engine.contract import Contract

COMPANY = Company(
    name="Benchmark", stages=("Qualification", "Discovery", "Pilot", "Proposal", "Negotiation"), currency="USD"
)
DIMENSIONS = ("segment", "region", "industry", "tier", "source")
WEEKLY, MONTHLY = ("week", "13w"), ("month",)

_WON, _CLOSED = {"column": "status", "is": "won"}, {"column": "status", "in": ["won", "lost"]}
_RECURRING = [{"column": "kind", "is": "recurring"}, {"column": "status", "is": "active"}]


def _deals(date: str, *where: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"table": "opportunities", "date": date, "where": list(where), **more}


# KPI → its formula; those of customers are read at month ends, stage conversion and leads by their cohort.
METRICS: dict[str, dict[str, Any]] = {
    "new_deals": {"kind": "count", "of": _deals("created_on")},
    "bookings": {"kind": "sum", "of": _deals("closed_on", _WON, sum="amount")},
    "win_rate": {"kind": "ratio", "numerator": _deals("closed_on", _WON), "denominator": _deals("closed_on", _CLOSED)},
    "discount_rate": {
        "kind": "ratio", "complement": True,
        "numerator": _deals("closed_on", _WON, sum="amount"),
        "denominator": _deals("closed_on", _WON, sum="list_amount"),
    },
    "sales_cycle": {
        "kind": "duration", "table": "opportunities", "date": "closed_on", "start": "created_on", "end": "closed_on",
        "where": [_WON],
    },
    "open_pipeline": {
        "kind": "stock",
        "of": {"table": "opportunities", "start": "created_on", "end": "closed_on", "sum": "amount"},
    },
    "leads_qualified": {
        "kind": "ratio",
        "numerator": {"table": "leads", "date": "sql_on"}, "denominator": {"table": "leads", "date": "created_on"},
    },
    "lead_conversion": {
        "kind": "cohort_conversion", "table": "leads", "entered": "created_on", "reached": "converted_on",
        "within_days": 90,
    },
    "stage_conversion": {
        "kind": "stage_conversion", "from_stage": "Discovery", "to_stage": "Proposal", "within_days": 60,
    },
    "nrr": {"kind": "retention", "of": "net", "where": _RECURRING},
    "grr": {"kind": "retention", "of": "gross", "where": _RECURRING},
    "expansion": {"kind": "movements", "movements": ["expansion"], "where": _RECURRING},
}  # fmt: skip
_OF_CUSTOMERS = ("nrr", "grr", "expansion")
# Where a table does not know a dimension by its own name.
_COLUMNS = {
    **{name: {"source": "account.source"} for name in _OF_CUSTOMERS},
    "stage_conversion": {"industry": "account.industry", "tier": "account.tier"},
}


def contracts() -> dict[str, Contract]:
    """The twelve contracts by their id."""
    return {name: _contract(name, metric) for name, metric in METRICS.items()}


def _contract(name: str, metric: dict[str, Any]) -> Contract:
    customers = name in _OF_CUSTOMERS
    columns = _COLUMNS.get(name, {})
    return Contract.model_validate(
        {
            "id": name, "name": name, "purpose": "Benchmark.", "definition": name, "unit": "count",
            "variant": "only", "variants": {"only": {"label": "only", "metric": metric}},
            "source": {"system": "Benchmark", "table": "see metric", "grain": "row"},
            "direction": "higher_is_better", "refresh": {"final": "At once."}, "cadence": "weekly",
            "windows": MONTHLY if customers else WEEKLY, "min_n": 1,
            "dimensions": [{"name": one, "column": columns.get(one, "")} for one in DIMENSIONS],
            "owners": ["Benchmark"], "steward": "Benchmark", "decision_owner": "Benchmark",
            "raci": {"responsible": ["Benchmark"], "accountable": ["Benchmark"]},
            "confidence": {"level": "high", "note": "Made up."}, "indicator": "lagging", "focus_area": "Benchmark",
            "chain_stage": "acquisition", "role": "diagnostic",
            "playbook": {"red": "None.", "yellow": "None.", "green": "None."},
            "runbook": {"first_day": ["None"], "next_days": ["None"], "escalation": "None", "audience": ["None"]},
            "change_log": [{"version": 1, "effective": "2024-01-01", "approver": "Benchmark", "change": "First."}],
        }
    )  # fmt: skip
