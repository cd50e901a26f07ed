"""Carrying out a decision: its actions, from creation to verification by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from decision_log import action as log
from decision_log.action import (
    Action,
    ActionCancelled,
    ActionCreated,
    ActionDone,
    ActionMoved,
    ActionSentBack,
    ActionVerified,
    AnyActionEvent,
    action_of,
)
from decision_log.entry import Addition, Conflict
from decision_log.outbox import Attachment, Task
from kpi_engine.problem import Problem

from .calendar_entry import calendar_entry
from .directory import Directory, load_directory
from .outbox import message
from .people import CLOCKWORK, Person, allowed, require
from .people import Action as Right
from .site import Site
from .written import unfit

Step = Literal["done", "verify", "send back", "move", "cancel"]
"""What a person can do with an action."""
_FORM = "action"
_NEEDS_WORDS: dict[Step, str] = {
    "done": "Say what was done, so that somebody else can verify it.",
    "send back": "Say what is missing.",
    "move": "Say why it needs another day.",
    "cancel": "Say why it will not be done.",
}


@dataclass(frozen=True, slots=True)
class Item:
    """An action as a person sees it on a day: whose it is by name, and the steps that are this person's to take."""

    action: Action
    assignee: str
    is_mine: bool
    is_overdue: bool
    steps: tuple[Step, ...]


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
    event = ActionCreated(decision=decision, text=text, assignee=assignee, due_on=due_on, context=context)
    action = log.opened(log.subject_of(decision, number), event, now, "")
    told = _notice(directory, action, "assigned", f"Yours until {due_on}: {text}")
    return Addition(action.subject, event, action.subject, version=1), told


def people_of(directory: Directory, assignee: str) -> tuple[str, ...]:
    """The ids of the people whom an assignee names: a person's id or name, or who holds that title."""
    named = assignee.casefold()
    ids = [member.id for member in directory.people if named in (member.id, member.name.casefold())]
    if not ids and directory.canonical(assignee) in directory.titles:
        ids = [person.id for person in directory.holders([assignee])]
    return tuple(ids)


def actions(site: Site, person: Person, today: date) -> tuple[Item, ...]:
    """Every action: overdue first, then open by due date, then what waits for verification, then the rest."""
    require(person, "view")
    directory, _ = load_directory(site)
    found = (_item(directory, person, one, today) for one in log.actions(site.log().stream("action")))
    order = ("open", "done", "verified", "cancelled")

    def place(item: Item) -> tuple[bool, int, float]:
        one = item.action
        ended = one.state in ("verified", "cancelled")
        return (
            not item.is_overdue,
            order.index(one.state),
            -one.changed_at.timestamp() if ended else one.due_on.toordinal(),
        )

    return tuple(sorted(found, key=place))


def take(
    site: Site,
    person: Person,
    subject: str,
    step: Step,
    words: str,
    *,
    due_on: date | None = None,
    version: int,
    idempotency_key: str,
    now: datetime,
) -> tuple[Action | None, tuple[Problem, ...]]:
    """Take a step with an action that was seen at `version`; the action as it is then, or what to mend.

    `words` are the note or the reason, `due_on` the new day where the step is `move`.

    Raises:
        Denied: the step is not this person's: the assignee says that it is done, somebody else verifies it.
    """
    directory, _ = load_directory(site)
    standing = site.log().of(subject)
    action = action_of(standing[:version])
    require(person, _right(step), own=_is_own(directory, person, action, step))
    if any(entry.key == idempotency_key for entry in standing):
        return action_of(standing), ()
    words = words.strip()
    problems = _problems(action, step, words, due_on)
    if problems:
        return None, problems
    event = _event(step, words, due_on)
    additions = [Addition(subject, event, idempotency_key, version + 1)]
    if step in ("send back", "move", "cancel"):
        additions.append(_told_of(directory, action, event, now))
    try:
        site.log().add(additions, person.id, now)
    except Conflict as refusal:
        by = directory.name_of(refusal.standing[-1].by)
        return None, (Problem(_FORM, f"{by} has changed this action meanwhile", "Look again, then decide."),)
    return action_of(site.log().of(subject)), ()


def remind(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
    """Tell assignees and who decided of what is overdue, once for each due date."""
    directory, _ = load_directory(site)
    late = [one for one in log.actions(site.log().stream("action")) if one.is_overdue(now.date())]
    told = [
        _notice(
            directory,
            one,
            f"overdue/{one.due_on}",
            f"Overdue since {one.due_on}: {one.created.text}",
            also=(one.created_by,),
        )
        for one in late
    ]
    known = site.log().size
    site.log().add(told, CLOCKWORK, now)
    return tuple(f"Overdue: {one.created.text}" for one in late) if site.log().size > known else ()


def _item(directory: Directory, person: Person, action: Action, today: date) -> Item:
    steps = tuple(
        step for step in _steps(action) if allowed(person, _right(step), own=_is_own(directory, person, action, step))
    )
    name = directory.name_of(action.created.assignee)
    return Item(action, name, _is_assignee(directory, person, action), action.is_overdue(today), steps)


def _steps(action: Action) -> tuple[Step, ...]:
    """What can be done with an action in its state, whoever does it."""
    if action.state == "open":
        return ("done", "move", "cancel")
    return ("verify", "send back") if action.state == "done" else ()


def _right(step: Step) -> Right:
    return "verify_action" if step in ("verify", "send back", "cancel") else "complete_action"


def _is_own(directory: Directory, person: Person, action: Action, step: Step) -> bool:
    """Whether the person takes the step as the assignee."""
    is_assignee = _is_assignee(directory, person, action)
    if _right(step) == "complete_action":
        # An assignee who is nobody in the directory cannot sign in; others say it for them.
        return is_assignee or not people_of(directory, action.created.assignee)
    # Two pairs of eyes need two people; an installation without a directory has one.
    return bool(directory.people) and (is_assignee or person.id == action.claimed_by)


def _is_assignee(directory: Directory, person: Person, action: Action) -> bool:
    named = action.created.assignee
    return person.id in people_of(directory, named) or named.casefold() in (person.id, person.name.casefold())


def _problems(action: Action, step: Step, words: str, due_on: date | None) -> tuple[Problem, ...]:
    if step not in _steps(action):
        return (Problem(_FORM, f"is {action.state}", "Look again, then decide."),)
    found = [*unfit(_FORM, "words", words, _NEEDS_WORDS.get(step, ""))]
    if step == "move" and (due_on is None or due_on == action.due_on):
        found.append(Problem(_FORM, "is the day it is due already", "Choose another day.", column="due_on"))
    return tuple(found)


def _event(step: Step, words: str, due_on: date | None) -> AnyActionEvent:
    match step:
        case "done":
            return ActionDone(note=words)
        case "verify":
            return ActionVerified(note=words)
        case "send back":
            return ActionSentBack(reason=words)
        case "cancel":
            return ActionCancelled(reason=words)
        case "move":
            assert due_on is not None, "a move without a day is a problem, not an event"
            return ActionMoved(due_on=due_on, reason=words)


def _told_of(directory: Directory, action: Action, event: AnyActionEvent, now: datetime) -> Addition:
    """The message that a change brings, with the calendar entry as it is then."""
    changed, text = replace(action, version=action.version + 1, changed_at=now), action.created.text
    match event:
        case ActionMoved(due_on=due_on, reason=reason):
            changed, headline = replace(changed, due_on=due_on), f"Now due {due_on}: {text}"
        case ActionCancelled(reason=reason):
            changed, headline = replace(changed, state="cancelled"), f"Cancelled: {text}"
        case ActionSentBack(reason=reason):
            headline = f"Not verified: {text}"
        case _:
            raise AssertionError(f"nobody is told of {event.kind}")
    return _notice(directory, changed, str(changed.version), headline, reason=reason)


def _notice(
    directory: Directory, action: Action, occasion: str, headline: str, *, reason: str = "", also: Sequence[str] = ()
) -> Addition:
    """A message about an action, to its assignee, with its calendar entry; one for each occasion."""
    created = action.created
    name = directory.name_of(created.assignee)
    lines = (created.text, reason, created.context, f"Assignee: {name}", f"Due: {action.due_on}")
    entry = calendar_entry(action, name)
    return message(
        f"{action.subject}/{occasion}",
        (*(people_of(directory, created.assignee) or (created.assignee,)), *also),
        headline,
        "\n".join(line for line in lines if line),
        topic="action",
        attachments=(Attachment(name=entry.name, media_type="text/calendar", text=entry.content.decode()),),
        task=Task(id=action.subject, text=created.text, assignee=name, due_on=action.due_on),
    )
