"""The form for a new known issue: what is wrong, what it touches, what it does, until when."""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from kpi_engine.problem import Problem
from kpi_engine.tables.catalogue import BY_NAME
from services.known_issues import Draft, file_issue

from .gate import Visit
from .text import plain

_EFFECTS = {"qualify": "Mark the cards", "explain": "Explain the cards", "exclude": "Leave rows out"}
_TESTS = {"is": "is", "is_not": "is not", "empty": "is empty", "at_least": "at least", "at_most": "at most"}
_ANY = "–"


def issue_form(visit: Visit, data_on: date) -> None:
    """The form, folded; what was typed stays until it is filed."""
    with st.expander("File a known issue", expanded=bool(st.session_state.get("issue-wrong"))):
        draft = _draft(visit, min(data_on, visit.today))
        if st.button("File it", type="primary", key="issue-file"):
            issue, problems = file_issue(visit.site, visit.person, draft, visit.now)
            st.session_state["issue-wrong"] = [*problems]
            if issue is not None:
                for name in [name for name in st.session_state if str(name).startswith("issue-")]:
                    del st.session_state[name]
            st.rerun()


def _draft(visit: Visit, from_day: date) -> Draft:
    catalogue = visit.contracts
    wrong: list[Problem] = st.session_state.get("issue-wrong", [])
    first, second = st.columns(2)
    with first:
        title = st.text_input("Title", key="issue-title", max_chars=60, placeholder="Billing export late")
        _say(wrong, "title")
        note = st.text_area("What is wrong", key="issue-note", max_chars=2000)
        _say(wrong, "note")
        owner = st.text_input("Owner", key="issue-owner", placeholder="RevOps")
        _say(wrong, "owner")
        dates = st.columns(2)
        since = dates[0].date_input("Since", from_day, key="issue-since")
        until = dates[1].date_input("Until", from_day + timedelta(days=28), key="issue-until")
        _say(wrong, "since", "until")
    with second:
        kpis = st.multiselect("KPIs", catalogue, format_func=lambda key: catalogue[key].name, key="issue-kpis")
        table = st.selectbox("Table", [_ANY, *sorted(BY_NAME)], key="issue-table")
        dimensions = sorted({one.name for contract in catalogue.values() for one in contract.dimensions})
        parts = st.columns(2)
        dimension = parts[0].selectbox("Dimension", [_ANY, *dimensions], key="issue-dimension")
        value = parts[1].text_input("Value", key="issue-value", disabled=dimension == _ANY)
        _say(wrong, "kpis", "table", "dimension", "value", "scope")
        effect = st.segmented_control(
            "Effect", _EFFECTS, default="qualify", required=True, format_func=_EFFECTS.get, key="issue-effect"
        )
        rows = _rows(table) if effect == "exclude" and table != _ANY else ()
        worse = _worse() if effect == "explain" and len(kpis) == 1 else None
        _say(wrong, "rows", "effect", "unless_worse_than")
    named = {"title", "note", "owner", "since", "until", "kpis", "table", "dimension", "value", "scope", "rows",
             "effect", "unless_worse_than"}  # fmt: skip
    _say([one for one in wrong if one.column not in named])
    return Draft(
        title, note, owner, since, until, effect, tuple(kpis), "" if dimension == _ANY else dimension,
        value if dimension != _ANY else "", "" if table == _ANY else table, rows, worse,
    )  # fmt: skip


def _rows(table: str) -> tuple[dict[str, Any], ...]:
    """One condition on the table's rows; more of them are written in the file."""
    column, test, value = st.columns([2, 1, 2])
    name = column.selectbox("Rows whose", [one.name for one in BY_NAME[table].columns], key="issue-column")
    how = test.selectbox("Test", _TESTS, format_func=_TESTS.get, key="issue-test")
    given = value.text_input("Value of the row", key="issue-row-value", disabled=how == "empty")
    return ({"column": name, how: True if how == "empty" else _scalar(table, name, given)},)


def _scalar(table: str, name: str, given: str) -> str | float | bool:
    found = BY_NAME[table].column(name)
    if found is not None and found.type == "boolean" and given.lower() in ("true", "false"):
        return given.lower() == "true"
    try:
        return float(given) if found is not None and found.type in ("money", "number", "integer") else given
    except ValueError:
        return given


def _worse() -> float | None:
    return st.number_input(
        "Fold the card unless it is worse than", value=None, key="issue-worse", format="%g",
        help="As the KPI is computed: a rate as a fraction, 0.21 for 21 %. Left empty, the card stays folded.",
    )  # fmt: skip


def _say(wrong: list[Problem], *fields: str) -> None:
    for problem in wrong:
        if not fields or problem.column in fields:
            st.error(plain(f"{problem.message} {problem.remedy}".strip()))
