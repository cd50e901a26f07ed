"""The small chart of a card, and the same in words."""

from base64 import b64encode

from kpi_engine.card import Card
from rendering import sparkline as drawing
from rendering.units import card_quantity

from .text import safe


def sparkline(card: Card, theme: str) -> str:
    """The card's points as a picture in our own HTML; the last judged point carries the status colour."""
    limit = card_quantity(card.limit, card)
    svg = drawing.sparkline(card.points, card.status, limit=card.limit, limit_text=limit, theme=theme)
    if not svg:
        return ""
    # As data of a picture: Streamlit strips SVG out of HTML, and in a picture nothing could run anyway.
    data = b64encode(svg.encode()).decode()
    return f"<div class='rcc spark'><img src='data:image/svg+xml;base64,{data}' alt='{safe(_described(card))}'></div>"


def _described(card: Card) -> str:
    """The chart in words, for those who do not see it."""
    values = [point.value for point in card.points if point.value is not None and not point.is_open]
    if not values:
        return f"{card.name}: no evaluable period"
    first, last = (card_quantity(value, card) for value in (values[0], values[-1]))
    limit = card_quantity(card.limit, card)
    return f"{card.name} over {len(card.points)} periods: from {first} to {last}, threshold {limit}"
