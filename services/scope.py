"""What a person limited to some dimension values may see. The engine is asked within them; nothing is hidden later.

Somebody limited to a region sees the figures of that region, and cards that judge that very region. KPIs
that do not know the dimension are not theirs to see, nor are pages that speak of the whole company.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpi_engine.card import Assessment
from kpi_engine.contract import Contract

from .people import Denied, Person


def within_scope(person: Person, within: Mapping[str, str]) -> dict[str, str]:
    """The slices asked for, inside the person's own: where the two disagree, the person's own count."""
    return dict(person.scope) | {key: value for key, value in within.items() if key not in dict(person.scope)}


def may_see(person: Person, contract: Contract) -> bool:
    """Whether the KPI can be told for the person's part of the company alone."""
    return {dimension for dimension, _ in person.scope} <= {dimension.name for dimension in contract.dimensions}


def require_kpi(person: Person, contract: Contract) -> None:
    """Let the KPI pass, or raise `Denied`."""
    if not may_see(person, contract):
        raise Denied(f"{contract.name} cannot be told for {' and '.join(value for _, value in person.scope)} alone")


def is_theirs(person: Person, dimension: str, slice_: str) -> bool:
    """Whether what is said of a slice is said of nothing but the person's part of the company."""
    return not person.scope or person.scope == ((dimension, slice_),)


def their_part(person: Person, assessment: Assessment) -> Assessment:
    """The cards and checks of the person's part of the company."""
    if not person.scope:
        return assessment
    cards = tuple(card for card in assessment.cards if is_theirs(person, card.dimension, card.slice))
    return replace(
        assessment,
        cards=cards,
        checks=tuple(check for check in assessment.checks if is_theirs(person, check.dimension, check.slice)),
        known_issues=tuple(dict.fromkeys(issue for card in cards for issue in card.known_issues)),
        stale=(),
        warnings=(),
        judgements=(),
        trust=(),
    )
