"""What a metric is made of: the tables it stands on, and how long its cohorts take."""

from __future__ import annotations

from typing import Any

Spec = dict[str, Any]

INGREDIENTS = (
    "of", "numerator", "denominator", "pipeline", "won", "spend", "new_mrr", "gained", "lost",
    "win_rate", "open_opportunities", "won_amount", "cycle_days",
)  # fmt: skip


def parts_of(metric: Spec) -> list[Spec]:
    """The measures, stocks and metrics a metric is made of, itself first."""
    found = [metric]
    for name in INGREDIENTS:
        if isinstance(metric.get(name), dict):
            found += parts_of(metric[name])
    for part in metric.get("parts", ()):
        found += parts_of(part["of"])
    return found


def tables_of(metric: Spec) -> list[str]:
    """Every table a metric stands on, each once."""
    found = []
    for part in parts_of(metric):
        kind = part.get("kind")
        if "table" in part:
            found.append(part["table"])
        elif kind in ("movements", "retention"):
            found.append("subscriptions")
        elif kind in ("stage_age", "stage_conversion"):
            found.append("stage_history")
    return list(dict.fromkeys(found))


def flow_tables(metric: Spec) -> list[str]:
    """The tables whose rows fall into periods, unlike stocks, customers and targets."""
    found = []
    for part in parts_of(metric):
        kind = part.get("kind")
        if kind in ("coverage", "movements", "retention", "stage_age"):
            continue
        if kind == "stage_conversion":
            found.append("stage_history")
        elif "table" in part and ("date" in part or "entered" in part) and not _inside_coverage(metric, part):
            found.append(part["table"])
    return list(dict.fromkeys(found))


def _inside_coverage(metric: Spec, part: Spec) -> bool:
    return any(whole.get("won") is part for whole in parts_of(metric))


def follow_up(metric: Spec) -> int:
    """Days after a period's end until its cohort is known."""
    found = 0
    for part in parts_of(metric):
        if part.get("kind") == "cohort_conversion":
            found = max(found, part["within_days"])
        if part.get("kind") == "stage_conversion" and part.get("basis", "cohort") == "cohort":
            found = max(found, part.get("within_days", 90))
    return found
