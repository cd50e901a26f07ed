"""The named records behind a number, and their file."""

from datetime import date

import pandas as pd
import streamlit as st

from kpi_engine.contract import Contract
from services.download import as_csv
from services.drill_down import Within, records

from .gate import Visit
from .units import day

_LISTED = 200


def records_behind(visit: Visit, contract: Contract, line: pd.DataFrame, within: Within, as_of: date) -> None:
    """Choose a period, read its records, take them along."""
    recent = line.tail(26).iloc[::-1]
    periods = dict(zip(recent["period_end"], recent["period_start"], strict=True))
    if not periods:
        return
    choose, take = st.columns([3, 1], vertical_alignment="bottom")
    end = choose.selectbox("Period", list(periods), format_func=lambda e: f"{day(periods[e])} – {day(e)}", key="period")
    found = records(visit.site, visit.person, contract.id, start=periods[end], end=end, within=within, as_of=as_of)
    if found.empty:
        st.caption("No records stand behind this period.")
        return
    file = as_csv(found, f"{contract.id}-{end}")
    take.download_button(
        f"Download {len(found):,} records", file.content, file.name, "text/csv", on_click="ignore", width="stretch"
    )
    st.dataframe(found.head(_LISTED), hide_index=True, alt=f"Records behind {contract.name}")
    if len(found) > _LISTED:
        st.caption(f"{_LISTED} of {len(found):,} records are listed; the file holds all of them.")
