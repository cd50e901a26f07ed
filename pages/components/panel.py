"""A panel of a dashboard: lines, bars, a table or cohorts, each with n and the period it speaks of."""

from collections.abc import Iterable, Sequence
from datetime import date

import streamlit as st

from rendering.lines import MOST_LINES, Path, lines
from services.review_forum import Drawn, Line, View

from .text import safe
from .units import WINDOWS, change, contract_quantity, day, reason_in_words

_MOST_ROWS = 12


def panel(drawn: Drawn, shown: View) -> None:
    """The panel in a frame of its own."""
    with st.container(border=True, height="stretch", key=f"card-panel-{drawn.panel.title}", gap="small"):
        st.html(_head(drawn))
        known = [line for line in drawn.lines if line.period_end is not None]
        if not known:
            st.html('<div class="rcc"><p class="quiet">No final period yet.</p></div>')
            return
        _DRAWN[drawn.panel.chart](known, shown)
        if drawn.panel.note:
            st.html(f'<div class="rcc"><p class="note">{safe(drawn.panel.note)}</p></div>')


def _head(drawn: Drawn) -> str:
    ends = sorted({line.period_end for line in drawn.lines if line.period_end})
    kpis, by = _kpis(drawn.lines), f" by {drawn.panel.by.replace('_', ' ')}" if drawn.panel.by else ""
    by = "" if kpis.endswith(by) else by
    until = f" to {day(ends[-1])}" if ends else ""
    return (
        f'<div class="rcc"><h3>{safe(drawn.panel.title)}</h3>'
        f'<p class="quiet">{safe(kpis)}{safe(by)} · {WINDOWS[drawn.panel.window]}{until}</p></div>'
    )


def _kpis(found: Sequence[Line]) -> str:
    return ", ".join(dict.fromkeys(line.contract.name for line in found))


def _words(value: float | None, line: Line, shown: View) -> str:
    return contract_quantity(value, line.contract, shown.currency)


def _line_chart(found: Sequence[Line], shown: View) -> None:
    paths = [Path(line.name, line.points, lambda value, line=line: _words(value, line, shown)) for line in found]
    svg = lines(paths, st.context.theme.type or "light")
    if svg:
        st.image(svg, alt=f"{_kpis(found)} in time", width="stretch")
    said = " · ".join(f"{safe(line.name)} n = {line.n:,}" for line in found[:MOST_LINES])
    more = f" · {len(found) - MOST_LINES} more not drawn" if len(found) > MOST_LINES else ""
    st.html(f'<div class="rcc"><p class="label">{said}{more}</p></div>')


def _bars(found: Sequence[Line], shown: View) -> None:
    most = max((abs(line.value) for line in found if line.value is not None), default=0) or 1
    rows = "".join(
        f"<tr><td>{safe(line.name)}</td><td class='bar'><div style='width:{abs(line.value or 0) / most * 100:.1f}%'>"
        f"</div></td><td class='number'>{_or_why(line, shown)}</td><td class='number label'>n = {line.n:,}</td></tr>"
        for line in found[:_MOST_ROWS]
    )
    st.html(f'<div class="rcc"><table>{rows}</table>{_more(found)}</div>')


def _table(found: Sequence[Line], shown: View) -> None:
    several = len({line.contract.id for line in found}) > 1 and any(line.name != line.contract.name for line in found)
    rows = "".join(
        f"<tr><td>{safe(f'{line.contract.name} · {line.name}' if several else line.name)}</td>"
        f"<td class='number'>{_or_why(line, shown)}</td>"
        f"<td class='number quiet'>{_words(line.before, line, shown)}</td><td class='number'>{_change(line)}</td>"
        f"<td class='number label'>{line.n:,}</td></tr>"
        for line in found[: 2 * _MOST_ROWS]
    )
    heads = (("", "label"), ("Latest", "label number"), ("Before", "label number"), ("Change", "label number"))
    head = "".join(f"<th class='{css}'>{name}</th>" for name, css in (*heads, ("n", "label number")))
    st.html(f'<div class="rcc"><table><tr>{head}</tr>{rows}</table>{_more(found, 2 * _MOST_ROWS)}</div>')


def _cohorts(found: Sequence[Line], shown: View) -> None:
    kept = found[:6]
    ends = sorted({point.period_end for line in kept for point in line.points}, reverse=True)
    values = [point.value for line in kept for point in line.points if point.value is not None]
    low, high = min(values, default=0), max(values, default=0)
    rows = "".join(_cohort(end, kept, low, (high - low) or 1, shown) for end in ends)
    head = "".join(f"<th class='label number'>{safe(line.name)}</th>" for line in kept)
    st.html(
        f"<div class='rcc'><table><tr><th class='label'>Period to</th>{head}</tr>{rows}</table>"
        f"<p class='label'>Darker is higher; italic periods are still open.</p>{_more(found, 6)}</div>"
    )


def _cohort(end: date, found: Iterable[Line], low: float, spread: float, shown: View) -> str:
    cells = ""
    for line in found:
        point = next((one for one in line.points if one.period_end == end), None)
        if point is None or point.value is None:
            cells += "<td class='number quiet'>–</td>"
            continue
        shade = 4 + 22 * (point.value - low) / spread
        said = _words(point.value, line, shown)
        cells += (
            f"<td class='number' style='background:color-mix(in srgb, currentColor {shade:.0f}%, transparent)'>"
            f"{f'<i>{said}</i>' if point.is_open else said}</td>"
        )
    return f"<tr><td>{day(end)}</td>{cells}</tr>"


def _or_why(line: Line, shown: View) -> str:
    """The value, or why there is none."""
    if line.value is not None:
        return _words(line.value, line, shown)
    return f"<span class='label'>{safe(reason_in_words(line.reason, line.contract))}</span>"


def _change(line: Line) -> str:
    if line.value is None or not line.before:
        return "–"
    return change((line.value - line.before) / abs(line.before))


def _more(found: Sequence[Line], most: int = _MOST_ROWS) -> str:
    return f"<p class='label'>{len(found) - most} more, with fewer records</p>" if len(found) > most else ""


_DRAWN = {"line": _line_chart, "bar": _bars, "table": _table, "cohort": _cohorts}
