"""The closeout of a decision: the verdict that data gave at the check date, extensions and comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .answer import Answer
from .decision import DecisionTaken
from .entry import Entry
from .event import Event

Outcome = Literal["met", "not met", "not evaluable"]


class DecisionClosed(Answer):
    """The verdict of a check date."""

    kind: Literal["decision.closed"] = "decision.closed"
    check_on: date
    outcome: Outcome
    metric_kpi: str
    metric_dimension: str
    metric_slice: str
    target: float | None
    window: str


class DecisionExtended(Event):
    """The success metric is to be read on a later day; the target stays."""

    kind: Literal["decision.extended"] = "decision.extended"
    check_on: date
    reason: str


class DecisionCommented(Event):
    """What a person has to say about the outcome; it changes nothing."""

    kind: Literal["decision.commented"] = "decision.commented"
    text: str


AnyCloseoutEvent = DecisionClosed | DecisionExtended | DecisionCommented


@dataclass(frozen=True, slots=True)
class Closeout:
    """Where a decision stands with its success metric.

    `check_on` is the day that counts now, `verdict` what was read for it (None: still waiting). `remarks` are
    the entries of earlier verdicts, extensions and comments, oldest first.
    """

    check_on: date
    verdict: DecisionClosed | None
    remarks: tuple[Entry, ...]


def closeout_of(lines: tuple[Entry, ...]) -> Closeout | None:
    """The closeout of a decision's entries, oldest first; None while no decision stands.

    Correcting a decision does not take a verdict back; only an extension asks for another one.
    """
    check_on: date | None = None
    verdict: DecisionClosed | None = None
    remarks: list[Entry] = []
    for entry in lines:
        match entry.event:
            case DecisionTaken(check_on=day) if verdict is None:
                check_on = day
            case DecisionExtended(check_on=day):
                check_on, verdict = day, None
                remarks.append(entry)
            case DecisionClosed() as closed:
                verdict = closed
                remarks.append(entry)
            case DecisionCommented():
                remarks.append(entry)
    return None if check_on is None else Closeout(check_on, verdict, tuple(remarks))
