"""Drill-down: one KPI as a line, by dimension, slice by slice, to the named records behind the number."""

import streamlit as st

from pages.components.address import chosen, write
from pages.components.definition import definition
from pages.components.figures import figures, readings_table
from pages.components.gate import enter
from pages.components.known_issues import known_issues
from pages.components.narrowing import breadcrumb, by_dimension, steps_in_address
from pages.components.records import records_behind
from pages.components.states import no_data, to_mend
from pages.components.trend import trend
from pages.components.units import WINDOWS
from services.configuration import contracts
from services.drill_down import drill_down
from services.scope import within_scope

visit = enter("Drill-down")

catalogue, problems = contracts(visit.site, visit.person)
if not catalogue:
    to_mend(problems)
    st.stop()

kpi_column, window_column = st.columns([2, 3], vertical_alignment="bottom")
kpi = chosen("kpi", list(catalogue))
contract = catalogue[kpi]
kpi_column.selectbox(
    "KPI", catalogue, format_func=lambda key: catalogue[key].name, key="pick-kpi",
    on_change=write, args=("kpi",), kwargs={"forget": ("window", "dimension", "slice")},
)  # fmt: skip
window = chosen("window", contract.windows, contract.judged_window)
window_column.segmented_control(
    "Window", contract.windows, required=True, format_func=lambda key: WINDOWS[key], key="pick-window",
    on_change=write, args=("window",),
)  # fmt: skip
steps = steps_in_address(contract)

with st.spinner("Reading…"):
    view, problems = drill_down(visit.site, visit.person, kpi, window=window, within=steps, as_of=visit.as_of)
if view is None:
    to_mend(problems) if problems else no_data()
    st.stop()

breadcrumb(view, within_scope(visit.person, {}))
figures(view)
theme = st.context.theme.type or "light"
st.plotly_chart(
    trend(view, theme),
    key="trend", config={"displayModeBar": False}, alt=f"{contract.name} over time, with its threshold bands",
)  # fmt: skip
readings_table(view)
known_issues(view.known_issues)

st.subheader("Where it comes from", anchor=False)
by_dimension(view, theme)

st.subheader("The records behind the number", anchor=False)
records_behind(visit, view, steps)

st.subheader("What it means", anchor=False)
definition(contract, view.currency, view.trust)
