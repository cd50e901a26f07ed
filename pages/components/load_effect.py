"""What a load would do: to the KPIs and cards, and to the rows of each table."""

import streamlit as st

from kpi_engine.loads.difference import TableDifference
from services.load_report import Effect, Number

from .text import plain, safe

_WORDS = {"red": "red", "yellow": "yellow", "green": "green", "not_evaluable": "not evaluable", "": "new"}
_CLASSES = {"red": "red", "yellow": "yellow", "green": "green", "not_evaluable": "open", "": "open"}


def number_table(effect: Effect) -> None:
    """The KPIs before and after, those that change; how many stay as they are is said."""
    st.subheader("What it does to the numbers", anchor=False)
    changed = [one for one in effect.numbers if one.changed]
    same = len(effect.numbers) - len(changed)
    for label, cards in (("New cards", effect.new_cards), ("Cards that go", effect.gone_cards)):
        if cards:
            st.markdown(f"**{label}**: {plain('; '.join(cards))}")
    if not changed:
        st.caption(f"None of the {same} KPIs reads differently.")
        return
    rows = "".join(_number(one) for one in changed)
    st.html(
        '<div class="rcc"><table class="loads"><tr><th class="label">KPI</th><th class="label">Before</th>'
        f'<th class="label">After</th></tr>{rows}</table><p class="label">{same} other KPIs stay as they are.</p></div>'
    )


def difference_table(effect: Effect) -> None:
    """Rows added, removed and changed by table, and the columns that changed, tier 1 first."""
    st.subheader("Difference to the load in force", anchor=False)
    if not effect.differences:
        st.caption("No table changes.")
        return
    names = ("Rows before", "Rows after", "Added", "Removed", "Changed")
    head = "".join(f"<th class='label number'>{name}</th>" for name in names)
    rows = "".join(_difference(one) for one in effect.differences)
    st.html(
        f'<div class="rcc"><table class="loads"><tr><th class="label">Table</th>{head}'
        f'<th class="label">In which columns</th></tr>{rows}</table></div>'
    )


def unknown_list(effect: Effect) -> None:
    """Keys that another table should know."""
    if not effect.unknown_keys:
        return
    st.subheader("Keys that no other table knows", anchor=False)
    lines = [
        f"- {one.rows:,} rows of {plain(one.table)} name {one.keys:,} {plain(one.column)} that {plain(one.other)} "
        f"does not hold, such as {plain(', '.join(one.examples))}"
        for one in effect.unknown_keys
    ]
    st.markdown("\n".join(lines))


def _number(one: Number) -> str:
    return (
        f"<tr><td>{safe(one.name)}</td><td>{_side(one.before, one.status_before)}</td>"
        f"<td>{_side(one.after, one.status_after)}</td></tr>"
    )


def _side(value: str, status: str) -> str:
    return f'<span class="status {_CLASSES[status]}">{_WORDS[status]}</span> &ensp;{safe(value)}'


def _difference(one: TableDifference) -> str:
    counts = (one.rows_before, one.rows_after, one.added, one.removed, one.changed)
    tier_1 = [f"<b>{safe(name)}</b> {count:,}" for name, count in one.columns if name in one.tier_1]
    others = [f"{safe(name)} {count:,}" for name, count in one.columns if name not in one.tier_1]
    said = [", ".join([*tier_1, *others][:8])] if one.columns else []
    if one.amount_before is not None and one.amount_before != one.amount_after:
        said.append(f"sum of amounts {one.amount_before:,.0f} → {one.amount_after:,.0f}")
    if one.moves:
        said.append("stages: " + ", ".join(f"{safe(was)} → {safe(is_)} {count:,}" for was, is_, count in one.moves[:6]))
    cells = "".join(f'<td class="number">{count:,}</td>' for count in counts)
    return f"<tr><td>{safe(one.table)}</td>{cells}<td>{'<br>'.join(said)}</td></tr>"
