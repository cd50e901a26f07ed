"""The form of a step with an action, opened in its place; what is typed is kept until it is sent."""

from datetime import timedelta

import streamlit as st

from decision_log.action import Action
from services.act import Item, Step, take
from services.people import Denied

from .clock import right_now
from .draft import Draft, to_complete
from .gate import Visit

_TAKING = "action-step"
_WORDS: dict[Step, str] = {
    "done": "What was done",
    "verify": "What you have seen (optional)",
    "send back": "What is missing",
    "move": "Why it needs another day",
    "cancel": "Why it will not be done",
}
_SEND: dict[Step, str] = {
    "done": "Claim as done",
    "verify": "Verify",
    "send back": "Send back",
    "move": "Move",
    "cancel": "Cancel the action",
}
_DUE_ON = "New due date"


def begin(action: Action, step: Step) -> None:
    """Open the form of a step; one is open at a time."""
    st.session_state[_TAKING] = (action.subject, step)


def is_taking(action: Action) -> Step | None:
    """The step whose form is open on this action."""
    subject, step = st.session_state.get(_TAKING, ("", None))
    return step if subject == action.subject else None


def action_form(item: Item, visit: Visit) -> None:
    """Ask for words (and a day), then take the step."""
    action, step = item.action, is_taking(item.action)
    if step not in item.steps:
        _end()
        st.rerun()
    draft = Draft(visit, f"{action.subject}/{step}", base=action.version)
    words = st.text_area(_WORDS[step], key=draft.key("words", ""), height=80)
    due_on = None
    if step == "move":
        later = max(action.due_on, visit.today) + timedelta(days=7)
        due_on = st.date_input(_DUE_ON, key=draft.key("due_on", later), format="YYYY-MM-DD", width=200)
    draft.keep()
    with st.container(horizontal=True, gap="small"):
        sent = st.button(_SEND[step], key=f"send-{action.subject}", type="primary")
        st.button("Never mind", key=f"leave-{action.subject}", type="tertiary", on_click=_end)
    if not sent:
        return
    try:
        taken, problems = take(
            visit.site, visit.person, action.subject, step, words, due_on=due_on, version=draft.base,
            idempotency_key=draft.intent, now=right_now(),
        )  # fmt: skip
    except Denied as refusal:
        st.error(f"{refusal}.")
        return
    if taken is None:
        to_complete(problems, {"words": _WORDS[step], "due_on": _DUE_ON}, "Nothing was changed yet")
        if any(problem.column is None for problem in problems):
            draft.rebase(action.version)
        return
    draft.drop()
    _end()
    st.rerun()


def _end() -> None:
    st.session_state.pop(_TAKING, None)
