"""A card: what a person sees of a breach. An assessment: all cards of an as-of date and what was checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .period import WindowName

Status = Literal["red", "yellow", "green"]
Confidence = Literal["high", "medium", "low"]
Unit = Literal["count", "money", "rate", "days", "hours", "months", "ratio", "score", "points", "money_per_day"]


@dataclass(frozen=True, slots=True)
class Change:
    """The reading against an earlier or trailing one: `against` names it ("last week", "trailing 13 weeks").

    `before` is that reading's value, `relative` the relative change (None where `before` is 0 or absent).
    """

    against: str
    before: float | None
    relative: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the card's small chart; `value` is None where the period is not evaluable."""

    period_end: date
    value: float | None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class SliceShare:
    """Where a breach concentrates: a slice, its value and n, and its share of the gap (fraction)."""

    dimension: str
    slice: str
    value: float | None
    n: int
    share: float | None


@dataclass(frozen=True, slots=True)
class KnownIssueNote:
    """A known issue that touches a card: its note, owner, last day and effect.

    `worsened`: the reading is worse than what was acknowledged, so the card is not folded.
    """

    id: str
    note: str
    owner: str
    until: date
    effect: Literal["explain", "qualify", "exclude"]
    rows_excluded: int = 0
    worsened: bool = False


@dataclass(frozen=True, slots=True)
class Trust:
    """How far an operating KPI can be trusted: as its contract says, lowered for the reasons, never raised.

    `known_issues` are those in force that touch it, whether it has a card or not.
    """

    kpi: str
    name: str
    stated: Confidence
    level: Confidence
    note: str
    reasons: tuple[str, ...]
    known_issues: tuple[KnownIssueNote, ...] = ()

    @property
    def in_words(self) -> str:
        """The contract's note, and why the level is lower than the contract's."""
        lowered = f"Lowered from {self.stated}: {'; '.join(self.reasons)}." if self.reasons else ""
        return " ".join(text for text in (self.note, lowered) if text)


@dataclass(frozen=True, slots=True)
class Dirt:
    """The card's reading without the `rows` of its tables that break hygiene rules: the business, or the records?

    `rules` are the rules' ids and names with the rows each takes out; a row may break several.
    """

    value: float | None
    n: int
    status: Literal["red", "yellow", "green", "not_evaluable"]
    rows: int
    rules: tuple[tuple[str, str, int], ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A breach as a person reads it: what, how far, since when, whose, what next.

    `key` is KPI + slice + rule + period: a second run cannot make a second card. `limit` is the edge
    that was crossed and `limit_text` says it in words ("red below 60 %"). `since` is the end of the
    first period of the running breach, `age_periods` how many evaluable periods it has lasted.
    `money_at_risk` is in the reporting currency, None where the contract gives no cost.
    `disagreement` says when variants of the formula differ in colour. `folded` cards are explained by a
    known issue. `facts` are the fingerprints of snapshot, contract and engine.
    """

    key: str
    kpi: str
    name: str
    variant: str
    unit: Unit
    currency: str
    definition: str
    direction: Literal["higher_is_better", "lower_is_better"]
    status: Status
    rule: str
    rule_kind: str
    trigger: str
    dimension: str
    slice: str
    window: WindowName
    period_start: date
    period_end: date
    value: float | None
    n: int
    limit: float | None
    limit_text: str
    red_limit: float | None
    green_limit: float | None
    changes: tuple[Change, ...]
    points: tuple[Point, ...]
    since: date
    age_periods: int
    escalated: bool
    escalation_audience: str
    money_at_risk: float | None
    concentrates: tuple[SliceShare, ...]
    owners: tuple[str, ...]
    steward: str
    decision_owner: str
    confidence: Confidence
    confidence_note: str
    action: Literal["investigate", "mitigate", "reallocate", "escalate"]
    action_text: str
    action_sla_hours: int
    playbook: str
    runbook: tuple[str, ...]
    check_after_days: int
    forum: str
    beside: tuple[tuple[str, str], ...]
    disagreement: str
    known_issues: tuple[KnownIssueNote, ...]
    left_out: int
    folded: bool
    snapshot: str
    contract: str
    engine: str
    decimals: int = 1
    dirt: Dirt | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One operating KPI's answer in the all-clear strip; `reason` says why it could not be evaluated.

    `window` is the one of the rule that gave the answer; `changes` and `points` are those of a card, with
    all trailing windows, so that a summary can show green KPIs too.
    """

    kpi: str
    name: str
    status: Literal["red", "yellow", "green", "not_evaluable"]
    dimension: str
    slice: str
    period_end: date | None
    value: float | None
    n: int
    reason: str
    window: WindowName = "week"
    changes: tuple[Change, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedPeriod:
    """What a rule said of one final period: its reading, the limit it was held against, and since when it is final."""

    start: date
    end: date
    final_on: date
    status: Literal["red", "yellow", "green", "not_evaluable"]
    value: float | None
    n: int
    limit: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule on one slice over its latest final periods, oldest first, and what the contract says of a breach.

    `contract` is the fingerprint and `version` the number of the contract that judged them. A breach
    recovers after `recover_after` good periods; `escalate_after` red ones in a row escalate it to `audience`.
    """

    kpi: str
    rule: str
    dimension: str
    slice: str
    window: WindowName
    contract: str
    version: int
    recover_after: int
    escalate_after: int
    audience: tuple[str, ...]
    periods: tuple[JudgedPeriod, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """All cards of an as-of date, worst first, every check behind them, and what each rule said of late.

    `all_clear` holds only if every check was evaluable and none is red or yellow. `stale` names the
    KPIs whose source was stale; `warnings` are for people ("14 operating KPIs in one forum"). `trust` has
    one entry for each operating KPI.
    """

    as_of: date
    data_on: date
    snapshot: str
    engine: str
    cards: tuple[Card, ...]
    checks: tuple[Check, ...]
    stale: tuple[str, ...]
    known_issues: tuple[KnownIssueNote, ...]
    warnings: tuple[str, ...]
    judgements: tuple[Judgement, ...] = ()
    trust: tuple[Trust, ...] = ()

    @property
    def all_clear(self) -> bool:
        """Whether nothing breached and nothing was left unchecked."""
        return bool(self.checks) and all(check.status == "green" for check in self.checks)
