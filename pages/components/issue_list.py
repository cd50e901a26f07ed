"""Known issues one by one: what they touch and until when; the steward renews or closes them."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from kpi_engine.known_issue import KnownIssue
from services.known_issues import close, renew
from services.people import allowed

from .gate import Visit
from .text import plain, safe
from .units import contract_quantity, day, where

_EFFECTS = {"explain": "Explains the cards it touches", "qualify": "Marks the cards it touches",
            "exclude": "Leaves rows out"}  # fmt: skip


def issue_list(issues: Sequence[KnownIssue], data_on: date, visit: Visit) -> None:
    """Each issue in a frame; closed ones are folded away."""
    closed = [one for one in issues if one.closed is not None]
    with st.grid(3, min_column_width=340, gap="small"):
        for one in issues:
            if one not in closed:
                with st.container(border=True, height="stretch", key=f"card-issue-{one.id}"):
                    st.html(_one(one, data_on, visit))
                    if allowed(visit.person, "govern"):
                        _steps(one, visit)
    if closed:
        with st.expander(f"{len(closed)} closed"):
            st.html("".join(_one(one, data_on, visit) for one in closed))


def _one(one: KnownIssue, data_on: date, visit: Visit) -> str:
    if one.closed is not None:
        state = f'<span class="status open">Closed {day(one.closed)}</span>'
    elif one.expired(data_on):
        state = '<span class="status red">Expired: renew or close</span>'
    elif one.in_force(data_on):
        state = '<span class="status yellow">In force</span>'
    else:
        state = f'<span class="status open">From {day(one.since)}</span>'
    facts = {
        "Effect": f"{_EFFECTS[one.effect]}{_worse(one, visit)}",
        "Touches": _scope(one, visit),
        "Rows": " and ".join(row.in_words() for row in one.rows),
        "Owner": one.owner,
        "Holds": f"{day(one.since)} to {day(one.until)}",
    }
    rows = "".join(f"<dt>{name}</dt><dd>{safe(said)}</dd>" for name, said in facts.items() if said)
    return (
        f'<div class="rcc stack"><div>{state}<p class="do">{safe(one.id.replace("_", " ").capitalize())}</p></div>'
        f'<p>{safe(one.note)}</p><dl class="facts">{rows}</dl></div>'
    )


def _worse(one: KnownIssue, visit: Visit) -> str:
    if one.unless_worse_than is None:
        return ""
    (kpi,) = one.scope.kpis
    contract = visit.contracts.get(kpi)
    limit = one.unless_worse_than
    return f", unless worse than {contract_quantity(limit, contract, visit.currency) if contract else f'{limit:g}'}"


def _scope(one: KnownIssue, visit: Visit) -> str:
    """KPIs by their names; one that no contract describes keeps its id."""
    scope, known = one.scope, visit.contracts
    names = [known[kpi].name if kpi in known else kpi for kpi in scope.kpis]
    part = where(scope.dimension, scope.value or "") if scope.dimension else ""
    return ", ".join(filter(None, (*names, part, scope.table)))


def _steps(one: KnownIssue, visit: Visit) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        until = st.date_input("Until", one.until + timedelta(days=28), key=f"until-{one.id}", width=150)
        if st.button("Renew", key=f"renew-{one.id}"):
            _done(renew(visit.site, visit.person, one.id, until, visit.now))
        if st.button("Close", key=f"close-{one.id}"):
            _done(close(visit.site, visit.person, one.id, visit.now))


def _done(problems: Sequence[object]) -> None:
    if not problems:
        st.rerun()
    for problem in problems:
        st.error(plain(problem))
