"""Where one is, and the way on: the steps taken so far, and the slices of the next one."""

from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from kpi_engine.contract import Contract
from kpi_engine.narrowing import Within
from rendering.sparkline import INK
from services.drill_down import View

from .text import plain, safe
from .units import contract_quantity, reason_in_words, where

_PAGE = Path(__file__).parents[1] / "drill_down.py"


def steps_in_address(contract: Contract) -> dict[str, str]:
    """The steps that the address holds; those the contract does not know are left out."""
    known = {dimension.name for dimension in contract.dimensions}
    pairs = zip(st.query_params.get_all("dimension"), st.query_params.get_all("slice"), strict=False)
    return {dimension: slice_ for dimension, slice_ in pairs if dimension in known}


def breadcrumb(view: View, whole: Within) -> None:
    """Every step as a link back, from `whole`: all that the person may see."""
    steps = [(name, slice_) for name, slice_ in view.within.items() if whole.get(name) != slice_]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        for count in range(len(steps) + 1):
            label = where(*steps[count - 1]) if count else ", ".join(where(*part) for part in whole.items())
            label = label or "Whole company"
            if count == len(steps):
                st.markdown(f"**{plain(label)}**", width="content")
            else:
                st.page_link(_PAGE, label=f"{plain(label)} ›", query_params=_address(view, dict(steps[:count])))


def by_dimension(view: View, theme: str) -> None:
    """The latest period by one dimension; a bar clicked, or a slice chosen beside it, narrows further."""
    slices, contract = view.latest_slices, view.contract
    names = [dimension.name for dimension in contract.dimensions]
    names = [name for name in names if (slices["dimension"] == name).any()]
    if not names:
        st.caption("There is no further dimension to narrow by.")
        return
    chosen = st.segmented_control("By", names, default=names[0], required=True, format_func=_title, key="by")
    rows = slices[slices["dimension"] == chosen].sort_values(["value", "slice"], na_position="first")
    chart, choice = st.columns([3, 1], gap="large")
    with chart:
        event = st.plotly_chart(
            _bars(view, rows, chosen, INK.get(theme, INK["light"])),
            key=f"bars-{chosen}",
            on_select="rerun",
            selection_mode="points",
            config={"displayModeBar": False},
            alt=f"{contract.name} by {_title(chosen)}, latest final period",
        )
        clicked = [point["y"] for point in event["selection"]["points"]]
    with choice:
        picked = st.selectbox(
            "Narrow to", sorted(rows["slice"]), index=None, placeholder="Choose a slice", key=f"to-{chosen}"
        )
    target = clicked[0] if clicked else picked
    if target:
        st.switch_page(_PAGE, query_params=_address(view, {**view.within, chosen: target}))


def _address(view: View, within: Within) -> dict[str, str | list[str]]:
    """Where the drill-down stands within these; several slices of a dimension are nobody's step."""
    steps = {name: slice_ for name, slice_ in within.items() if isinstance(slice_, str)}
    address = {"kpi": view.contract.id, "window": view.window}
    return address | {"dimension": list(steps), "slice": list(steps.values())}


def _title(dimension: str) -> str:
    return dimension.replace("_", " ").capitalize()


def _bars(view: View, rows: pd.DataFrame, dimension: str, ink: dict[str, str]) -> go.Figure:
    """A bar per slice; status is a word and a colour, what is not evaluable says why."""
    bands = view.bands_of(dimension) if view.within.keys() <= {dimension} else None
    texts, colours = [], []
    for row in rows.itertuples():
        if row.state == "not_evaluable":
            texts.append(safe(f"not evaluable: {reason_in_words(row.reason, view.contract)} · n = {row.n:,}"))
            colours.append(ink["line"])
            continue
        status = bands.colour(row.value) if bands else "green"
        word = f" · {status}" if status != "green" else ""
        texts.append(safe(f"{contract_quantity(row.value, view.contract, view.currency)}{word} · n = {row.n:,}"))
        colours.append(ink["line"] if status == "green" else ink[status])
    figure = go.Figure(
        go.Bar(
            x=rows["value"].fillna(0),
            y=rows["slice"],
            orientation="h",
            text=texts,
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
            marker={"color": colours},
            width=0.55,
        )
    )
    figure.update_layout(
        height=30 + 44 * len(rows),
        margin={"l": 0, "r": 190, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        yaxis={"type": "category", "tickfont": {"size": 15, "color": ink["text"]}, "automargin": True},
        xaxis={"visible": False},
        font={"size": 15, "color": ink["text"]},
    )
    return figure
