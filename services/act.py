"""Carrying out a decision: its actions, from creation to verification by somebody else."""

from __future__ import annotations

from datetime import date, datetime

from decision_log.action import (
    ActionCreated,
    subject_of,
)
from decision_log.entry import Addition
from decision_log.outbox import Attachment, Task

from .calendar_entry import calendar_entry
from .directory import Directory
from .outbox import message


def created(
    directory: Directory,
    decision: str,
    number: int,
    text: str,
    assignee: str,
    due_on: date,
    context: str,
    now: datetime,
) -> tuple[Addition, ...]:
    """The action of a number (from 1) of a decision's subject, and the message to its assignee.

    To be added to the log together with the decision. `context` says what it is about ("Win rate · EMEA").
    """
    subject = subject_of(decision, number)
    action = ActionCreated(decision=decision, text=text, assignee=assignee, due_on=due_on, context=context)
    told = _notice(directory, subject, action, now, f"{subject}/assigned", f"Yours until {due_on}: {text}")
    return Addition(subject, action, subject, version=1), told


def people_of(directory: Directory, assignee: str) -> tuple[str, ...]:
    """The ids of the people whom an assignee names: a person's id or name, or who holds that title."""
    named = assignee.casefold()
    ids = [member.id for member in directory.people if named in (member.id, member.name.casefold())]
    if not ids and directory.canonical(assignee) in directory.titles:
        ids = [person.id for person in directory.holders([assignee])]
    return tuple(ids)


def _notice(
    directory: Directory, subject: str, action: ActionCreated, now: datetime, dedupe_id: str, headline: str
) -> Addition:
    name = directory.name_of(action.assignee)
    return message(
        dedupe_id,
        people_of(directory, action.assignee) or (action.assignee,),
        headline,
        f"{action.text}\n{action.context}\nAssignee: {name}\nDue: {action.due_on}",
        topic="action",
        attachments=(
            Attachment(
                name="action.ics", media_type="text/calendar", text=calendar_entry(subject, action, now).decode()
            ),
        ),
        task=Task(id=subject, text=action.text, assignee=name, due_on=action.due_on),
    )
