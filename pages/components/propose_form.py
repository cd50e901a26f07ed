"""The proposal form: what happened, what may be behind it, what could be done, and what that would bring."""

from datetime import date, timedelta
from urllib.parse import urlencode

import streamlit as st

from decision_log.proposal import ExpectedEffect, Hypothesis, Option, ProposalFiled, ProposalText
from kpi_engine.problem import Problem
from services.brief import Item
from services.check_proposal import FORM
from services.propose import propose

from .clock import right_now
from .draft import Draft, to_complete
from .gate import Visit
from .pick_metric import Metric, pick_metric

_CAUSES, _MOST_OPTIONS = 3, 5
_LABELS = {
    "narrative": "What happened",
    "hypotheses": "Root causes",
    "cause": "Cause",
    "evidence": "Evidence",
    "options": "Options",
    "what": "What",
    "effect": "Cost and effect",
    "preferred": "Preferred option",
    "preferred_because": "Why this one",
    "effect.kpi": "Expected effect",
    "effect.to": "Expected effect",
    "effect.by": "By",
    "forecast_implication": "What it means for the forecast",
}


def propose_form(item: Item, visit: Visit) -> None:
    """File the first version or the next one; what is typed is kept until it is sent."""
    proposal = item.proposal
    subject = f"proposal/{item.episode}"
    draft = Draft(visit, subject, base=0 if proposal is None else proposal.current.number)
    before = None if proposal is None else proposal.current.filed
    narrative = st.text_area(
        _LABELS["narrative"], height=100, key=draft.key("narrative", before.narrative if before else ""),
        placeholder="Two or three sentences: what changed, since when, how much of it we can explain",
    )  # fmt: skip
    hypotheses, fewer = _hypotheses(draft, item, before)
    options, preferred, because = _options(draft, before)
    metric, by = _effect(draft, visit, item, before)
    forecast = st.text_input(
        _LABELS["forecast_implication"], key=draft.key("forecast", before.forecast_implication if before else "")
    )
    draft.keep()
    label = "File the proposal" if proposal is None else f"File version {proposal.current.number + 1}"
    if not st.button(label, type="primary", key=f"{subject}/send"):
        return
    if metric.target is None:
        missing = Problem(FORM, "has no target", "Say what the KPI should read by then.", column="effect.to")
        to_complete([missing], _LABELS, "Not filed yet")
        return
    start = None if metric.latest is None else metric.latest.value
    text = ProposalText(
        narrative=narrative.strip(),
        hypotheses=hypotheses,
        fewer_hypotheses=fewer.strip(),
        options=options,
        preferred=preferred,
        preferred_because=because.strip(),
        effect=ExpectedEffect(
            kpi=metric.kpi,
            window=metric.window,
            dimension=metric.dimension,
            slice=metric.slice,
            start=start,
            to=metric.target,
            by=by,
        ),
        forecast_implication=forecast.strip(),
    )
    _send(item, text, draft, visit)


def _send(item: Item, text: ProposalText, draft: Draft, visit: Visit) -> None:
    filed, problems = propose(
        visit.site, visit.person, item, text, expected=draft.base, idempotency_key=draft.intent, now=right_now()
    )
    if filed is not None:
        draft.drop()
        st.session_state.pop("writing", None)
        st.rerun()
    if any(problem.column is None for problem in problems) and item.proposal is not None:
        draft.rebase(item.proposal.current.number)
    to_complete(problems, _LABELS, "Not filed yet")


def _hypotheses(draft: Draft, item: Item, before: ProposalFiled | None) -> tuple[tuple[Hypothesis, ...], str]:
    """Three causes with their evidence; where there are fewer, why."""
    st.subheader(_LABELS["hypotheses"], anchor=False)
    known = before.hypotheses if before else (Hypothesis(cause="", evidence=(_drill_down(item),)),)
    found = []
    for number in range(_CAUSES):
        was = known[number] if number < len(known) else Hypothesis(cause="")
        cause_column, evidence_column = st.columns(2)
        cause = cause_column.text_area(f"Cause {number + 1}", height=80, key=draft.key(f"cause.{number}", was.cause))
        evidence = evidence_column.text_area(
            f"Evidence {number + 1}", height=80, key=draft.key(f"evidence.{number}", "\n".join(was.evidence)),
            placeholder="Addresses, one a line: https://… or a drill-down of this app",
        )  # fmt: skip
        addresses = tuple(line.strip() for line in evidence.splitlines() if line.strip())
        if cause.strip():
            found.append(Hypothesis(cause=cause.strip(), evidence=addresses))
    key = draft.key("fewer", before.fewer_hypotheses if before else "")
    fewer = st.text_input("Why fewer than three", key=key) if len(found) < _CAUSES else ""
    return tuple(found), fewer


def _options(draft: Draft, before: ProposalFiled | None) -> tuple[tuple[Option, ...], int, str]:
    """At least two options, the preferred one, and why that one."""
    st.subheader(_LABELS["options"], anchor=False)
    known = before.options if before else ()
    count = draft.count("options", max(2, len(known)))
    found = {}
    for number in range(count):
        was = known[number] if number < len(known) else Option(what="", effect="")
        what_column, effect_column = st.columns(2)
        what = what_column.text_input(f"Option {number + 1}", key=draft.key(f"what.{number}", was.what))
        effect = effect_column.text_input(
            f"Cost and effect {number + 1}", key=draft.key(f"effect.{number}", was.effect)
        )
        if what.strip() or effect.strip():
            found[number] = Option(what=what.strip(), effect=effect.strip())
    if count < _MOST_OPTIONS:
        st.button("Another option", icon=":material/add:", type="tertiary", on_click=draft.grow, args=("options",))
    preferred_column, because_column = st.columns([1, 2])
    preferred = preferred_column.segmented_control(
        _LABELS["preferred"], list(range(count)), format_func=lambda number: f"Option {number + 1}",
        key=draft.key("preferred", before.preferred if before else None),
    )  # fmt: skip
    key = draft.key("because", before.preferred_because if before else "")
    because = because_column.text_input(_LABELS["preferred_because"], key=key)
    place = list(found).index(preferred) if preferred in found else -1
    return tuple(found.values()), place, because


def _effect(draft: Draft, visit: Visit, item: Item, before: ProposalFiled | None) -> tuple[Metric, date]:
    """The KPI that should move, to what and by when."""
    st.subheader("Expected effect", anchor=False)
    card = item.card
    start = Metric(card.kpi, card.window, card.dimension, card.slice, card.limit)
    due = visit.today + timedelta(days=card.check_after_days)
    if before is not None:
        effect = before.effect
        start, due = Metric(effect.kpi, effect.window, effect.dimension, effect.slice, effect.to), effect.by
    metric = pick_metric(draft, visit, start, "KPI that should move")
    return metric, st.date_input("By", format="YYYY-MM-DD", width=200, key=draft.key("by", due))


def _drill_down(item: Item) -> str:
    """The address of the card's own drill-down: the first thing that speaks for a cause."""
    card = item.card
    place = {"kpi": card.kpi, "window": card.window, "dimension": card.dimension, "slice": card.slice}
    return f"/drill_down?{urlencode(place)}"
