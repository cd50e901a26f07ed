"""What earlier meetings left to do: actions that are open, success metrics to be read, caveats to keep in mind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from decision_log.action import Action, actions
from decision_log.closeout import DecisionClosed, closeout_of
from decision_log.decision import Decision, decisions
from decision_log.entry import Entry
from kpi_engine.card import Assessment, Trust
from kpi_engine.contract import Contract
from rendering.reasons import reason_in_words
from rendering.units import day, in_short, where

from ..directory import Directory
from .content import Caveat, Check, Task

Subjects = Mapping[str, tuple[Entry, ...]]
_EFFECTS = {"explain": "explains cards", "qualify": "qualifies cards", "exclude": "leaves rows out"}
# Success metrics that are read until the next meeting are told before it.
_AHEAD = timedelta(days=7)
_MOST_CONFIDENCE = 40
_LINE, _NOTE = 200, 400


def tasks(stream: Subjects, directory: Directory, today: date) -> tuple[Task, ...]:
    """Open actions and those that wait for verification: overdue ones first, then by due date."""
    waiting = [one for one in actions(stream) if one.state in ("open", "done")]
    waiting.sort(key=lambda one: (not one.is_overdue(today), one.state == "done", one.due_on, one.subject))
    return tuple(
        Task(
            in_short(one.created.text, _LINE),
            in_short(one.created.context, _LINE),
            directory.name_of(one.created.assignee),
            one.due_on,
            _standing(one, today),
            one.is_overdue(today),
        )
        for one in waiting
    )


def _standing(action: Action, today: date) -> str:
    moved = f", moved {action.moves}×" if action.moves else ""
    if action.state == "done":
        return f"done, to be verified{moved}"
    if action.is_overdue(today):
        late = (today - action.due_on).days
        return f"{late} {'day' if late == 1 else 'days'} overdue{moved}"
    return f"{'sent back' if action.sent_back else 'open'}{moved}"


def checks(stream: Subjects, directory: Directory, meeting_on: date, since: int) -> tuple[Check, ...]:
    """Decisions whose metric is due, or was read after entry `since`; the due ones first."""
    due, read = [], []
    for decision in decisions(dict(stream)):
        lines = stream[decision.subject]
        closeout = closeout_of(lines)
        if closeout is None:
            continue
        if closeout.verdict is None and closeout.check_on <= meeting_on + _AHEAD:
            due.append(_check(decision, directory, closeout.check_on, "due"))
        elif closeout.verdict is not None and any(
            entry.seq > since and entry.event is closeout.verdict for entry in lines
        ):
            read.append(_check(decision, directory, closeout.check_on, _verdict(closeout.verdict)))
    due.sort(key=lambda one: (one.check_on, one.decision))
    return (*due, *read)


def _verdict(verdict: DecisionClosed) -> str:
    return f"{verdict.outcome}: {reason_in_words(verdict.reason)}" if verdict.reason else verdict.outcome


def _check(decision: Decision, directory: Directory, check_on: date, outcome: str) -> Check:
    taken = decision.taken
    name = str(taken.facts.get("name", taken.kpi))
    return Check(
        in_short(taken.action_text, _LINE),
        f"#{decision.number} · {name} · {where(taken.dimension, taken.slice)}",
        directory.name_of(decision.decided_by),
        check_on,
        outcome,
    )


def caveats(assessment: Assessment, contracts: Mapping[str, Contract]) -> Iterator[Caveat]:
    """Known issues in force, KPIs without an answer, warnings: what blocks the all-clear or qualifies a number."""
    for note in assessment.known_issues:
        rows = f" {note.rows_excluded:,} rows." if note.rows_excluded else ""
        until = f"{note.owner}, until {day(note.until)}; {_EFFECTS[note.effect]}.{rows}"
        yield Caveat(note.id.replace("_", " ").capitalize(), f"{in_short(note.note, _NOTE)} {until}")
    for check in assessment.checks:
        if check.status == "not_evaluable":
            slice_ = "" if check.slice == "(all)" else f" · {check.slice}"
            why = reason_in_words(check.reason, contracts.get(check.kpi))
            yield Caveat(f"{check.name}{slice_}", f"Not evaluable: {why}.")
    folded = [card for card in assessment.cards if card.folded]
    for card in folded:
        yield Caveat(f"{card.name} · {where(card.dimension, card.slice)}", "Breached; explained by a known issue.")
    for warning in assessment.warnings:
        yield Caveat("Warning", warning)


def confidence(trusts: Iterable[Trust]) -> tuple[Caveat, ...]:
    """The operating KPIs whose numbers are not fully trusted, and why."""
    order = ("low", "medium", "high")
    doubtful = sorted(
        (one for one in trusts if one.level != "high"), key=lambda one: (order.index(one.level), one.name)
    )
    return tuple(Caveat(one.name, f"{one.level.capitalize()}: {one.in_words}") for one in doubtful[:_MOST_CONFIDENCE])
