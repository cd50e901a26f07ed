"""The latest reading in large, and every reading as a table: the chart for those who do not see it."""

import pandas as pd
import streamlit as st

from services.drill_down import View

from .text import safe
from .units import contract_quantity, day, reason_in_words


def figures(view: View) -> None:
    """Value, its bands' verdict, n and formula of the latest final period; decisions taken on the KPI."""
    if view.final.empty:
        st.html('<div class="rcc card-head"><p class="value">–</p><p class="quiet">No final period yet</p></div>')
        return
    latest = view.final.iloc[-1]
    value = None if pd.isna(latest["value"]) else float(latest["value"])
    status, words = _judged(view, value)
    word = f'<span class="status {status}">{words}</span> · ' if status else ""
    if value is None:
        why = safe(reason_in_words(latest["reason"], view.contract))
        word = f'<span class="status open">Not evaluable: {why}</span> · '
    st.html(
        f'<div class="rcc card-head"><div class="figure"><span class="value {status}">'
        f"{safe(contract_quantity(value, view.contract, view.currency))}</span><div>"
        f'<p class="do">{word}to {day(latest["period_end"])}</p>'
        f'<p class="quiet">n = {latest["n"]:,} · {safe(_formula(view, latest["variant"]))}</p></div></div></div>'
    )
    for decision, closeout in view.decisions[:3]:
        taken = decision.taken
        outcome = f"check {day(closeout.check_on)}"
        if closeout.verdict is not None:
            outcome = f"checked {day(closeout.check_on)}: <b>{safe(closeout.verdict.outcome)}</b>"
        st.html(
            f'<div class="rcc"><div class="note"><p class="label">Decided {day(taken.decided_on)} · '
            f"{safe(taken.context)}</p><p>{safe(taken.action_text)} · {safe(taken.decision_owner)} · {outcome}</p>"
            "</div></div>"
        )


def _judged(view: View, value: float | None) -> tuple[str, str]:
    """The status by the card of this slice, else by its bands; with the limit in words."""
    if view.card is not None:
        return view.card.status, safe(view.card.limit_text[:1].upper() + view.card.limit_text[1:])
    if view.bands is not None and value is not None:
        colour = view.bands.colour(value)
        return colour, colour.capitalize()
    return "", ""


def _formula(view: View, variant: str) -> str:
    known = view.contract.variants.get(variant)
    return variant if known is None else known.label


def readings_table(view: View) -> None:
    """Every period with value, n and, where there is none, the reason."""
    with st.expander("Every reading, with n and reason"):
        rows = "".join(
            f"<tr><td>{day(row.period_start)} – {day(row.period_end)}</td>"
            f"<td class='number'>{_value(row.value, view)}</td><td class='number'>{row.n:,}</td>"
            f"<td>{safe(reason_in_words(row.reason, view.contract))}{_so_far(row.provisional, view)}</td></tr>"
            for row in view.line.tail(53).iloc[::-1].itertuples()
        )
        head = "".join(f"<th class='{css}'>{name}</th>" for name, css in _HEAD)
        st.html(f'<div class="rcc"><table><tr>{head}</tr>{rows}</table></div>')


_HEAD = (("Period", "label"), ("Value", "label number"), ("n", "label number"), ("Not evaluable because", "label"))


def _value(value: float, view: View) -> str:
    return safe(contract_quantity(value, view.contract, view.currency))


def _so_far(value: float, view: View) -> str:
    return "" if pd.isna(value) else f" · {_value(value, view)} so far"
