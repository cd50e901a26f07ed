"""The fields of a decision, part by part; each part gives back what was filled in."""

from typing import Any

import streamlit as st

from decision_log.decision import Assignment, Choice
from services.directory import Directory

from .draft import Draft
from .gate import Visit
from .pick_metric import Metric, pick_metric
from .pick_person import pick_person, pick_title

_ACTIONS = ("investigate", "mitigate", "reallocate", "escalate")
_STANCES = {"follows": "Follow the proposal", "overrides": "Override it"}
_MOST_ACTIONS = 8
LABELS = {
    "stance": "Proposal",
    "proposal": "Proposal",
    "override_reason": "Why not as proposed",
    "action_text": "Chosen action",
    "why": "Why",
    "assignments": "Actions",
    "text": "What",
    "assignee": "Assignee",
    "due_on": "Due",
    "metric_kpi": "Success metric",
    "metric_target": "Success metric",
    "check_on": "Check date",
    "expected_impact": "Expected impact",
    "impact_by": "Impact by",
    "closeout_criteria": "Closeout criteria",
    "rejected_options": "Options rejected",
    "revisit_if": "What would make us revisit",
    "forum": "Forum",
    "decision_owner": "Decision owner",
    "link": "Link to the analysis",
    "correction": "Why it is corrected",
}
"""What the fields are called, by the names that problems give."""


def stance_fields(draft: Draft, stance: str, reason: str, *, proposed: bool) -> dict[str, Any]:
    """Whether the decision follows the proposal, and if not, why."""
    if not proposed:
        return {"stance": "no proposal", "override_reason": ""}
    stance = st.segmented_control(
        "The decision", list(_STANCES), required=True, format_func=lambda key: _STANCES[key],
        key=draft.key("stance", stance),
    )  # fmt: skip
    if stance == "follows":
        return {"stance": stance, "override_reason": ""}
    reason = st.text_area(LABELS["override_reason"], height=80, key=draft.key("override_reason", reason))
    return {"stance": stance, "override_reason": reason.strip()}


def action_fields(draft: Draft, start: Choice, *, as_proposed: bool = False) -> dict[str, Any]:
    """What is done, and why. Following and overriding a proposal are filled in, and kept, apart.

    What is done `as_proposed` is not reworded: who wants something else overrides, and says why.
    """
    action = st.segmented_control(
        "Kind of action", _ACTIONS, required=True, format_func=str.capitalize, key=draft.key("action", start.action)
    )
    text_key = draft.key(f"action_text.{start.stance}", start.action_text)
    text = st.text_area(LABELS["action_text"], height=80, key=text_key, disabled=as_proposed)
    why = st.text_area(
        LABELS["why"], placeholder="The cause, and why this action rather than another", height=80,
        key=draft.key(f"why.{start.stance}", start.why),
    )  # fmt: skip
    return {"action": action, "action_text": text.strip(), "why": why.strip()}


def assignment_fields(draft: Draft, visit: Visit, first: Assignment, stance: str) -> tuple[Assignment, ...]:
    """One row for each action that follows: what, who, until when. A row without text is left out."""
    directory = visit.directory
    count = draft.count("assignments", 1)
    rows = [_row(draft, directory, f"action.{stance}", first)]
    blank = first.model_copy(update={"text": ""})
    rows += [_row(draft, directory, f"action.{number}", blank, f" {number}") for number in range(2, count + 1)]
    if count < _MOST_ACTIONS:
        st.button("Another action", icon=":material/add:", type="tertiary", on_click=draft.grow, args=("assignments",))
    return tuple(row for row in rows if row.text or row is rows[0])


def _row(draft: Draft, directory: Directory, name: str, start: Assignment, after: str = "") -> Assignment:
    """One action; the labels of all rows but the first are for who cannot see the columns."""
    what, who, due = st.columns([5, 4, 2])
    shown: dict[str, Any] = {"label_visibility": "collapsed" if after else "visible"}
    text = what.text_input(f"Action{after}", key=draft.key(name, start.text), **shown)
    person = pick_person(who, f"Assignee{after}", directory, draft.key(f"{name}.assignee", start.assignee), **shown)
    due_key = draft.key(f"{name}.due", start.due_on)
    due_on = due.date_input(f"Due{after}", format="YYYY-MM-DD", key=due_key, **shown)
    return Assignment(text=text.strip(), assignee=person, due_on=due_on)


def success_fields(draft: Draft, visit: Visit, start: Choice, window: str) -> dict[str, Any]:
    """What is expected by when, and how data will tell; the matter's own KPI is read in its `window`."""
    expected, by = st.columns([7, 3])
    impact = expected.text_input(
        LABELS["expected_impact"], placeholder="For example: back above the limit",
        key=draft.key(f"expected_impact.{start.stance}", start.expected_impact),
    )  # fmt: skip
    impact_by = by.date_input(LABELS["impact_by"], format="YYYY-MM-DD", key=draft.key("impact_by", start.impact_by))
    suggested = Metric(start.metric_kpi, window, start.metric_dimension, start.metric_slice, start.metric_target)
    metric = pick_metric(draft, visit, suggested)
    closed, check = st.columns([7, 3])
    criteria = closed.text_input(
        LABELS["closeout_criteria"], key=draft.key("closeout_criteria", start.closeout_criteria)
    )
    check_on = check.date_input(LABELS["check_on"], format="YYYY-MM-DD", key=draft.key("check_on", start.check_on))
    return {
        "expected_impact": impact.strip(),
        "impact_by": impact_by,
        "metric_kpi": metric.kpi,
        "metric_dimension": metric.dimension,
        "metric_slice": metric.slice,
        "metric_target": metric.target,
        "closeout_criteria": criteria.strip(),
        "check_on": check_on,
    }


def record_fields(draft: Draft, visit: Visit, start: Choice) -> dict[str, Any]:
    """What was turned down, what would reopen the matter, and where, when and by whom it was decided."""
    left, right = st.columns(2)
    rejected = left.text_area(
        f"{LABELS['rejected_options']} (optional)", placeholder="One a line", height=80,
        key=draft.key(f"rejected_options.{start.stance}", "\n".join(start.rejected_options)),
    )  # fmt: skip
    revisit = right.text_area(
        f"{LABELS['revisit_if']} (optional)", height=80, key=draft.key("revisit_if", start.revisit_if)
    )
    one, two, three, four = st.columns([3, 3, 2, 4])
    forum = one.text_input(LABELS["forum"], key=draft.key("forum", start.forum))
    directory = visit.directory
    owner_key = draft.key("decision_owner", directory.canonical(start.decision_owner))
    owner = pick_title(two, LABELS["decision_owner"], directory, owner_key)
    decided_on = three.date_input("Date", format="YYYY-MM-DD", key=draft.key("decided_on", start.decided_on))
    link = four.text_input(f"{LABELS['link']} (optional)", placeholder="https://…", key=draft.key("link", start.link))
    return {
        "rejected_options": tuple(line.strip() for line in rejected.splitlines() if line.strip()),
        "revisit_if": revisit.strip(),
        "forum": forum.strip(),
        "decision_owner": owner,
        "decided_on": decided_on,
        "link": link.strip(),
    }
