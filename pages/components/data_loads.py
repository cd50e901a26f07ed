"""The loads with what each changed, and the way from a KPI down to the file and load it was read from."""

from collections.abc import Sequence

import streamlit as st

from services.data_health import Lineage, Load, TableChange, lineage

from .address import chosen, write
from .gate import Visit
from .text import safe
from .units import day


def loads(found: Sequence[Load]) -> None:
    """Newest first: the day the data speaks of, and the tables that differ from the load before."""
    rows = "".join(
        f"<tr><td>{one.number}</td><td>{day(one.snapshot.data_on)}</td>"
        f"<td class='quiet'>{safe(one.snapshot.fingerprint[:8])}</td><td>{_changes(one)}</td></tr>"
        for one in found[:20]
    )
    st.html(
        '<div class="rcc"><table class="wide"><tr><th class="label">Load</th><th class="label">Data as of</th>'
        f'<th class="label">Snapshot</th><th class="label">Changed</th></tr>{rows}</table></div>'
    )


def _changes(load: Load) -> str:
    if load.number == 1:
        return f"{len(load.changes)} tables, {sum(one.after or 0 for one in load.changes):,} rows: the first load"
    return " · ".join(_change(one) for one in load.changes) or "nothing"


def _change(one: TableChange) -> str:
    if one.before is None:
        return f"{safe(one.table)} new, {one.after:,} rows"
    if one.after is None:
        return f"{safe(one.table)} gone"
    difference = one.after - one.before
    return (
        f"{safe(one.table)} {one.before:,} → {one.after:,} rows" if difference else f"{safe(one.table)} values changed"
    )


def lineage_of(visit: Visit) -> None:
    """One KPI's tables, columns, files and loads."""
    catalogue = visit.contracts
    if not catalogue:
        return
    kpi = chosen("kpi", list(catalogue))
    st.selectbox(
        "KPI", catalogue, format_func=lambda key: catalogue[key].name, key="pick-kpi", on_change=write, args=("kpi",),
    )  # fmt: skip
    rows = "".join(_line(one) for one in lineage(visit.site, visit.person, kpi))
    st.html(
        '<div class="rcc"><table class="wide"><tr><th class="label">Table</th>'
        '<th class="label">Columns of the formula</th>'
        '<th class="label">File</th><th class="label number">Rows</th><th class="label number">Since load</th></tr>'
        f"{rows}</table></div>"
    )


def _line(one: Lineage) -> str:
    if one.file is None:
        return f"<tr><td>{safe(one.table)}</td><td colspan='4'>not in this load</td></tr>"
    since = f"{one.load.number}, data as of {day(one.load.snapshot.data_on)}" if one.load else "–"
    return (
        f"<tr><td>{safe(one.table)}</td><td>{safe(', '.join(one.columns) or 'as the metric kind reads it')}</td>"
        f"<td>{safe(', '.join(one.file.sources))}</td><td class='number'>{one.file.rows:,}</td>"
        f"<td class='number'>{since}</td></tr>"
    )
