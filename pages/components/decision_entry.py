"""One decision of the log: what, who, until when, on which facts; its wordings, and correcting it."""

from pathlib import Path
from typing import Any

import streamlit as st

from decision_log.decision import Choice, Decision
from decision_log.difference import differences
from services.close_out import success_of
from services.decide import why_not
from services.directory import Directory
from services.review_decisions import Entry

from .closeout import closeout
from .correct_form import correct_button
from .gate import Visit
from .text import safe
from .units import WINDOWS, contract_quantity, day, quantity, where

_PAGES = Path(__file__).parents[1]
_STANDING = {
    "overdue": '<span class="status red">Action overdue</span>',
    "due": '<span class="status yellow">Action due within a week</span>',
    "check due": '<span class="status yellow">Check due</span>',
    "running": '<span class="status open">Running</span>',
    "met": '<span class="status green">Closed: met</span>',
    "not met": '<span class="status red">Closed: not met</span>',
    "not evaluable": '<span class="status open">Closed: not evaluable</span>',
}
STANCES = {
    "follows": "Follows the proposal",
    "overrides": "Overrides the proposal",
    "no proposal": "No proposal",
}
"""How a decision relates to its proposal, in words."""
_ACTION_STATES = {"open": "open", "done": "done, to be verified", "verified": "verified", "cancelled": "cancelled"}


def decision_entry(entry: Entry, visit: Visit) -> None:
    """The decision in a frame; why, target, criteria and wordings open on demand."""
    decision, taken = entry.decision, entry.decision.taken
    directory = visit.directory
    with st.container(border=True, key=f"card-decision-{decision.number}", gap="small"):
        st.html(_head(entry, directory))
        closeout(entry, visit)
        with st.expander("Why, and when it counts as closed"):
            st.html(f'<div class="rcc"><dl class="facts">{_details(entry, directory, visit)}</dl></div>')
            if taken.link:
                address = safe(taken.link)
                link = f"<a href='{address}' target='_blank' rel='noopener noreferrer'>Analysis</a>"
                st.html(f"<div class='rcc'><p>{link}</p><p class='quiet'>{address}</p></div>")
        if len(decision.versions) > 1:
            with st.expander(f"Corrected: {len(decision.versions)} wordings"):
                st.html(f"<div class='rcc stack'>{_versions(decision, directory, visit)}</div>")
        with st.container(horizontal=True, vertical_alignment="center"):
            if not why_not(visit.site, visit.person, _belongs_to(decision)):
                correct_button(decision, visit)
            if taken.proposal:
                st.page_link(_PAGES / "proposals.py", label="Proposal →", query_params={"episode": taken.episode})
            address = {"kpi": taken.kpi, "dimension": taken.dimension, "slice": taken.slice}
            st.page_link(_PAGES / "drill_down.py", label="Drill down →", query_params=address)


def _belongs_to(decision: Decision) -> str:
    return str(decision.taken.facts.get("decision_owner", decision.taken.decision_owner))


def _head(entry: Entry, directory: Directory) -> str:
    decision, taken = entry.decision, entry.decision.taken
    facts = taken.facts
    read = quantity(facts.get("value"), facts.get("unit", "count"), facts.get("currency", ""), facts.get("decimals", 1))
    limit = f", {safe(facts['limit_text'])}" if facts.get("limit_text") else ", no breach"
    owner, by = safe(taken.decision_owner), safe(directory.name_of(decision.decided_by))
    stance = f'<span class="tag">{STANCES[taken.stance]}</span>'
    return (
        f'<div class="rcc card-head"><div class="row"><span>{_STANDING[entry.standing]} {stance}</span>'
        f'<span class="quiet">No. {decision.number} · {day(taken.decided_on)} · {safe(taken.forum)}</span></div>'
        f"<h3>{safe(taken.action_text)}</h3>"
        f'<p><span class="do">{safe(facts.get("name", taken.kpi))}</span> · '
        f"{safe(where(taken.dimension, taken.slice))} · {safe(read)}{limit} · to {day(taken.period_end)}</p>"
        f"<p>{owner} owns the decision · taken by {by} · "
        f"check {day(entry.closeout.check_on)}</p>{_actions(entry, directory)}</div>"
    )


def _actions(entry: Entry, directory: Directory) -> str:
    rows = "".join(
        f"<tr><td>{safe(one.created.text)}</td><td>{safe(directory.name_of(one.created.assignee))}</td>"
        f"<td class='number'>due {day(one.due_on)}</td><td class='number'>{_ACTION_STATES[one.state]}</td></tr>"
        for one in entry.actions
    )
    return f"<table>{rows}</table>" if rows else ""


def _details(entry: Entry, directory: Directory, visit: Visit) -> str:
    taken = entry.decision.taken
    facts = taken.facts
    rows = [
        ("Trigger", taken.context),
        ("Why", taken.why),
        ("Why not as proposed", taken.override_reason),
        ("Options rejected", "; ".join(taken.rejected_options)),
        ("We revisit it if", taken.revisit_if),
        ("Kind", taken.action.capitalize()),
        ("Decision owner", _with_holders(taken.decision_owner, directory)),
        ("KPI owner", " + ".join(facts.get("owners", ()))),
        ("Expected impact", f"{taken.expected_impact}, by {day(taken.impact_by)}"),
        ("Success metric", _metric(entry, visit)),
        ("Closeout", taken.closeout_criteria),
        ("Logged", f"{entry.decision.decided_at.astimezone(visit.now.tzinfo):%Y-%m-%d %H:%M %Z}"),
        ("Facts from", f"snapshot {str(facts.get('snapshot', ''))[:12]}, contract {facts.get('contract', '')}"),
    ]
    return "".join(f"<dt>{name}</dt><dd>{safe(text)}</dd>" for name, text in rows if text)


def _metric(entry: Entry, visit: Visit) -> str:
    """KPI, slice, window, target and day of a decision's success metric."""
    taken, check_on = entry.decision.taken, entry.closeout.check_on
    contract = visit.contracts.get(taken.metric_kpi)
    place = where(taken.metric_dimension, taken.metric_slice)
    if contract is None:
        return f"{taken.metric_kpi}, {place}: {taken.metric_target} on {day(check_on)}"
    metric = f"{contract.name}, {place}, {WINDOWS[success_of(taken, contract, check_on).window]}"
    if taken.metric_target is None:
        return f"{metric}: no target, so it cannot be closed by data"
    side = "at least" if contract.direction == "higher_is_better" else "at most"
    target = contract_quantity(taken.metric_target, contract, visit.currency)
    return f"{metric}: {side} {target} on {day(check_on)}"


def _with_holders(title: str, directory: Directory) -> str:
    names = ", ".join(person.name for person in directory.holders([title]))
    return f"{title} ({names})" if names else title


def _versions(decision: Decision, directory: Directory, visit: Visit) -> str:
    """The wordings, newest first, each with its reason and what it changed in the one before."""
    notes = []
    for number, version in enumerate(decision.versions, 1):
        before = decision.versions[number - 2].taken if number > 1 else None
        changed = () if before is None else differences(Choice, before, version.taken)
        rows = "".join(
            f"<dt>{safe(one.field.replace('_', ' ').capitalize())}</dt>"
            f"<dd>{safe(_said(one.before))} <b>→</b> {safe(_said(one.after))}</dd>"
            for one in changed
        )
        said = safe(version.taken.correction) if before is not None else "As first decided"
        notes.append(
            f"<div class='note'><p class='label'>Wording {number} · {safe(directory.name_of(version.by))}, "
            f"{version.at.astimezone(visit.now.tzinfo):%-d %b %Y %H:%M}</p><p>{said}</p>"
            f"<dl class='facts'>{rows}</dl></div>"
        )
    return "".join(reversed(notes))


def _said(content: Any) -> str:
    return "; ".join(content) if isinstance(content, tuple) else "–" if content in ("", None) else str(content)
