"""The named records behind a number, and their file."""

from collections.abc import Mapping

import streamlit as st

from services.download import are_days
from services.drill_down import View, records

from .gate import Visit
from .take_along import take_along
from .units import day

_LISTED, _TAKEN = 200, 10_000


def records_behind(visit: Visit, view: View, within: Mapping[str, str]) -> None:
    """Choose a period, read its records, take them along."""
    contract = view.contract
    recent = view.final.tail(26).iloc[::-1]
    periods = dict(zip(recent["period_end"], recent["period_start"], strict=True))
    if not periods:
        return
    choose, take = st.columns([3, 2], vertical_alignment="bottom")
    end = choose.selectbox("Period", list(periods), format_func=lambda e: f"{day(periods[e])} – {day(e)}", key="period")
    found = records(
        visit.site, visit.person, contract.id,
        start=periods[end], end=end, window=view.window, within=within, as_of=view.as_of, limit=_TAKEN + 1,
    )  # fmt: skip
    if found.empty:
        st.caption("No records stand behind this period.")
        return
    kept = found.head(_TAKEN)
    with take.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        take_along(kept, f"{contract.id}-{end}", f"Download {len(kept):,} records")
    listed = kept.head(_LISTED)
    as_days = {name: st.column_config.DateColumn() for name, column in listed.items() if are_days(column)}
    st.dataframe(listed, hide_index=True, column_config=as_days, alt=f"Records behind {contract.name}")
    if len(found) > _TAKEN:
        st.caption(f"There are more than {_TAKEN:,}: narrow the slice or choose a shorter window for the others.")
    elif len(kept) > _LISTED:
        st.caption(f"{_LISTED} of {len(kept):,} records are listed; the file holds all of them.")
