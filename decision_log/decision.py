"""A decision: what was chosen on which facts, why, by whom, and how its success will be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .entry import Entry
from .event import Event

ActionKind = Literal["investigate", "mitigate", "reallocate", "escalate"]
Stance = Literal["follows", "overrides", "no proposal"]
"""How a decision relates to what the KPI owner proposed."""


class Assignment(BaseModel):
    """One action as it is asked for with a decision: what, of whom (a person's id), until when.

    The decision does not keep it: it becomes an action of its own, with its own life.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    assignee: str
    due_on: date


class Choice(BaseModel):
    """What a person says in a decision.

    The success metric is `metric_kpi` of a slice against `metric_target`, read on `check_on`; without a
    target the closeout is not evaluable. `proposal` is the version of the proposal that was followed or
    overridden, 0 where there was none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    decided_on: date
    forum: str
    decision_owner: str
    action: ActionKind
    action_text: str
    why: str
    rejected_options: tuple[str, ...] = ()
    revisit_if: str = ""
    stance: Stance = "no proposal"
    proposal: int = 0
    override_reason: str = ""
    expected_impact: str
    impact_by: date
    metric_kpi: str
    metric_dimension: str
    metric_slice: str
    metric_target: float | None
    check_on: date
    closeout_criteria: str
    link: str = ""


class DecisionTaken(Event, Choice):
    """A choice, and what it was made on.

    `facts` is a copy of what the card or the reading showed, so that later data cannot rewrite why the
    decision was taken. `breach` is the card's colour; empty, as are `card_key`, `rule` and `episode`,
    where nothing had breached. A later one for the same subject corrects the one before and says why in
    `correction`.
    """

    kind: Literal["decision.taken"] = "decision.taken"
    card_key: str = ""
    episode: str = ""
    breach: Literal["red", "yellow", ""] = ""
    kpi: str
    dimension: str
    slice: str
    rule: str = ""
    period_end: date
    context: str
    facts: dict[str, Any]
    correction: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a decision: who wrote it, and when it was logged (UTC)."""

    at: datetime
    by: str
    taken: DecisionTaken


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as its entries tell it: its number in the log, its wordings, and how many entries it has."""

    number: int
    subject: str
    versions: tuple[Version, ...]
    entries: int

    @property
    def taken(self) -> DecisionTaken:
        """The wording that counts."""
        return self.versions[-1].taken

    @property
    def decided_by(self) -> str:
        """Who took it."""
        return self.versions[0].by

    @property
    def decided_at(self) -> datetime:
        """When it was first logged (UTC)."""
        return self.versions[0].at


def subject_of(card_key: str) -> str:
    """The log's subject for the decision on a card: two people who decide at once meet here."""
    return f"decision/{card_key}"


def decisions(subjects: dict[str, tuple[Entry, ...]]) -> tuple[Decision, ...]:
    """Every decision of the stream, newest first. They are numbered in the order in which they were first taken."""
    found = [_decision(number, subject, lines) for number, (subject, lines) in enumerate(subjects.items(), 1)]
    return tuple(one for one in reversed(found) if one.versions)


def _decision(number: int, subject: str, lines: Sequence[Entry]) -> Decision:
    taken = ((entry, entry.event) for entry in lines)
    versions = (Version(entry.at, entry.by, event) for entry, event in taken if isinstance(event, DecisionTaken))
    return Decision(number, subject, tuple(versions), len(lines))
