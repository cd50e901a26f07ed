"""Several lines in one chart, each labelled at its end: our own SVG, without a legend to look things up in."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kpi_engine.card import Point

from .units import day

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 640, 230, 88, 10, 24
_GAP = 17
_LONGEST = 32  # characters of a name; with its value at 7 units each, it leaves the chart half of the width
COLOURS = {
    "light": ("#1f4f66", "#8a6530", "#3a7d7c", "#7a5a86", "#56615e", "#9c5638"),
    "dark": ("#9fd0e0", "#d3b07f", "#6fa8ba", "#c3a6cf", "#a3b1b0", "#e0a48c"),
}
_QUIET = {"light": "#56615e", "dark": "#a3b1b0"}
_RULE = {"light": "#d3d8d5", "dark": "#37454a"}
MOST_LINES = len(COLOURS["light"])


@dataclass(frozen=True, slots=True)
class Path:
    """A line: its name, its points oldest first, and how its values read."""

    name: str
    points: Sequence[Point]
    words: Callable[[float], str]


def lines(paths: Sequence[Path], theme: str = "light") -> str:
    """The lines as SVG, on one scale from the lowest to the highest; at most as many as there are colours."""
    paths = [path for path in paths if any(point.value is not None for point in path.points)][:MOST_LINES]
    if not paths:
        return ""
    ends = sorted({point.period_end for path in paths for point in path.points})
    values = [point.value for path in paths for point in path.points if point.value is not None]
    low, high = min(values), max(values)
    spread = (high - low) or abs(high) or 1.0
    right = _WIDTH - max(7 * len(_label(path)) for path in paths) - 16
    step = (right - _LEFT) / max(len(ends) - 1, 1)
    place = {end: round(_LEFT + step * at, 1) for at, end in enumerate(ends)}

    def y(value: float) -> float:
        return round(_TOP + (high - value) / spread * (_HEIGHT - _TOP - _BOTTOM), 1)

    quiet, rule = _QUIET.get(theme, _QUIET["light"]), _RULE.get(theme, _RULE["light"])
    parts = [_scale(paths[0], value, y(value), quiet, rule, right) for value in dict.fromkeys((low, high))]
    colours = COLOURS.get(theme, COLOURS["light"])
    for path, colour in zip(paths, colours, strict=False):
        parts += _line([(place[p.period_end], y(p.value), p.is_open) if p.value is not None else None
                        for p in path.points], colour)  # fmt: skip
    parts += _labels(paths, colours, y, right)
    parts.append(_dates(day(ends[0]), day(ends[-1]), quiet, right))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'font-family="IBM Plex Sans,Segoe UI,Helvetica,Arial,sans-serif" font-size="13">{"".join(parts)}</svg>'
    )


def _scale(path: Path, value: float, level: float, quiet: str, rule: str, right: int) -> str:
    """The lowest and the highest value as quiet rules: enough to read the size of a change."""
    said = html.escape(path.words(value))
    return (
        f'<line x1="{_LEFT}" x2="{right}" y1="{level}" y2="{level}" stroke="{rule}"/>'
        f'<text x="{_LEFT - 8}" y="{level + 4}" fill="{quiet}" text-anchor="end">{said}</text>'
    )


def _line(places: Sequence[tuple[float, float, bool] | None], colour: str) -> list[str]:
    """Solid between judged points, dotted to one whose period is open; a gap stays a gap."""
    found = []
    for before, now in pairwise(places):
        if before is not None and now is not None:
            dash = ' stroke-dasharray="2 3"' if now[2] else ""
            found.append(
                f'<line x1="{before[0]}" y1="{before[1]}" x2="{now[0]}" y2="{now[1]}" stroke="{colour}" '
                f'stroke-width="2" stroke-linecap="round"{dash}/>'
            )
    last = next((place for place in reversed(places) if place is not None and not place[2]), None)
    if last is not None:
        found.append(f'<circle cx="{last[0]}" cy="{last[1]}" r="3.5" fill="{colour}"/>')
    return found


def _labels(paths: Sequence[Path], colours: Sequence[str], y: Callable[[float], float], right: int) -> list[str]:
    """Each line's name and latest value at its end, moved apart where they would overlap."""
    wanted = []
    for path, colour in zip(paths, colours, strict=False):
        drawn = [point.value for point in path.points if point.value is not None]
        wanted.append((y(drawn[-1]), _label(path), colour))
    wanted.sort()
    found, free = [], 0.0
    top = max(_HEIGHT - _BOTTOM + 4 - _GAP * (len(wanted) - 1), _TOP)
    for number, (level, text, colour) in enumerate(wanted):
        at = max(min(level + 4, top + _GAP * number), free, _TOP)
        free = at + _GAP
        found.append(f'<text x="{right + 8}" y="{at:.1f}" fill="{colour}">{html.escape(text)}</text>')
    return found


def _label(path: Path) -> str:
    """An open period is drawn but never read out: the figure is that of the last final one."""
    final = [point.value for point in path.points if point.value is not None and not point.is_open]
    name = path.name if len(path.name) <= _LONGEST else f"{path.name[: _LONGEST - 1].rstrip()}…"
    return f"{name} {path.words(final[-1])}" if final else name


def _dates(first: str, last: str, colour: str, right: int) -> str:
    return (
        f'<text x="{_LEFT}" y="{_HEIGHT - 4}" fill="{colour}">{first}</text>'
        f'<text x="{right}" y="{_HEIGHT - 4}" fill="{colour}" text-anchor="end">{last}</text>'
    )
