"""The small chart of a card: the line, its threshold, the open period, the gaps. Our own SVG."""

from collections.abc import Sequence

from kpi_engine.card import Card, Point

from .text import safe
from .units import card_quantity, day

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 420, 128, 4, 10, 14, 26
INK = {
    "light": {"line": "#56615e", "text": "#56615e", "red": "#b3261e", "yellow": "#8a5a00", "green": "#1f6b45"},
    "dark": {"line": "#a3b1b0", "text": "#a3b1b0", "red": "#ff8f85", "yellow": "#f2c14e", "green": "#79d2a0"},
}


def sparkline(card: Card, theme: str) -> str:
    """The card's points as SVG; the last judged point carries the status colour."""
    ink = INK.get(theme, INK["light"])
    values = [point.value for point in card.points if point.value is not None]
    if not values:
        return ""
    known = values if card.limit is None else [*values, card.limit]
    low, high = min(known), max(known)
    spread = (high - low) or abs(high) or 1.0
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(card.points) - 1, 1)

    def x(index: int) -> float:
        return round(_LEFT + step * index, 1)

    def y(value: float) -> float:
        return round(_TOP + (high - value) / spread * (_HEIGHT - _TOP - _BOTTOM), 1)

    status = ink[card.status]
    parts = [f'<g fill="none" stroke="{ink["line"]}" stroke-width="2" stroke-linejoin="round">']
    for run in _runs(card.points):
        line = " ".join(f"{x(i)},{y(value)}" for i, value in run)
        parts.append(f'<polyline points="{line}"/>' if len(run) > 1 else "")
    parts.append("</g>")
    if card.limit is not None:
        parts.append(_threshold(y(card.limit), status, card_quantity(card.limit, card)))
    parts.extend(_open_ends(card.points, x, y, ink["line"]))
    judged = [(i, p.value) for i, p in enumerate(card.points) if p.value is not None and not p.is_open]
    if judged:
        last, value = judged[-1]
        parts.append(f'<circle cx="{x(last)}" cy="{y(value)}" r="5" fill="{status}"/>')
    parts.append(_dates(card.points, ink["text"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'font-family="IBM Plex Sans,Segoe UI,Helvetica,Arial,sans-serif" font-size="15">{"".join(parts)}</svg>'
    )


def described(card: Card) -> str:
    """The chart in words, for those who do not see it."""
    values = [point.value for point in card.points if point.value is not None and not point.is_open]
    if not values:
        return f"{card.name}: no evaluable period"
    first, last = (card_quantity(value, card) for value in (values[0], values[-1]))
    limit = card_quantity(card.limit, card)
    return f"{card.name} over {len(card.points)} periods: from {first} to {last}, threshold {limit}"


def _runs(points: Sequence[Point]) -> list[list[tuple[int, float]]]:
    """Unbroken stretches of judged points; a gap stays a gap."""
    runs: list[list[tuple[int, float]]] = [[]]
    for index, point in enumerate(points):
        if point.value is None or point.is_open:
            runs.append([])
        else:
            runs[-1].append((index, point.value))
    return [run for run in runs if run]


def _threshold(level: float, colour: str, label: str) -> str:
    above = level > 24
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{level}" y2="{level}" stroke="{colour}" stroke-width="1.5"'
        f' stroke-dasharray="5 4"/>'
        f'<text x="{_LEFT}" y="{level - 4 if above else level + 14}" fill="{colour}">{safe(label)}</text>'
    )


def _open_ends(points: Sequence[Point], x, y, colour: str) -> list[str]:  # type: ignore[no-untyped-def]
    """A dotted lead to a hollow point: the period still runs and is not judged."""
    found = []
    for index, point in enumerate(points):
        if not point.is_open or point.value is None:
            continue
        before = points[index - 1].value if index else None
        if before is not None:
            found.append(
                f'<line x1="{x(index - 1)}" y1="{y(before)}" x2="{x(index)}" y2="{y(point.value)}" stroke="{colour}"'
                f' stroke-width="1.5" stroke-dasharray="2 3"/>'
            )
        found.append(
            f'<circle cx="{x(index)}" cy="{y(point.value)}" r="3.5" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        )
    return found


def _dates(points: Sequence[Point], colour: str) -> str:
    first, last = day(points[0].period_end), day(points[-1].period_end)
    return (
        f'<text x="{_LEFT}" y="{_HEIGHT - 3}" fill="{colour}">{first}</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 3}" fill="{colour}" text-anchor="end">{last}</text>'
    )
