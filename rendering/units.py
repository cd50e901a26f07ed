"""Values as people read them: in the engine's words, on one line."""

from __future__ import annotations

from datetime import date
from math import isnan

from kpi_engine.card import Card, Unit
from kpi_engine.contract import Contract
from kpi_engine.wording import change_in_words, in_words


def quantity(value: float | None, unit: Unit, currency: str, decimals: int = 1) -> str:
    """The engine's words for a value, kept on one line."""
    known = value is not None and not isnan(value)
    return in_words(value if known else None, unit, currency, decimals).replace(" ", "\u00a0")


def card_quantity(value: float | None, card: Card) -> str:
    """A value in the card's unit."""
    return quantity(value, card.unit, card.currency, card.decimals)


def contract_quantity(value: float | None, contract: Contract, currency: str) -> str:
    """A value in the contract's unit."""
    return quantity(value, contract.unit, currency, contract.decimals)


def change(relative: float | None) -> str:
    """A relative change with an arrow and its sign."""
    if relative is None:
        return "–"
    arrow = "→" if abs(relative) < 0.0005 else "▲" if relative > 0 else "▼"
    return f"{arrow} {change_in_words(relative)}".replace(" ", "\u00a0")


def day(when: date | None) -> str:
    """A day as 5 Jul 2026: no country reads it wrong."""
    return "–" if when is None else f"{when.day} {when:%b %Y}"


def in_short(text: str, most: int) -> str:
    """The text on one line of at most so many characters, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rsplit(' ', 1)[0]}…"


def hours(count: int) -> str:
    """A time to act: hours up to three days, then days."""
    return f"{count} h" if count <= 72 else f"{count / 24:.0f} days"


WINDOWS = {
    "week": "week",
    "4w": "trailing 4 weeks",
    "8w": "trailing 8 weeks",
    "13w": "trailing 13 weeks",
    "month": "month",
    "quarter": "quarter",
    "span": "period",
}
"""What the windows are called on screens."""


def where(dimension: str, slices: str | tuple[str, ...]) -> str:
    """The slice, or the several together, in words; the total is the whole company."""
    if slices == "(all)":
        return "Whole company"
    return f"{dimension.replace('_', ' ').capitalize()}: {slices if isinstance(slices, str) else ' or '.join(slices)}"
