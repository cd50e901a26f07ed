"""Correcting a decision: another wording with a reason, which stands beside the earlier ones."""

import streamlit as st

from decision_log.decision import Choice, Decision
from services.check_choice import preferred
from services.decide import correct
from services.propose import proposal_on

from .choice_fields import LABELS, action_fields, record_fields, stance_fields, success_fields
from .clock import right_now
from .draft import Draft, to_complete
from .gate import Visit

_OPEN = "correcting"


def correct_button(decision: Decision, visit: Visit) -> None:
    """Opens the form on a decision."""
    subject = decision.subject
    st.button("Correct", key=f"correct-{subject}", on_click=_begin, args=(subject,))
    if st.session_state.get(_OPEN) == subject:
        _dialog(decision, visit)


def _begin(subject: str) -> None:
    st.session_state[_OPEN] = subject


def _end() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("Correct the decision", width="large", on_dismiss=_end)
def _dialog(decision: Decision, visit: Visit) -> None:
    subject, taken = f"{decision.subject}/correction", decision.taken
    draft = Draft(visit, subject, base=decision.entries)
    st.caption("The wording so far stays in the log. Actions are changed on their own page.")
    reason = st.text_input(LABELS["correction"], key=draft.key("correction", ""))
    said = stance_fields(draft, taken.stance, taken.override_reason, proposed=taken.proposal > 0)
    follows = said["stance"] == "follows"
    proposal = proposal_on(visit.site, visit.person, taken.episode) if follows else None
    text = preferred(proposal, taken.proposal) or taken.action_text
    start = taken.model_copy(update={"stance": said["stance"], "action_text": text})
    said |= action_fields(draft, start, as_proposed=follows)
    window = str(taken.facts.get("window", "")) if taken.metric_kpi == taken.kpi else ""
    said |= success_fields(draft, visit, taken, window) | record_fields(draft, visit, taken)
    draft.keep()
    if not st.button("Log the correction", type="primary", key=f"{subject}/send"):
        return
    choice = Choice(proposal=taken.proposal, **said)
    corrected, problems = correct(
        visit.site, visit.person, decision, choice, reason,
        expected=draft.base, idempotency_key=draft.intent, now=right_now(),
    )  # fmt: skip
    if corrected is None:
        if any(problem.column is None for problem in problems):
            draft.rebase(len(visit.site.log().of(decision.subject)))
        to_complete(problems, LABELS, "Not logged yet")
        return
    draft.drop()
    _end()
    st.rerun()
