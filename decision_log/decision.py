"""A decision: what was chosen on which facts, why, by whom, and how its success will be judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from .entry import Entry
from .event import Event

ActionKind = Literal["investigate", "mitigate", "reallocate", "escalate"]


class DecisionTaken(Event):
    """A choice on a card.

    `facts` is a copy of what the card showed, so that later data cannot rewrite why the decision was
    taken. The success metric is `metric_kpi` of the slice against `metric_target`, read on `check_on`;
    without a target the closeout is not evaluable.
    """

    kind: Literal["decision.taken"] = "decision.taken"
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


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as its entries tell it: its number in the log, who took it, and when it was logged (UTC)."""

    number: int
    decided_at: datetime
    decided_by: str
    taken: DecisionTaken


def subject_of(card_key: str) -> str:
    """The log's subject for the decision on a card: two people who decide at once meet here."""
    return f"decision/{card_key}"


def decisions(subjects: dict[str, tuple[Entry, ...]]) -> tuple[Decision, ...]:
    """Every decision of the stream, newest first. They are numbered in the order in which they were first taken."""
    found = [decision for number, lines in enumerate(subjects.values(), 1) if (decision := _decision(number, lines))]
    return tuple(reversed(found))


def _decision(number: int, lines: Iterable[Entry]) -> Decision | None:
    taken = [(entry, entry.event) for entry in lines if isinstance(entry.event, DecisionTaken)]
    if not taken:
        return None
    entry, event = taken[-1]
    return Decision(number, entry.at, entry.by, event)
