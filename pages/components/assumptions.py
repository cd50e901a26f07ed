"""What a plan builds on: written down with a KPI and a day, and what the readings of that day said."""

from datetime import date, timedelta

import streamlit as st

from decision_log.assumption import AssumptionNoted
from kpi_engine.problem import Problem
from services.assume import STEPS, Standing, all_assumptions, note_assumption, withdraw_assumption
from services.people import allowed

from .clock import right_now
from .draft import Draft, to_complete
from .gate import Visit
from .pick_metric import Metric, pick_metric
from .pick_person import pick_person
from .text import plain, safe
from .units import contract_quantity, day, reason_in_words, where

_LABELS = {
    "text": "What do we assume?",
    "step": "Part of the plan",
    "kpi": "Measured by",
    "expected": "Measured by",
    "by": "To be read on",
    "owner": "Owner",
    "reason": "Why",
}
_STEPS = {
    "targets": "Targets",
    "capacity": "Capacity",
    "pipeline": "Pipeline generation",
    "budget": "Budget and trade-offs",
}
_COLOURS = {"held": "green", "did not hold": "red", "not evaluable": "open"}
_AHEAD = timedelta(days=91)


def assumptions_part(visit: Visit, forum: str, as_of: date) -> None:
    """Those that reality has answered first; beneath them the form for a new one."""
    found = all_assumptions(visit.site, visit.person, forum)
    answered = [one for one in found if not one.assumption.is_waiting]
    failed = sum(
        one.assumption.confronted is not None and one.assumption.confronted.outcome == "did not hold" for one in found
    )
    told = f"{failed} of {len(answered)} did not hold" if answered else "None has been read yet"
    with st.container(border=True, key="card-panel-assumptions", gap="small"):
        st.html(
            f'<div class="rcc"><h3>Assumptions</h3><p class="quiet">{told} · {len(found) - len(answered)} wait '
            f"for their day. The readings of that day answer, nobody else.</p>{_table(found)}</div>"
        )
        with st.container(horizontal=True):
            if allowed(visit.person, "narrate"):
                with st.popover("Write an assumption down", width="content"):
                    _form(visit, forum, as_of)
            mine = [one for one in found if one.may_withdraw]
            if mine:
                with st.popover("Withdraw one", width="content"):
                    _withdraw(visit, mine)


def _table(found: tuple[Standing, ...]) -> str:
    if not found:
        return '<p class="quiet">None is written down.</p>'
    heads = ("", "Assumption", "Expected", "Read", "On", "Owner")
    css = ("", "", " number", " number", "' style='padding-left:1.25rem", "")
    head = "".join(f"<th class='label{more}'>{name}</th>" for name, more in zip(heads, css, strict=True))
    return f"<table><tr>{head}</tr>{''.join(map(_row, found))}</table>"


def _row(one: Standing) -> str:
    noted, said = one.assumption.noted, one.assumption.confronted
    name = noted.kpi if one.contract is None else one.contract.name
    if said is None:
        state, read, on = '<span class="status open">Waits</span>', "", noted.by
    else:
        state = f'<span class="status {_COLOURS[said.outcome]}">{said.outcome.capitalize()}</span>'
        read = _words(said.value, one) if said.value is not None else safe(reason_in_words(said.reason, one.contract))
        read += f"<br><span class='label'>n = {said.n:,}</span>"
        on = said.period_end or noted.by
    was = "" if noted.start is None else f"<br><span class='label'>was {_words(noted.start, one)}</span>"
    return (
        f"<tr><td>{state}</td><td>{safe(noted.text)}<br><span class='label'>{_STEPS.get(noted.step, '')} · {safe(name)}"
        f" · {safe(where(noted.dimension, noted.slice))}</span></td><td class='number'>{_words(noted.expected, one)}"
        f"{was}</td><td class='number'>{read}</td>"
        f"<td style='padding-left:1.25rem'>{day(on)}</td><td class='quiet'>{safe(one.owner)}</td></tr>"
    )


def _words(value: float | None, one: Standing) -> str:
    if one.contract is None:
        return "–" if value is None else f"{value:g}"
    return contract_quantity(value, one.contract, one.currency)


def _form(visit: Visit, forum: str, as_of: date) -> None:
    subject = f"assumption/{forum}"
    draft = Draft(visit, subject)
    text = st.text_area(
        _LABELS["text"], key=draft.key("text", ""), height=80,
        placeholder="Such as: four Enterprise sellers hired in April are ramped by the end of the quarter",
    )  # fmt: skip
    step = st.selectbox(_LABELS["step"], STEPS, format_func=_STEPS.__getitem__, key=draft.key("step", STEPS[0], STEPS))
    metric = pick_metric(draft, visit, Metric("bookings_attainment", "quarter", "total", "(all)", None), _LABELS["kpi"])
    first, second = st.columns(2)
    by = first.date_input(_LABELS["by"], key=draft.key("by", as_of + _AHEAD), format="YYYY-MM-DD")
    owner = visit.person.id
    if visit.speaks_for(visit.contracts.get(metric.kpi)):
        owner = pick_person(second, _LABELS["owner"], visit.directory, draft.key("owner", owner))
    else:
        second.caption("The KPI is not yours, so the assumption is: its answer goes to you.")
    draft.keep()
    if not st.button("Write it down", type="primary", key=f"{subject}/send"):
        return
    if metric.target is None:
        problems: tuple[Problem, ...] = (
            Problem("assumption", "has no value", "Say what the KPI is expected to read.", column="expected"),
        )
    else:
        noted = AssumptionNoted(
            forum=forum,
            step=step,
            text=text.strip(),
            kpi=metric.kpi,
            dimension=metric.dimension,
            slice=metric.slice,
            window=metric.window,
            start=None if metric.latest is None else metric.latest.value,
            expected=metric.target,
            noted_on=min(as_of, visit.today),
            by=by,
            owner=owner,
        )
        problems = note_assumption(visit.site, visit.person, noted, idempotency_key=draft.intent, now=right_now())
    if problems:
        to_complete(problems, _LABELS, "Not written down yet")
        return
    draft.drop()
    st.rerun()


def _withdraw(visit: Visit, mine: list[Standing]) -> None:
    texts = {one.assumption.subject: one.assumption.noted.text for one in mine}
    subject = st.selectbox(
        "Assumption", list(texts), format_func=lambda key: plain(texts[key]), key="withdraw-assumption"
    )
    reason = st.text_input("Why", key="withdraw-reason")
    if st.button("Withdraw", key="withdraw-send"):
        problems = withdraw_assumption(visit.site, visit.person, subject, reason, right_now())
        if problems:
            to_complete(problems, _LABELS, "Not withdrawn")
            return
        st.rerun()
