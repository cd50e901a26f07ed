"""The big chart of a drill-down: the line over its bands, gaps with their reason, the open period hatched."""

from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go

from decision_log.decision import Decision
from kpi_engine.contract import Contract
from kpi_engine.reading import Reason
from kpi_engine.rules.bands import Bands

from .sparkline import INK
from .text import safe
from .units import day, quantity

_SHOWN = 53


def trend(
    contract: Contract, line: pd.DataFrame, decisions: Iterable[Decision], theme: str, currency: str
) -> go.Figure:
    """The last year of the line; values come formatted, so that hovering reads like the cards."""
    ink = INK.get(theme, INK["light"])
    line = line.tail(_SHOWN)
    final = line[line["reason"] != Reason.OPEN.value]
    figure = go.Figure()
    low, high = _range(contract, line)
    figure.add_trace(
        go.Scatter(
            x=final["period_end"],
            y=final["value"],
            customdata=[_words(row, contract, currency) for row in final.itertuples()],
            mode="lines+markers",
            connectgaps=False,
            line={"color": ink["line"], "width": 3},
            marker={"size": 6},
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    _draw_bands(figure, contract, low, high, ink)
    _draw_gaps(figure, final, low, ink)
    still_open = line[line["reason"] == Reason.OPEN.value]
    so_far = [quantity(value, contract.unit, currency) for value in still_open["provisional"]]
    _draw_open(figure, still_open, span=(low, high), so_far=so_far, ink=ink)
    first, last = line["period_end"].min(), line["period_end"].max()
    for decision in decisions:
        if first <= decision.draft.decided_on <= last:
            figure.add_vline(decision.draft.decided_on, line={"color": ink["text"], "width": 1.5, "dash": "dot"})
            figure.add_annotation(x=decision.draft.decided_on, y=high, text="decided", showarrow=False, xanchor="left")
    figure.update_layout(
        height=380,
        margin={"l": 0, "r": 0, "t": 16, "b": 0},
        showlegend=False,
        hoverlabel={"font_size": 15},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        yaxis={"range": [low, high], "tickformat": _tick_format(contract), "zeroline": False, "tickfont_size": 14},
        xaxis={"showgrid": False, "tickfont_size": 14},
    )
    return figure


def _range(contract: Contract, line: pd.DataFrame) -> tuple[float, float]:
    known = [float(value) for value in pd.concat([line["value"], line["provisional"]]).dropna()]
    if contract.bands:
        known.extend(contract.bands.edges)
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    room = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    return (0.0 if low >= 0 and low < room * 3 else low - room), high + room


def _words(row, contract: Contract, currency: str) -> str:  # type: ignore[no-untyped-def]
    value = None if pd.isna(row.value) else row.value
    return f"<b>{safe(quantity(value, contract.unit, currency))}</b><br>to {day(row.period_end)}<br>n = {row.n:,}"


def _draw_bands(figure: go.Figure, contract: Contract, low: float, high: float, ink: dict[str, str]) -> None:
    bands = contract.bands
    if not isinstance(bands, Bands):
        return
    red, green = bands.edges
    edge = low if bands.rising else high
    figure.add_hrect(edge, red, fillcolor=ink["red"], opacity=0.10, line_width=0, layer="below")
    figure.add_hrect(red, green, fillcolor=ink["yellow"], opacity=0.10, line_width=0, layer="below")
    side = "below" if bands.rising else "above"
    for limit, colour, text in ((red, ink["red"], f"red {side}"), (green, ink["yellow"], f"yellow {side}")):
        figure.add_hline(
            limit,
            line={"color": colour, "width": 1.5, "dash": "dash"},
            annotation={"text": f"{text} {_limit(limit, contract)}", "font": {"color": colour, "size": 14}},
            annotation_position="top left",
        )


def _limit(limit: float, contract: Contract) -> str:
    return quantity(limit, contract.unit).replace(".0\u00a0", "\u00a0")


def _draw_gaps(figure: go.Figure, final: pd.DataFrame, low: float, ink: dict[str, str]) -> None:
    gaps = final[final["state"] == "not_evaluable"]
    if gaps.empty:
        return
    words = [
        f"not evaluable: {safe(row.reason)}<br>to {day(row.period_end)}<br>n = {row.n:,}" for row in gaps.itertuples()
    ]
    figure.add_trace(
        go.Scatter(
            x=gaps["period_end"],
            y=[low] * len(gaps),
            customdata=words,
            mode="markers",
            cliponaxis=False,
            marker={"symbol": "x-thin", "size": 10, "line": {"color": ink["text"], "width": 2}},
            hovertemplate="%{customdata}<extra></extra>",
        )
    )


def _draw_open(
    figure: go.Figure, still_open: pd.DataFrame, *, span: tuple[float, float], so_far: list[str], ink: dict[str, str]
) -> None:
    """Hatched, with the number so far as a hollow point: it is not judged."""
    low, high = span
    for row, words in zip(still_open.itertuples(), so_far, strict=True):
        figure.add_trace(
            go.Bar(
                x=[row.period_end],
                y=[high - low],
                base=[low],
                width=[5 * 86_400_000],
                marker={"color": "rgba(0,0,0,0)", "pattern": {"shape": "/", "fgcolor": ink["line"], "fgopacity": 0.5}},
                hoverinfo="skip",
            )
        )
        if not pd.isna(row.provisional):
            figure.add_trace(
                go.Scatter(
                    x=[row.period_end],
                    y=[row.provisional],
                    mode="markers",
                    marker={"symbol": "circle-open", "size": 9, "color": ink["line"]},
                    hovertemplate=f"{safe(words)} so far<br>period still open<extra></extra>",
                )
            )


def _tick_format(contract: Contract) -> str:
    return ".0%" if contract.unit == "rate" else "~s" if contract.unit.startswith("money") else ""
