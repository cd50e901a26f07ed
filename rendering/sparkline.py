"""The small chart: the line, its threshold, the open period, the gaps. Our own SVG, for cards, HTML and print alike."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kpi_engine.card import Point

from .units import day

INK = {
    "light": {"line": "#56615e", "text": "#56615e", "red": "#b3261e", "yellow": "#8a5a00", "green": "#1f6b45"},
    "dark": {"line": "#a3b1b0", "text": "#a3b1b0", "red": "#ff8f85", "yellow": "#f2c14e", "green": "#79d2a0"},
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The room of a chart in SVG units: margins, strokes, and whether words fit in."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    stroke: float
    dot: float
    worded: bool


CARD = Frame(420, 128, 4, 10, 14, 26, 2, 5, worded=True)
ROW = Frame(132, 24, 2, 4, 4, 4, 1.3, 2.4, worded=False)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The points placed in a frame."""

    points: Sequence[Point]
    frame: Frame
    x: Callable[[int], float]
    y: Callable[[float], float]


def sparkline(
    points: Sequence[Point],
    status: str,
    *,
    limit: float | None = None,
    limit_text: str = "",
    theme: str = "light",
    frame: Frame = CARD,
) -> str:
    """The points as SVG; the last judged one carries the colour of `status`. Empty where no point has a value."""
    ink = INK.get(theme, INK["light"])
    values = [point.value for point in points if point.value is not None]
    if not values:
        return ""
    drawing = _placed(points, values if limit is None else [*values, limit], frame)
    colour = ink.get(status, ink["line"])
    parts = [*_line(drawing, ink["line"])]
    if limit is not None:
        parts.append(_threshold(drawing, limit, colour, limit_text))
    parts.extend(_open_ends(drawing, ink["line"]))
    parts.append(_last(drawing, colour))
    if frame.worded:
        parts.append(_dates(drawing, ink["text"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}" width="{frame.width}" '
        f'height="{frame.height}" font-family="IBM Plex Sans,Segoe UI,Helvetica,Arial,sans-serif" font-size="15">'
        f"{''.join(parts)}</svg>"
    )


def _placed(points: Sequence[Point], known: Sequence[float], frame: Frame) -> _Drawing:
    low, high = min(known), max(known)
    spread = (high - low) or abs(high) or 1.0
    step = (frame.width - frame.left - frame.right) / max(len(points) - 1, 1)
    tall = frame.height - frame.top - frame.bottom
    return _Drawing(
        points,
        frame,
        lambda index: round(frame.left + step * index, 1),
        lambda value: round(frame.top + (high - value) / spread * tall, 1),
    )


def _line(drawing: _Drawing, colour: str) -> Iterator[str]:
    yield f'<g fill="none" stroke="{colour}" stroke-width="{drawing.frame.stroke}" stroke-linejoin="round">'
    for run in _runs(drawing.points):
        if len(run) > 1:
            yield f'<polyline points="{" ".join(f"{drawing.x(i)},{drawing.y(value)}" for i, value in run)}"/>'
    yield "</g>"


def _runs(points: Sequence[Point]) -> list[list[tuple[int, float]]]:
    """Unbroken stretches of judged points; a gap stays a gap."""
    runs: list[list[tuple[int, float]]] = [[]]
    for index, point in enumerate(points):
        if point.value is None or point.is_open:
            runs.append([])
        else:
            runs[-1].append((index, point.value))
    return [run for run in runs if run]


def _threshold(drawing: _Drawing, limit: float, colour: str, label: str) -> str:
    frame, level = drawing.frame, drawing.y(limit)
    line = (
        f'<line x1="{frame.left}" x2="{frame.width - frame.right}" y1="{level}" y2="{level}" stroke="{colour}" '
        f'stroke-width="{frame.stroke * 0.75:g}" stroke-dasharray="{"5 4" if frame.worded else "3 2.5"}"/>'
    )
    if not frame.worded:
        return line
    at = level - 4 if level > 24 else level + 14
    return f'{line}<text x="{frame.left}" y="{at}" fill="{colour}">{html.escape(label)}</text>'


def _open_ends(drawing: _Drawing, colour: str) -> Iterator[str]:
    """A dotted lead to a hollow point: the period still runs and is not judged."""
    points, x, y, wide = drawing.points, drawing.x, drawing.y, drawing.frame.stroke * 0.75
    for index, point in enumerate(points):
        if not point.is_open or point.value is None:
            continue
        before = points[index - 1].value if index else None
        if before is not None:
            yield (
                f'<line x1="{x(index - 1)}" y1="{y(before)}" x2="{x(index)}" y2="{y(point.value)}" stroke="{colour}"'
                f' stroke-width="{wide:g}" stroke-dasharray="2 3"/>'
            )
        yield (
            f'<circle cx="{x(index)}" cy="{y(point.value)}" r="{drawing.frame.dot * 0.7:g}" fill="none"'
            f' stroke="{colour}" stroke-width="{wide:g}"/>'
        )


def _last(drawing: _Drawing, colour: str) -> str:
    judged = [(i, p.value) for i, p in enumerate(drawing.points) if p.value is not None and not p.is_open]
    if not judged:
        return ""
    index, value = judged[-1]
    return f'<circle cx="{drawing.x(index)}" cy="{drawing.y(value)}" r="{drawing.frame.dot:g}" fill="{colour}"/>'


def _dates(drawing: _Drawing, colour: str) -> str:
    frame = drawing.frame
    first, last = day(drawing.points[0].period_end), day(drawing.points[-1].period_end)
    return (
        f'<text x="{frame.left}" y="{frame.height - 3}" fill="{colour}">{first}</text>'
        f'<text x="{frame.width - frame.right}" y="{frame.height - 3}" fill="{colour}" text-anchor="end">{last}</text>'
    )
