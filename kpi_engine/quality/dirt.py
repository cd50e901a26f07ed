"""What the dirt does: the reading of a card again, without the rows that break hygiene rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ..card import Card, Dirt
from ..contract import Contract
from ..history import SliceHistory
from ..known_issue import KnownIssue, Scope
from ..measure import Filter
from ..period import WindowName
from ..question import Series
from ..rules.stale_source import StaleSource
from ..tables.catalogue import BY_NAME
from .check import MOST_NAMED, Inspection, Outcome

Reread = Callable[[Sequence[str], tuple[KnownIssue, ...]], Mapping[str, Mapping[WindowName, Series]]]


def with_dirt(
    cards: Iterable[Card],
    contracts: Mapping[str, Contract],
    tables: Mapping[str, tuple[str, ...]],
    inspection: Inspection,
    as_of: date,
    reread: Reread,
) -> tuple[Card, ...]:
    """The cards, those whose tables hold violating rows with the reading without them.

    `reread` reads KPIs again with rows left out; it is asked once, for the KPIs of these cards only.
    """
    dirty = [
        one
        for one in inspection.outcomes
        if one.group == "hygiene" and 0 < one.violations <= MOST_NAMED and len(BY_NAME[one.table].key) == 1
    ]
    found = tuple(cards)
    kpis = sorted({card.kpi for card in found if any(one.table in tables[card.kpi] for one in dirty)})
    if not kpis:
        return found
    clean = reread(kpis, tuple(_left_out(dirty, inspection, as_of)))
    return tuple(
        replace(card, dirt=_dirt(card, contracts[card.kpi], tables[card.kpi], dirty, inspection, clean[card.kpi]))
        if card.kpi in clean
        else card
        for card in found
    )


def _left_out(dirty: Sequence[Outcome], inspection: Inspection, as_of: date) -> Iterable[KnownIssue]:
    """The violating rows of each table, as an exclusion like any other."""
    for table in sorted({one.table for one in dirty}):
        (key,) = BY_NAME[table].key
        yield KnownIssue(
            id=f"hygiene_{table}",
            scope=Scope(table=table),
            owner="hygiene rules",
            since=as_of,
            until=as_of,
            effect="exclude",
            note="rows that break a hygiene rule",
            rows=(Filter.model_validate({"column": key, "in": tuple(sorted(_records(dirty, inspection, table)))}),),
        )


def _records(dirty: Sequence[Outcome], inspection: Inspection, table: str) -> set[str]:
    return {record for one in dirty if one.table == table for record in inspection.of(one.id)["record"]}


def _dirt(
    card: Card,
    contract: Contract,
    tables: Sequence[str],
    dirty: Sequence[Outcome],
    inspection: Inspection,
    clean: Mapping[WindowName, Series],
) -> Dirt | None:
    mine = [one for one in dirty if one.table in tables]
    rule = next(rule for rule in contract.rules if rule.id == card.rule)
    if isinstance(rule, StaleSource):
        return None
    history = SliceHistory(clean, (card.dimension, card.slice), None)
    end = next(period.last for period in clean[card.window].periods if period.end == card.period_end)
    value, n = history.value(card.window, end), history.n(card.window, end)
    if (value, n) == (card.value, card.n):
        return None  # the dirt does not reach this number
    verdict = rule.judge(history, end)
    return Dirt(
        value=value,
        n=n,
        status=verdict.status,
        rows=sum(len(_records(dirty, inspection, table)) for table in {one.table for one in mine}),
        rules=tuple((one.id, one.name, one.violations) for one in mine),
        reason=verdict.reason,
    )
