"""What was noted about KPIs, as people read it."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from decision_log.culture import Culture, GoalSet, Learning, MetricChosen, Noted, Question, Retrospective
from kpi_engine.contract import Contract
from services.culture import may_answer, owners_now, suggested_goals
from services.directory import Directory
from services.people import allowed

from .culture_forms import Notes
from .gate import Visit
from .text import safe
from .units import contract_quantity, day

_DRILL_DOWN = Path(__file__).parents[1] / "drill_down.py"
_SHOWN = 8


def metric_of_the_week(chosen: Noted | None, catalogue: Mapping[str, Contract], visit: Visit) -> None:
    """What the meeting opens with, and what it means."""
    if chosen is None or not isinstance(chosen.event, MetricChosen):
        _heading("Metric of the week", "Nobody has chosen one for this week.")
        return
    contract = catalogue.get(chosen.event.kpi)
    name = chosen.event.kpi if contract is None else contract.name
    means = "" if contract is None else f"<p>{safe(contract.definition)}</p>"
    with st.container(border=True, key="card-metric-of-the-week"):
        st.html(
            f'<div class="rcc stack"><div><p class="label">Metric of the week · week of {day(chosen.event.week)} · '
            f"chosen by {safe(_who(visit).name_of(chosen.by))}</p><h2>{safe(name)}</h2>{means}"
            f'<p class="quiet">{safe(chosen.event.why)}</p></div></div>'
        )
        st.page_link(_DRILL_DOWN, label="Drill down →", query_params={"kpi": chosen.event.kpi})


def questions(found: Culture, catalogue: Mapping[str, Contract], visit: Visit, notes: Notes) -> None:
    """Unanswered ones first; whoever owns the KPI can answer in place."""
    _heading("Questions and challenges", "Nobody has asked anything yet." if not found.questions else "")
    answered = [one for one in found.questions if one.answers][:_SHOWN]
    for question in (*found.unanswered, *answered):
        contract = catalogue.get(question.asked.kpi)
        with st.container(border=True, key=f"card-{question.subject}"):
            st.html(_question(question, contract, _who(visit)))
            if contract is not None and may_answer(visit.site, visit.person, contract, visit.today):
                notes.answer(question)
    if allowed(visit.person, "comment"):
        notes.ask()


def _question(question: Question, contract: Contract | None, who: Directory) -> str:
    sort = '<span class="tag">Challenge</span> ' if question.asked.challenges else ""
    verdict = {True: "The number was wrong. ", False: "The number stands. ", None: ""}
    answers = "".join(
        f'<div class="note"><p class="label">{safe(who.name_of(by))} · {day(at.date())}</p>'
        f"<p>{verdict[said.agreed]}{safe(said.text)}</p></div>"
        for by, at, said in question.answers
    )
    owners = "" if contract is None else " + ".join(contract.owners)
    name = safe(contract.name if contract else question.asked.kpi)
    waits = "" if answers else f'<p class="quiet"><span class="status open">waits for {safe(owners)}</span></p>'
    return (
        f'<div class="rcc stack"><div><p class="label">{sort}{name} · '
        f"{safe(who.name_of(question.by))} · {day(question.at.date())}</p>"
        f'<p class="do">{safe(question.asked.text)}</p></div>{answers}{waits}</div>'
    )


def learnings(found: Culture, catalogue: Mapping[str, Contract], visit: Visit) -> None:
    """Learnings and wins, newest first."""
    _heading("Learnings and wins", "" if found.learnings else "None shared yet.")
    for one in found.learnings[:_SHOWN]:
        said = one.event
        assert isinstance(said, Learning)
        _note(f"{said.sort.capitalize()} · {_name(catalogue, said.kpi)}", one, said.title, said.text, visit)


def retrospectives(found: Culture, catalogue: Mapping[str, Contract], visit: Visit) -> None:
    """Retrospectives, newest first."""
    _heading("Retrospectives", "" if found.retrospectives else "None held yet.")
    for one in found.retrospectives[:_SHOWN]:
        said = one.event
        assert isinstance(said, Retrospective)
        span = f"{_name(catalogue, said.kpi)} · {day(said.first)} to {day(said.last)}"
        _note(span, one, said.what_happened, f"Learned: {said.what_we_learned}", visit)


def goals(found: Culture, catalogue: Mapping[str, Contract], visit: Visit, notes: Notes) -> None:
    """Goals that were set, then suggestions read from the last quarters."""
    money = visit.currency
    _heading("Quarterly goals", "" if found.goals else "None set yet. Suggestions stand below.")
    rows = "".join(_goal(one, catalogue, money) for one in found.goals)
    if rows:
        st.html(f'<div class="rcc"><table>{rows}</table></div>')
    suggested = suggested_goals(visit.site, visit.person)
    with st.expander("Suggested from the last quarters"):
        if not suggested:
            st.caption("None: no operating KPI has three final quarters yet.")
        elif not any(visit.speaks_for(catalogue[one.kpi]) for one in suggested):
            st.caption("None of these KPIs is yours: their owners set the goals.")
        for one in suggested:
            contract = catalogue[one.kpi]
            text, button = st.columns([4, 1], vertical_alignment="center")
            start, target = (contract_quantity(value, contract, money) for value in (one.start, one.target))
            text.html(
                f'<div class="rcc"><p><span class="do">{safe(contract.name)}</span> {start} → '
                f'<span class="do">{target}</span></p><p class="label">{safe(one.because)}</p></div>'
            )
            if not visit.speaks_for(contract):
                continue
            with button:
                scale, unit = (100.0, "%") if contract.unit == "rate" else (1.0, contract.unit.replace("_", " "))
                notes.set_goal(one, scale, money if contract.unit == "money" else unit)


def _goal(one: Noted, catalogue: Mapping[str, Contract], money: str) -> str:
    said = one.event
    assert isinstance(said, GoalSet)
    contract = catalogue.get(said.kpi)
    shown = f"{said.target:g}" if contract is None else contract_quantity(said.target, contract, money)
    return (
        f"<tr><td>{_name(catalogue, said.kpi)}</td><td class='quiet'>quarter from {day(said.quarter)}</td>"
        f"<td class='number do'>{safe(shown)}</td></tr>"
    )


def turns(found: Culture, catalogue: Mapping[str, Contract], visit: Visit) -> None:
    """Who owns a KPI by rotation now."""
    now = owners_now(found, catalogue, visit.today)
    _heading("Whose turn it is", "" if now else "Every KPI is with the owner its contract names.")
    rows = "".join(
        f"<tr><td>{_name(catalogue, kpi)}</td><td>{safe(_who(visit).name_of(turn.owner))}</td>"
        f"<td class='number quiet'>{'for good' if turn.until is None else 'until ' + day(turn.until)}</td></tr>"
        for kpi, turn in now.items()
    )
    if rows:
        st.html(f'<div class="rcc"><table>{rows}</table></div>')


def _heading(text: str, otherwise: str) -> None:
    st.html(f'<div class="rcc"><h2>{text}</h2>{f"<p class=quiet>{otherwise}</p>" if otherwise else ""}</div>')


def _note(label: str, one: Noted, title: str, text: str, visit: Visit) -> None:
    st.html(
        f'<div class="rcc note"><p class="label">{label} · {safe(_who(visit).name_of(one.by))} · {day(one.at.date())}'
        f'</p><p class="do">{safe(title)}</p><p>{safe(text)}</p></div>'
    )


def _name(catalogue: Mapping[str, Contract], kpi: str) -> str:
    return safe(catalogue[kpi].name if kpi in catalogue else kpi)


def _who(visit: Visit) -> Directory:
    return visit.directory
