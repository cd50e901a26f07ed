"""The contract of one KPI: what it means, whose it is, when it breaches, and what then happens."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from .card import Unit
from .contract_case import ContractTest
from .measure import Spec
from .metrics import Metric
from .metrics.composed.cac_payback import CacPayback
from .metrics.ratio import Ratio
from .period import WindowName
from .rules import Rule
from .rules.bands import Bands
from .rules.step import Step

Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
Cadence = Literal["weekly", "biweekly", "monthly", "quarterly"]
# Where in the contract, and what is wrong.
Mistake = tuple[tuple[str | int, ...], str]
# Forums in which a contract of each cadence is reviewed.
FORUMS: dict[Cadence, str] = {
    "weekly": "weekly revenue",
    "biweekly": "bi-weekly management huddle",
    "monthly": "monthly review",
    "quarterly": "quarterly strategy",
}


class Source(Spec):
    """Where the number comes from: the system of record, the canonical table, what one row is."""

    system: Text
    table: Text
    grain: Text
    inclusions: tuple[Text, ...] = ()
    exclusions: tuple[Text, ...] = ()


class Refresh(Spec):
    """When the number is final: `sla_days` after a period's end. Older data than `stale_after_days` is stale."""

    sla_days: Annotated[int, Field(ge=0, le=92)] = 0
    final: Text
    stale_after_days: Annotated[int, Field(ge=1)] | None = None


class Dimension(Spec):
    """A way to slice the KPI: a column, and the values that are expected to be there in every period."""

    name: Identifier
    column: str = ""
    expected: tuple[str, ...] = ()

    @property
    def source_column(self) -> str:
        """The column that holds the values: of the same name unless said otherwise."""
        return self.column or self.name


class Raci(Spec):
    """Who is responsible, accountable, consulted and informed, by title."""

    responsible: tuple[Text, ...]
    accountable: tuple[Text, ...]
    consulted: tuple[Text, ...] = ()
    informed: tuple[Text, ...] = ()


class Confidence(Spec):
    """How far the number can be trusted, and why."""

    level: Literal["high", "medium", "low"]
    note: Text


class Playbook(Spec):
    """The response to each colour."""

    red: Text
    yellow: Text
    green: Text


class Runbook(Spec):
    """What the incident owner does, by hours since the breach, and when it escalates to whom."""

    first_day: Annotated[tuple[Text, ...], Field(min_length=1)]
    next_days: Annotated[tuple[Text, ...], Field(min_length=1)]
    escalation: Text
    escalate_after_red_periods: Annotated[int, Field(ge=1)] = 2
    audience: Annotated[tuple[Text, ...], Field(min_length=1)]


class Cost(Spec):
    """What a breach puts at risk, in the reporting currency.

    `per_unit`: an amount for each unit between value and limit (for a rate, a unit is one whole, so one
    point is a hundredth of it). `of_kpi`: that KPI's reading (times the gap, if `times_gap`).
    """

    per_unit: Annotated[float, Field(gt=0)] | None = None
    of_kpi: str | None = None
    times_gap: bool = False

    @model_validator(mode="after")
    def _one_basis(self) -> Self:
        if (self.per_unit is None) == (self.of_kpi is None):
            raise ValueError("a cost needs either per_unit or of_kpi")
        return self


class Variant(Spec):
    """One of the formulas under which the KPI is known; `label` is what the card prints."""

    label: Text
    metric: Metric


class ChangeEntry(Spec):
    """One line of the contract's change log."""

    version: Annotated[int, Field(ge=1)]
    effective: date
    approver: Text
    change: Text


_FORMULA = {
    "variant", "variants", "source", "unit", "direction", "refresh", "windows", "dimensions", "min_n", "rules",
    "target", "cost", "recover_after",
}  # fmt: skip


class Contract(Spec):
    """One KPI, whole. `variants[variant]` is the formula in force."""

    id: Identifier
    name: Text
    aliases: tuple[Text, ...] = ()
    purpose: Text
    definition: Text
    variant: Text
    variants: Annotated[dict[str, Variant], Field(min_length=1)]
    # Variants whose colour is held against the one in force; the card says if they disagree.
    compare: tuple[str, ...] = ()
    source: Source
    unit: Unit
    direction: Literal["higher_is_better", "lower_is_better"]
    decimals: Annotated[int, Field(ge=0, le=4)] = 1
    refresh: Refresh
    cadence: Cadence
    windows: Annotated[tuple[WindowName, ...], Field(min_length=1)]
    dimensions: tuple[Dimension, ...] = ()
    min_n: Annotated[int, Field(ge=1)] | None = None
    owners: Annotated[tuple[Text, ...], Field(min_length=1)]
    steward: Text
    decision_owner: Text
    raci: Raci
    confidence: Confidence
    indicator: Literal["leading", "lagging"]
    focus_area: Text
    chain_stage: Literal["awareness", "acquisition", "activation", "retention", "expansion"]
    role: Literal["operating", "diagnostic"]
    rules: tuple[Rule, ...] = ()
    playbook: Playbook
    runbook: Runbook
    downstream_decisions: tuple[Text, ...] = ()
    decisions_served: tuple[Text, ...] = ()
    target: float | None = None
    cost: Cost | None = None
    beside: tuple[str, ...] = ()
    recover_after: Annotated[int, Field(ge=1)] = 2
    check_after_days: Annotated[int, Field(ge=1)] = 28
    notes: tuple[Text, ...] = ()
    change_log: Annotated[tuple[ChangeEntry, ...], Field(min_length=1)]
    tests: tuple[ContractTest, ...] = ()

    @property
    def metric(self) -> Metric:
        """The formula in force."""
        return self.variants[self.variant].metric

    @property
    def bands(self) -> Bands | None:
        """The threshold bands, if the contract has any."""
        return next((rule for rule in self.rules if isinstance(rule, Bands)), None)

    @property
    def judged_window(self) -> WindowName:
        """The window in which the KPI is judged first: its first rule's, else the first it is read by."""
        return self.rules[0].window if self.rules else self.windows[0]

    @property
    def forum(self) -> str:
        """The forum that reviews the KPI."""
        return FORUMS[self.cadence]

    @property
    def version(self) -> int:
        """The latest version in the change log."""
        return max(entry.version for entry in self.change_log)

    @property
    def fingerprint(self) -> str:
        """Names the contract by its content."""
        return sha256(self.model_dump_json(by_alias=True, exclude_unset=True).encode()).hexdigest()[:16]

    @property
    def formula_fingerprint(self) -> str:
        """Names what a number and its colour stand on; words, owners and notes may change without approval."""
        content = self.model_dump(mode="json", by_alias=True, exclude_unset=True, include=_FORMULA)
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        mistakes = self._mistakes()
        if mistakes:
            # An error type of its own: the field is shown even where the file does not have it.
            errors = [
                InitErrorDetails(type=PydanticCustomError("needed", "{text}", {"text": text}), loc=place, input=None)
                for place, text in mistakes
            ]
            raise ValidationError.from_exception_data("Contract", errors)
        return self

    def _mistakes(self) -> list[Mistake]:
        """What single fields can't tell: how they belong together. Each with the field to mend."""
        found: list[Mistake] = []
        if self.variant not in self.variants:
            found.append((("variant",), f"variants has no {self.variant!r}"))
            return found
        found += [
            (("compare", at), f"variants has no {name!r}")
            for at, name in enumerate(self.compare)
            if name not in self.variants
        ]
        if self.role == "operating" and not self.rules:
            found.append((("rules",), "an operating contract needs a threshold: at least one rule"))
        if self._divides() and self.min_n is None:
            found.append((("min_n",), "a ratio, or a rule on change, needs min_n: small samples move by chance"))
        if "span" in self.windows:
            found.append((("windows",), "a span is asked for by its dates; no contract is judged over one"))
        monthly = any(getattr(variant.metric, "months_only", False) for variant in self.variants.values())
        if monthly and not set(self.windows) <= {"month", "quarter"}:
            found.append((("windows",), "customers' movements are known at month ends: use month and quarter only"))
        return found + self._rule_mistakes()

    def _divides(self) -> bool:
        metrics = [variant.metric for variant in self.variants.values()]
        return any(isinstance(metric, Ratio | CacPayback) or "conversion" in metric.kind for metric in metrics) or any(
            isinstance(rule, Step) for rule in self.rules
        )

    def _rule_mistakes(self) -> list[Mistake]:
        found: list[Mistake] = []
        names = {"total", *(dimension.name for dimension in self.dimensions)}
        ids = [rule.id for rule in self.rules]
        for at, rule in enumerate(self.rules):
            if rule.scope not in names:
                found.append((("rules", at, "scope"), f"{rule.scope!r} is neither total nor a dimension"))
            if rule.window not in self.windows:
                found.append((("rules", at, "window"), f"{rule.window!r} is not among the contract's windows"))
            if isinstance(rule, Step) and rule.baseline not in self.windows:
                found.append((("rules", at, "against"), f"{rule.baseline!r} is not among the contract's windows"))
            if rule.id in ids[:at]:
                found.append((("rules", at, "id"), f"two rules share the id {rule.id!r}"))
        return found
