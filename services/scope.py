"""What a person limited to some dimension values may see. The engine is asked within them; nothing is hidden later.

Somebody limited to some regions sees the figures of these regions together and of each, and cards that judge
one of them. KPIs that do not know the dimension are not theirs to see, nor are pages that speak of the whole
company.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpi_engine.card import Assessment
from kpi_engine.contract import Contract
from rendering.units import where

from .people import Denied, Person


def within_scope(person: Person, within: Mapping[str, str]) -> dict[str, str | tuple[str, ...]]:
    """The slices asked for, inside the person's own: what lies outside gives way to all that is theirs."""
    own = {name: _asked(within.get(name), slices) for name, slices in person.scope}
    return own | {name: slice_ for name, slice_ in within.items() if name not in own}


def _asked(slice_: str | None, own: tuple[str, ...]) -> str | tuple[str, ...]:
    if slice_ in own:
        return slice_
    return own[0] if len(own) == 1 else own


def may_see(person: Person, contract: Contract) -> bool:
    """Whether the KPI can be told for the person's part of the company alone."""
    return {dimension for dimension, _ in person.scope} <= {dimension.name for dimension in contract.dimensions}


def require_kpi(person: Person, contract: Contract) -> None:
    """Let the KPI pass, or raise `Denied`."""
    if not may_see(person, contract):
        part = " and ".join(where(*pair) for pair in person.scope)
        raise Denied(f"{contract.name} cannot be told for this part alone ({part})")


def is_theirs(person: Person, dimension: str, slice_: str) -> bool:
    """Whether what is said of a slice is said of nothing but the person's part of the company."""
    if not person.scope:
        return True
    (name, slices), *others = person.scope
    return not others and dimension == name and slice_ in slices


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
