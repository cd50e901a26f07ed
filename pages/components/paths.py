"""What decisions expected of a line, and the way it went since: over the big chart, in ink, not in a status colour."""

import pandas as pd
import plotly.graph_objects as go

from services.drill_down import Expectation, View

from .units import contract_quantity, day

SHOWN = 2
"""How many decisions' paths are drawn, the newest first: more would hide the line."""
_INK = {"light": "#16211f", "dark": "#eaf0ee"}
_OUTCOMES = {"": "still to be checked", "met": "met", "not met": "not met", "not evaluable": "not evaluable"}


def draw_paths(figure: go.Figure, view: View, final: pd.DataFrame, theme: str) -> None:
    """For each decision a dashed way to its target on the check date, and the line's own way since."""
    ink = _INK.get(theme, _INK["light"])
    known = final[final["value"].notna()]
    for number, expected in enumerate(view.expectations[:SHOWN]):
        before = known[known["period_end"] <= expected.decided_on].tail(1)
        _draw_expected(figure, view, expected, before, ink, named=number == 0)
        begun = before["period_end"].iloc[0] if len(before) else expected.decided_on
        # Periods without a value stay in: the way breaks there.
        actual = final[(final["period_end"] >= begun) & (final["period_end"] <= expected.check_on)]
        if len(actual) > 1:
            figure.add_trace(
                go.Scatter(
                    x=actual["period_end"],
                    y=actual["value"],
                    mode="lines",
                    line={"color": ink, "width": 5},
                    opacity=0.8,
                    hoverinfo="skip",
                    name="actual since the decision",
                    legendgroup="actual",
                    showlegend=number == 0,
                )
            )


def _draw_expected(
    figure: go.Figure, view: View, expected: Expectation, before: pd.DataFrame, ink: str, *, named: bool
) -> None:
    target = contract_quantity(expected.target, view.contract, view.currency)
    words = f"expected: {target} on {day(expected.check_on)}<br>{_OUTCOMES[expected.outcome]}"
    figure.add_trace(
        go.Scatter(
            x=[*before["period_end"], expected.check_on],
            y=[*before["value"], expected.target],
            customdata=[words] * (len(before) + 1),
            mode="lines+markers",
            line={"color": ink, "width": 2, "dash": "dash"},
            marker={"symbol": ["circle"] * len(before) + ["diamond-open"], "size": 11, "color": ink},
            hovertemplate="%{customdata}<extra></extra>",
            name=f"expected: {target} on {day(expected.check_on)}",
            legendgroup="expected",
            showlegend=named,
        )
    )
