"""The scorecard of a group of indicators, and entering one by its owner."""

from datetime import date

import streamlit as st

from services.indicators import Standing, enter, scorecard

from .clock import right_now
from .draft import Draft, to_complete
from .gate import Visit
from .states import to_mend
from .text import plain, safe
from .units import day

_LABELS = {"value": "Judgement", "why": "Why", "on": "Day"}


def scorecard_of(visit: Visit, group: str, as_of: date) -> None:
    """Every indicator of the group with its current entry; those without one say why."""
    found, problems = scorecard(visit.site, visit.person, group, as_of)
    if problems:
        to_mend(problems)
        return
    with st.container(border=True, key=f"card-panel-{group}", gap="small"):
        lacking = sum(one.current is None for one in found)
        st.html(
            f'<div class="rcc"><h3>{safe(group.capitalize())}</h3><p class="quiet">Judged by hand, by the owner · '
            f"{len(found) - lacking} of {len(found)} current on {day(as_of)}</p>{_table(found)}</div>"
        )
        mine = [one for one in found if one.may_enter]
        if mine:
            with st.popover("Enter a judgement"):
                _form(visit, group, mine, as_of)


def _table(found: tuple[Standing, ...]) -> str:
    rows = "".join(
        f"<tr><td>{safe(one.indicator.name)}<br><span class='label'>{safe(one.indicator.question)}</span></td>"
        f"<td class='number'>{_value(one)}</td><td class='number quiet'>{_before(one)}</td><td>{_why(one)}</td>"
        f"<td class='quiet'>{safe(one.indicator.owner)}</td></tr>"
        for one in found
    )
    heads = ("", "Judgement", "Before", "Why", "Owner")
    head = "".join(f"<th class='label{' number' if at in (1, 2) else ''}'>{name}</th>" for at, name in enumerate(heads))
    return f"<table><tr>{head}</tr>{rows}</table>"


def _value(one: Standing) -> str:
    if one.current is None:
        return f'<span class="status open">Not evaluable</span><br><span class="label">{safe(one.reason)}</span>'
    return f"<span class='do'>{one.current.value:g}</span> <span class='label'>of {one.indicator.highest:g}</span>"


def _before(one: Standing) -> str:
    return "–" if one.before is None else f"{one.before.value:g}"


def _why(one: Standing) -> str:
    if one.current is None:
        return ""
    return f"{safe(one.current.why)}<br><span class='label'>{safe(one.entered_by)}, {day(one.current.on)}</span>"


def _form(visit: Visit, group: str, mine: list[Standing], as_of: date) -> None:
    names = {one.indicator.id: one.indicator for one in mine}
    chosen = st.selectbox("Indicator", list(names), format_func=lambda id_: names[id_].name, key=f"indicator-{group}")
    indicator = names[chosen]
    draft = Draft(visit, f"indicator/{chosen}")
    st.caption(plain(indicator.question))
    value = st.number_input(
        f"Judgement, {indicator.lowest:g} to {indicator.highest:g}", indicator.lowest, indicator.highest,
        key=draft.key("value", indicator.lowest),
    )  # fmt: skip
    on = st.date_input("Day", key=draft.key("on", min(as_of, visit.today)), format="YYYY-MM-DD")
    why = st.text_area("Why", key=draft.key("why", ""), height=100)
    draft.keep()
    if st.button("Keep", type="primary", key=f"indicator/{group}/send"):
        problems = enter(visit.site, visit.person, indicator, value, why, on, key=draft.intent, now=right_now())
        if problems:
            to_complete(problems, _LABELS, "Not kept yet")
            return
        draft.drop()
        st.rerun()
