"""Choosing what success is measured by: a KPI, a slice of it and a target in its unit."""

from dataclasses import dataclass

import streamlit as st

from services.measurable import Latest, Measurable, measurable

from .draft import Draft
from .gate import Visit
from .text import plain
from .units import WINDOWS, contract_quantity, day, reason_in_words, where


@dataclass(frozen=True, slots=True)
class Metric:
    """A KPI's slice and a target for it, as the engine counts (rates as fractions), and how it stands now."""

    kpi: str
    window: str
    dimension: str
    slice: str
    target: float | None
    latest: Latest | None = None


def pick_metric(draft: Draft, visit: Visit, start: Metric, label: str = "Success metric") -> Metric:
    """The fields, in a row; beneath them how the slice stands now."""
    catalogue = visit.contracts
    names = {key: contract.name for key, contract in catalogue.items()} or {start.kpi: start.kpi}
    kpi_column, slice_column, target_column = st.columns([4, 3, 3])
    kpi_key = draft.key("metric_kpi", start.kpi if start.kpi in names else next(iter(names)), names)
    kpi = kpi_column.selectbox(label, list(names), format_func=lambda key: names.get(key, key), key=kpi_key)
    measured = measurable(visit.site, visit.person, kpi, start.window if kpi == start.kpi else "")
    slices = _slices(measured, start if kpi == start.kpi else None)
    first = "\t".join((start.dimension, start.slice))
    default = first if first in slices else next(iter(slices))
    slice_key = draft.key(f"slice.{kpi}", default, slices)
    chosen = slice_column.selectbox("Slice", list(slices), format_func=lambda key: slices.get(key, key), key=slice_key)
    scale, unit = _scale(measured)
    target = None if start.target is None or kpi != start.kpi else round(start.target * scale, 6)
    typed = target_column.number_input(f"Target{unit}", step=None, key=draft.key(f"target.{kpi}", target))
    dimension, _, slice_ = chosen.partition("\t")
    latest = None if measured is None else measured.latest.get((dimension, slice_))
    if measured is not None and latest is not None:
        st.caption(f"Now {plain(_in_words(measured, latest))}")
    window = start.window if measured is None else measured.window
    return Metric(kpi, window, dimension, slice_, None if typed is None else typed / scale, latest)


def _slices(measured: Measurable | None, start: Metric | None) -> dict[str, str]:
    """What can be chosen: every slice that has readings, and the one that the matter itself is about."""
    known = [] if measured is None else list(measured.latest)
    if start is not None and (start.dimension, start.slice) not in known:
        known.insert(0, (start.dimension, start.slice))
    return {"\t".join(pair): where(*pair) for pair in known or [("total", "(all)")]}


def _scale(measured: Measurable | None) -> tuple[float, str]:
    """What a value is multiplied by in the form, and the unit that stands beside it."""
    if measured is None:
        return 1.0, ""
    unit, currency = measured.contract.unit, measured.currency
    known = {"rate": "%", "money": currency, "money_per_day": f"{currency} a day"}
    return (100.0 if unit == "rate" else 1.0), f" ({known.get(unit, unit)})"


def _in_words(measured: Measurable, latest: Latest) -> str:
    if latest.value is None:
        why = reason_in_words(latest.reason, measured.contract)
        return f"not evaluable: {why}, n = {latest.n:,}, {WINDOWS[measured.window]} to {day(latest.period_end)}"
    value = contract_quantity(latest.value, measured.contract, measured.currency)
    return f"{value}, n = {latest.n:,}, {WINDOWS[measured.window]} to {day(latest.period_end)}"
