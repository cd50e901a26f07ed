"""A decision: what was chosen on which facts, why, by whom, and how its success will be judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

ActionKind = Literal["investigate", "mitigate", "reallocate", "escalate"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision before it is logged.

    `idempotency_key` names the form it comes from: sent again, it is the same decision. `facts` is a copy
    of what the card showed, so that later data cannot rewrite why the decision was taken. The success
    metric is `metric_kpi` of the slice against `metric_target`, read on `check_on`; without a target the
    closeout is not evaluable.
    """

    idempotency_key: str
    card_key: str
    kpi: str
    dimension: str
    slice: str
    rule: str
    period_end: date
    context: str
    facts: dict[str, Any]
    decided_on: date
    forum: str
    decision_owner: str
    action: ActionKind
    action_text: str
    why: str
    rejected_options: str
    assignee: str
    due_on: date
    expected_impact: str
    impact_by: date
    metric_kpi: str
    metric_dimension: str
    metric_slice: str
    metric_target: float | None
    check_on: date
    closeout_criteria: str
    link: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A logged decision: the draft, its number in the log, and when it was logged (UTC)."""

    id: int
    decided_at: datetime
    draft: Draft
