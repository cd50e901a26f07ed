"""The quarterly loop as figures: targets by segment, capacity, coverage, and the budget."""

import streamlit as st

from services.quarter_plan import Money, Plan, Segment, quarter_plan

from .gate import Visit
from .text import safe
from .units import day, quantity


def plan_part(visit: Visit) -> None:
    """Two tables: what the segments are to bring and who carries it; what it may cost."""
    plan = quarter_plan(visit.site, visit.person, visit.as_of)
    if plan is None:
        return
    with st.container(border=True, key="card-panel-plan", gap="small"):
        st.html(f'<div class="rcc">{_headline(plan)}{_segments(plan)}</div>')
    with st.container(border=True, key="card-panel-budget", gap="small"):
        st.html(f'<div class="rcc">{_budget(plan)}</div>')


def _money(value: float | None, plan: Plan) -> str:
    return "–" if value is None else quantity(value, "money", plan.currency)


def _headline(plan: Plan) -> str:
    short = [one.name for one in plan.segments[1:] if one.room is not None and one.room < 0]
    thin = [
        one.name
        for one in plan.segments[1:]
        if one.coverage[0] is not None and one.required is not None and one.coverage[0] < one.required
    ]
    told = []
    if short:
        told.append(f"ramped sellers do not carry the target in {', '.join(map(safe, short))}")
    if thin:
        told.append(f"coverage is below what the win rate requires in {', '.join(map(safe, thin))}")
    said = "; ".join(told) or "sellers carry the targets, and pipeline covers them, in every segment that can be judged"
    return (
        f"<h3>Targets, capacity and pipeline</h3><p>Next quarter, from {day(plan.quarters[1])}: {said}.</p>"
        f'<p class="quiet">As of {day(plan.as_of)} · capacity at the last quarter\'s end · coverage of the latest '
        "week, required coverage of thirteen weeks</p>"
    )


def _segments(plan: Plan) -> str:
    heads = (
        "", *(f"Target from<br>{day(first)}" for first in plan.quarters), "Sellers", "Ramped quota",
        "Above next target", "Coverage next", "After next", "Required",
    )  # fmt: skip
    head = "".join(f"<th class='label{' number' if at else ''}'>{name}</th>" for at, name in enumerate(heads))
    return f"<table><tr>{head}</tr>{''.join(_segment(one, plan) for one in plan.segments)}</table>"


def _segment(one: Segment, plan: Plan) -> str:
    name = "Whole company" if one.name == "(all)" else one.name
    short = (
        " class='number'><span class='status red'" if one.room is not None and one.room < 0 else " class='number'><span"
    )
    sellers = "–" if one.sellers is None else f"{one.sellers:,.0f}"
    turns = "".join(
        f"<td class='number'>{'–' if value is None else f'{value:.2f}×'}</td>"
        for value in (*one.coverage, one.required)
    )
    return (
        f"<tr><td>{safe(name)}</td>{''.join(f'<td class=number>{_money(value, plan)}</td>' for value in one.targets)}"
        f"<td class='number'>{sellers}</td><td class='number'>{_money(one.quota, plan)}</td>"
        f"<td{short}>{_money(one.room, plan)}</span></td>{turns}</tr>"
    )


def _budget(plan: Plan) -> str:
    if not plan.money:
        return '<h3>Budget and trade-offs</h3><p class="quiet">Neither budget nor spend has been imported.</p>'
    rows = "".join(_line(one, plan) for one in plan.money)
    spent = f"Spent in the quarter<br>from {day(plan.spent_in)}" if plan.spent_in else "Spent"
    heads = ("", "", f"Budget from<br>{day(plan.quarters[0])}", f"Budget from<br>{day(plan.quarters[1])}", spent)
    head = "".join(f"<th class='label{' number' if at > 1 else ''}'>{name}</th>" for at, name in enumerate(heads))
    missing = "" if any(one.next_budget is not None for one in plan.money) else " The next quarter has no budget yet."
    until = f"Spend is on record until {day(plan.spent_until)}." if plan.spent_until else "No spend is on record."
    return (
        f"<h3>Budget and trade-offs</h3><p class='quiet'>{until}{missing} What it does not pay for is an assumption "
        f"below.</p><table><tr>{head}</tr>{rows}</table>"
    )


def _line(one: Money, plan: Plan) -> str:
    cells = "".join(
        f"<td class='number'>{_money(value, plan)}</td>" for value in (one.budget, one.next_budget, one.spent)
    )
    return f"<tr><td>{safe(one.function.capitalize())}</td><td>{safe(one.channel)}</td>{cells}</tr>"
