"""The big chart of a drill-down: the line over its bands, gaps with their reason, the open period hatched."""

from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.contract import Contract
from kpi_engine.reading import Reason
from rendering.sparkline import INK
from services.drill_down import View

from .paths import SHOWN, draw_paths
from .text import safe
from .units import card_quantity, contract_quantity, day, reason_in_words

_SHOWN = 53
_AHEAD = timedelta(days=28)


def trend(view: View, theme: str) -> go.Figure:
    """The last year of the line; values come formatted, so that hovering reads like the cards."""
    ink = INK.get(theme, INK["light"])
    contract, currency = view.contract, view.currency
    line = view.line.tail(_SHOWN)
    final = line[line["reason"] != Reason.OPEN.value]
    figure = go.Figure()
    low, high = _range(view, line)
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
    _draw_limits(figure, view, span=(low, high), ink=ink)
    _draw_gaps(figure, final, low, ink, contract)
    still_open = line[line["reason"] == Reason.OPEN.value]
    so_far = [contract_quantity(value, contract, currency) for value in still_open["provisional"]]
    _draw_open(figure, still_open, span=(low, high), so_far=so_far, ink=ink)
    first, last = line["period_end"].min(), line["period_end"].max()
    judged = first if final.empty else final["period_end"].max()
    _draw_caveats(figure, view, within=(first, judged), top=high, ink=ink)
    for decided_on in {decision.taken.decided_on for decision, _ in view.decisions}:
        if first <= decided_on <= last:
            figure.add_vline(decided_on, line={"color": ink["text"], "width": 1.5, "dash": "dot"})
            font = {"color": ink["text"], "size": 14}
            figure.add_annotation(x=decided_on, y=high, text="decided", showarrow=False, xanchor="left", font=font)
    figure.update_traces(showlegend=False)
    draw_paths(figure, view, final, theme)
    tick = {"size": 14, "color": ink["text"]}
    figure.update_layout(
        height=380,
        margin={"l": 0, "r": 0, "t": 28, "b": 0},
        legend={"orientation": "h", "y": 1.14, "x": 1, "xanchor": "right", "font": {"size": 14, "color": ink["text"]}},
        hoverlabel={"font_size": 15},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        yaxis={"range": [low, high], "tickformat": _tick_format(contract), "zeroline": False, "tickfont": tick},
        xaxis={"showgrid": False, "tickfont": tick},
    )
    return figure


def _range(view: View, line: pd.DataFrame) -> tuple[float, float]:
    known = [float(value) for value in pd.concat([line["value"], line["provisional"]]).dropna()]
    known.extend(one.target for one in view.expectations[:SHOWN])
    if view.bands:
        known.extend(view.bands.edges)
    elif view.card and view.card.limit is not None:
        known.append(view.card.limit)
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    room = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    return (0.0 if low >= 0 and low < room * 3 else low - room), high + room


def _words(row, contract: Contract, currency: str) -> str:
    value = None if pd.isna(row.value) else row.value
    return f"<b>{safe(contract_quantity(value, contract, currency))}</b><br>to {day(row.period_end)}<br>n = {row.n:,}"


def _draw_limits(figure: go.Figure, view: View, *, span: tuple[float, float], ink: dict[str, str]) -> None:
    """The bands that judge this line, else the limit that its card crossed."""
    bands, card = view.bands, view.card
    if bands is None:
        if card is not None and card.limit is not None:
            _draw_limit(figure, card.limit, ink[card.status], card_quantity(card.limit, card))
        return
    red, green = bands.edges
    edge = span[0] if bands.rising else span[1]
    figure.add_hrect(edge, red, fillcolor=ink["red"], opacity=0.10, line_width=0, layer="below")
    figure.add_hrect(red, green, fillcolor=ink["yellow"], opacity=0.10, line_width=0, layer="below")
    side = "below" if bands.rising else "above"
    for limit, colour, text in ((red, "red", f"red {side}"), (green, "yellow", f"yellow {side}")):
        words = contract_quantity(limit, view.contract, view.currency)
        _draw_limit(figure, limit, ink[colour], f"{text} {words}")


def _draw_limit(figure: go.Figure, limit: float, colour: str, text: str) -> None:
    figure.add_hline(
        limit,
        line={"color": colour, "width": 1.5, "dash": "dash"},
        annotation={"text": safe(text), "font": {"color": colour, "size": 14}},
        annotation_position="top left",
    )


def _draw_gaps(figure: go.Figure, final: pd.DataFrame, low: float, ink: dict[str, str], contract: Contract) -> None:
    gaps = final[final["state"] == "not_evaluable"]
    if gaps.empty:
        return
    words = [
        f"not evaluable: {safe(reason_in_words(row.reason, contract))}<br>to {day(row.period_end)}<br>n = {row.n:,}"
        for row in gaps.itertuples()
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


def _draw_caveats(figure: go.Figure, view: View, *, within: tuple[date, date], top: float, ink: dict[str, str]) -> None:
    """The days for which a known issue holds or held, so that nobody explains the same dip twice."""
    first, last = within
    for issue in view.caveats:
        ended = min(issue.until, issue.closed or issue.until)
        if ended < first:
            continue
        # An issue in force speaks of the latest reading, even where that ended before the issue began.
        start, end = min(max(issue.since, first), last), min(ended, last + _AHEAD)
        figure.add_vrect(start, end, fillcolor=ink["line"], opacity=0.16, line_width=0, layer="below")
        font = {"color": ink["text"], "size": 14}
        words = f"known issue, until {day(ended)}"
        figure.add_annotation(x=end, y=top, text=words, showarrow=False, xanchor="right", yshift=12, font=font)


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
