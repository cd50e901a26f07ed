"""The matter: what a decision is about. A card, or a KPI of a slice where nothing has breached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import TypeAdapter

from decision_log.decision import ActionKind
from kpi_engine.card import Card
from kpi_engine.wording import in_words

from .measurable import Measurable

_CARD = TypeAdapter(Card)


@dataclass(frozen=True, slots=True)
class Matter:
    """The facts that a decision will copy, and what the contract suggests. `key` is empty without a card."""

    key: str
    episode: str
    breach: Literal["red", "yellow", ""]
    kpi: str
    name: str
    dimension: str
    slice: str
    rule: str
    period_end: date
    context: str
    facts: dict[str, Any]
    forum: str
    owners: tuple[str, ...]
    decision_owner: str
    action: ActionKind
    action_text: str
    sla_hours: int
    target: float | None
    check_after_days: int
    direction: Literal["higher_is_better", "lower_is_better"]


def of_card(card: Card, episode: str) -> Matter:
    """The matter of a breach."""
    return Matter(
        key=card.key,
        episode=episode,
        breach="red" if card.status == "red" else "yellow",
        kpi=card.kpi,
        name=card.name,
        dimension=card.dimension,
        slice=card.slice,
        rule=card.rule,
        period_end=card.period_end,
        context=card.trigger,
        facts=_CARD.dump_python(card, mode="json"),
        forum=card.forum,
        owners=card.owners,
        decision_owner=card.decision_owner,
        action=card.action,
        action_text=card.action_text,
        sla_hours=card.action_sla_hours,
        target=card.limit if card.red_limit is None else card.red_limit,
        check_after_days=card.check_after_days,
        direction=card.direction,
    )


def of_reading(measured: Measurable, dimension: str, slice_: str) -> Matter:
    """The matter of a KPI's slice without a breach: its latest final reading stands for the facts."""
    contract, latest = measured.contract, measured.latest[dimension, slice_]
    said = in_words(latest.value, contract.unit, measured.currency, contract.decimals)
    facts = {
        "name": contract.name,
        "unit": contract.unit,
        "currency": measured.currency,
        "decimals": contract.decimals,
        "window": measured.window,
        "value": latest.value,
        "n": latest.n,
        "reason": latest.reason,
        "snapshot": measured.snapshot,
        "contract": contract.fingerprint,
        "engine": measured.engine,
    }
    return Matter(
        key="",
        episode="",
        breach="",
        kpi=contract.id,
        name=contract.name,
        dimension=dimension,
        slice=slice_,
        rule="",
        period_end=latest.period_end,
        context=f"No breach: {contract.name} at {said}",
        facts=facts,
        forum=contract.forum,
        owners=contract.owners,
        decision_owner=contract.decision_owner,
        action="mitigate",
        action_text="",
        sla_hours=7 * 24,
        target=contract.target,
        check_after_days=contract.check_after_days,
        direction=contract.direction,
    )
