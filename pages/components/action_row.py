"""One action: what, whose, until when, how it stands; and the steps that are this person's to take."""

from datetime import date

import streamlit as st

from decision_log.action import Action
from services.act import Item, Step
from services.calendar_entry import calendar_entry

from .action_form import action_form, begin, is_taking
from .gate import Visit
from .text import safe
from .units import day

_STEPS: dict[Step, str] = {
    "done": "Done",
    "verify": "Verify",
    "send back": "Send back",
    "move": "Move",
    "cancel": "Cancel it",
}


def action_row(item: Item, visit: Visit) -> None:
    """The action in a frame, red where it is overdue; the form of a step opens inside."""
    action = item.action
    frame = "card-red-action" if item.is_overdue else "card-action"
    with st.container(border=True, key=f"{frame}-{action.subject}", gap="small", height="stretch"):
        st.html(_said(item, visit.today))
        if is_taking(action) is None:
            _controls(item)
        else:
            action_form(item, visit)


def _controls(item: Item) -> None:
    action = item.action
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for step in item.steps:
            st.button(
                _STEPS[step], key=f"{step}-{action.subject}", on_click=begin, args=(action, step),
                type="secondary" if step in ("done", "verify") else "tertiary",
            )  # fmt: skip
        if action.state == "open":
            entry = calendar_entry(action, item.assignee)
            st.download_button(
                "Calendar entry", entry.content, entry.name, "text/calendar", key=f"ics-{action.subject}",
                type="tertiary", on_click="ignore",
            )  # fmt: skip


def _said(item: Item, today: date) -> str:
    action = item.action
    whose = f"{safe(item.assignee)} (you)" if item.is_mine else safe(item.assignee)
    moved = f" · moved {_times(action.moves)}, first due {day(action.first_due_on)}" if action.moves else ""
    word = f"<p class='note'>{_word(action)}</p>" if action.word else ""
    return (
        f"<div class='rcc card-head'><div class='row'>{standing(item, today)}"
        f"<span class='quiet'>due {day(action.due_on)}</span></div><h3>{safe(action.created.text)}</h3>"
        f"<p><span class='do'>{whose}</span>{moved}</p><p class='quiet'>{safe(action.created.context)}</p>{word}</div>"
    )


def standing(item: Item, today: date) -> str:
    """How the action stands on a day: shape, word and colour."""
    action, days = item.action, (item.action.due_on - today).days
    match action.state:
        case "done":
            return "<span class='status yellow'>Done, to be verified</span>"
        case "verified":
            return "<span class='status green'>Verified</span>"
        case "cancelled":
            return "<span class='status open'>Cancelled</span>"
    if item.is_overdue:
        return f"<span class='status red'>Overdue by {-days} {'day' if days == -1 else 'days'}</span>"
    if action.sent_back:
        return "<span class='status yellow'>Sent back</span>"
    if days <= 7:
        soon = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
        return f"<span class='status yellow'>Due {soon}</span>"
    return "<span class='status open'>Open</span>"


def _word(action: Action) -> str:
    """The newest note or reason, with what it was said for."""
    said = {"done": "Done: ", "verified": "Verified: ", "cancelled": "Cancelled: "}.get(action.state, "")
    if not said:
        said = "Sent back: " if action.sent_back else "Moved: "
    return f"<span class='label'>{said}</span>{safe(action.word)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
