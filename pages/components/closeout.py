"""The closeout of a decision: what data said at the check date, and what people added. Nothing here sets a verdict."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from decision_log.closeout import DecisionClosed, DecisionCommented, DecisionExtended
from decision_log.entry import Entry as LogEntry
from kpi_engine.problem import Problem
from services.close_out import comment, extend, may_extend
from services.people import Denied, allowed
from services.review_decisions import Entry

from .clock import right_now
from .draft import Draft, to_complete
from .gate import Visit
from .text import safe
from .units import WINDOWS, contract_quantity, day, reason_in_words

_OPEN = "closeout-form"
VERDICTS = {
    "met": "<span class='status green'>Met</span>",
    "not met": "<span class='status red'>Not met</span>",
    "not evaluable": "<span class='status open'>Not evaluable</span>",
}
_LABELS = {"text": "Comment", "reason": "Reason", "check_on": "New check date"}


def closeout(entry: Entry, visit: Visit) -> None:
    """The verdict or the day it comes, earlier verdicts and remarks, and the two things people may do."""
    found = entry.closeout
    if found.verdict is not None:
        st.html(f"<div class='rcc'><div class='note'>{_verdict(found.verdict, visit)}</div></div>")
    earlier = [one for one in found.remarks if one.event is not found.verdict]
    if earlier:
        with st.expander(f"{len(earlier)} {'remark' if len(earlier) == 1 else 'remarks'} on the outcome"):
            st.html(f"<div class='rcc stack'>{''.join(_remark(one, visit) for one in reversed(earlier))}</div>")
    subject = entry.decision.subject
    form = st.session_state.get(_OPEN)
    if form == (subject, "comment"):
        _comment_form(subject, visit)
    elif form == (subject, "extend"):
        _extend_form(entry, visit)
    else:
        _buttons(entry, visit)


def _verdict(closed: DecisionClosed, visit: Visit) -> str:
    """Outcome, value against target with n, and where the reading comes from."""
    contract = visit.contracts.get(closed.metric_kpi)
    said = f" · {safe(reason_in_words(closed.reason, contract))}" if closed.reason else ""
    read = ""
    if contract is not None and closed.value is not None:
        value, target = (contract_quantity(one, contract, visit.currency) for one in (closed.value, closed.target))
        side = "at least" if contract.direction == "higher_is_better" else "at most"
        read = f" · {safe(contract.name)} {safe(value)} against {side} {safe(target)}"
    if closed.period_end is not None:
        read += f", n = {closed.n:,}, {WINDOWS.get(closed.window, '')} to {day(closed.period_end)}"
    return (
        f"<p>{VERDICTS[closed.outcome]}{said}{read}</p>"
        f"<p class='label'>Read from the data as of {day(closed.as_of)} for the check on {day(closed.check_on)} · "
        f"snapshot {safe(closed.snapshot[:12])}, contract {safe(closed.contract)}, engine {safe(closed.engine)}</p>"
    )


def _remark(one: LogEntry, visit: Visit) -> str:
    name = safe(visit.directory.name_of(one.by))
    when = f"{one.at.astimezone(visit.now.tzinfo):%-d %b %Y %H:%M}"
    match one.event:
        case DecisionClosed() as closed:
            return f"<div class='note'>{_verdict(closed, visit)}</div>"
        case DecisionExtended(check_on=check_on, reason=text):
            said = f"{name} asked for a check on {day(check_on)}"
        case DecisionCommented(text=text):
            said = name
        case _:
            return ""
    return f"<div class='note'><p class='label'>{said} · {when}</p><p>{safe(text)}</p></div>"


def _buttons(entry: Entry, visit: Visit) -> None:
    subject = entry.decision.subject
    with st.container(horizontal=True, gap="small"):
        if allowed(visit.person, "comment"):
            st.button("Comment", key=f"comment-{subject}", type="tertiary", on_click=_begin, args=(subject, "comment"))
        if may_extend(visit.site, visit.person, entry.decision, entry.closeout):
            st.button(
                "Check later", key=f"extend-{subject}", type="tertiary", on_click=_begin, args=(subject, "extend")
            )


def _begin(subject: str, form: str) -> None:
    st.session_state[_OPEN] = (subject, form)


def _end() -> None:
    st.session_state.pop(_OPEN, None)


def _comment_form(subject: str, visit: Visit) -> None:
    draft = Draft(visit, f"{subject}/comment")
    text = st.text_area("Comment (it does not change the verdict)", key=draft.key("text", ""), height=80)
    draft.keep()
    if _sent(subject, "Comment"):
        problems = comment(visit.site, visit.person, subject, text, idempotency_key=draft.intent, now=right_now())
        _finish(draft, problems)


def _extend_form(entry: Entry, visit: Visit) -> None:
    """A later day and why; the target cannot be touched."""
    subject = entry.decision.subject
    draft = Draft(visit, f"{subject}/extend", base=entry.decision.entries)
    later = max(entry.closeout.check_on, visit.today) + timedelta(days=28)
    check_on = st.date_input(_LABELS["check_on"], key=draft.key("check_on", later), format="YYYY-MM-DD", width=200)
    reason = st.text_area("Why it needs more time (the target stays)", key=draft.key("reason", ""), height=80)
    draft.keep()
    if not _sent(subject, "Check later"):
        return
    try:
        problems = extend(
            visit.site, visit.person, subject, check_on, reason, version=draft.base, idempotency_key=draft.intent,
            now=right_now(),
        )  # fmt: skip
    except Denied as refusal:
        st.error(f"{refusal}.")
        return
    if any(problem.column is None for problem in problems):
        draft.rebase(entry.decision.entries)
    _finish(draft, problems)


def _sent(subject: str, label: str) -> bool:
    with st.container(horizontal=True, gap="small"):
        sent: bool = st.button(label, key=f"send-closeout-{subject}", type="primary")
        st.button("Never mind", key=f"leave-closeout-{subject}", type="tertiary", on_click=_end)
    return sent


def _finish(draft: Draft, problems: Sequence[Problem]) -> None:
    if problems:
        to_complete(problems, _LABELS, "Not logged yet")
        return
    draft.drop()
    _end()
    st.rerun()
