"""An action: a task that follows from a decision, from its creation to its verification by somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from .entry import Entry
from .event import Event

ActionState = Literal["open", "done", "verified", "cancelled"]


class ActionCreated(Event):
    """A task; `assignee` is a person's id, a title or a free name, `context` says what it is about."""

    kind: Literal["action.created"] = "action.created"
    decision: str
    text: str
    assignee: str
    due_on: date
    context: str


class ActionDone(Event):
    """Somebody claims that it is done; `note` says what was done."""

    kind: Literal["action.done"] = "action.done"
    note: str


class ActionVerified(Event):
    """Somebody other than the assignee has seen that it is done."""

    kind: Literal["action.verified"] = "action.verified"
    note: str


class ActionSentBack(Event):
    """Verification was refused: the action is open again."""

    kind: Literal["action.sent_back"] = "action.sent_back"
    reason: str


class ActionCancelled(Event):
    """It will not be done."""

    kind: Literal["action.cancelled"] = "action.cancelled"
    reason: str


class ActionMoved(Event):
    """It is due on another day."""

    kind: Literal["action.moved"] = "action.moved"
    due_on: date
    reason: str


AnyActionEvent = ActionCreated | ActionDone | ActionVerified | ActionSentBack | ActionCancelled | ActionMoved


@dataclass(frozen=True, slots=True)
class Action:
    """An action as its entries tell it.

    `subject` and `version` name it in the log and the place of its newest entry there. `claimed_by` is who
    said that it is done. `word` is the newest note or reason. `moves` counts changes of the due date, which
    was `first_due_on`; `sent_back` holds while it is open again after a refused verification.
    """

    subject: str
    version: int
    state: ActionState
    created: ActionCreated
    created_at: datetime
    created_by: str
    due_on: date
    moves: int
    sent_back: bool
    claimed_by: str
    word: str
    changed_at: datetime

    @property
    def first_due_on(self) -> date:
        """The due date as it was when the action was created."""
        return self.created.due_on

    def is_overdue(self, today: date) -> bool:
        """Open after its due date; one that waits for verification is not its assignee's delay."""
        return self.state == "open" and today > self.due_on


def subject_of(decision: str, number: int) -> str:
    """The log's subject for the action of a number (from 1) that follows from a decision's subject."""
    return f"action/{decision.partition('/')[2]}/{number}"


def opened(subject: str, created: ActionCreated, at: datetime, by: str) -> Action:
    """The action as it is when it is created."""
    return Action(subject, 1, "open", created, at, by, created.due_on, 0, False, "", "", at)


def actions(subjects: Mapping[str, tuple[Entry, ...]]) -> tuple[Action, ...]:
    """Every action of the stream, in the order in which they were created."""
    return tuple(action_of(lines) for lines in subjects.values())


def action_of(lines: Sequence[Entry]) -> Action:
    """The action of a subject's entries, oldest first."""
    first = lines[0]
    assert isinstance(first.event, ActionCreated), "an action begins with being created"
    action = opened(first.subject, first.event, first.at, first.by)
    for entry in lines[1:]:
        action = replace(_after(action, entry), version=entry.version, changed_at=entry.at)
    return action


def _after(action: Action, entry: Entry) -> Action:
    match entry.event:
        case ActionDone(note=note):
            return replace(action, state="done", claimed_by=entry.by, sent_back=False, word=note)
        case ActionVerified(note=note):
            return replace(action, state="verified", word=note)
        case ActionSentBack(reason=reason):
            return replace(action, state="open", claimed_by="", sent_back=True, word=reason)
        case ActionCancelled(reason=reason):
            return replace(action, state="cancelled", word=reason)
        case ActionMoved(due_on=due_on, reason=reason):
            return replace(action, due_on=due_on, moves=action.moves + 1, word=reason)
    return action
