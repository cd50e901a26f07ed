"""Reading the decision log back: what was decided, what of it is due, and how often proposals were overridden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from decision_log import decision as log
from decision_log.action import Action, actions
from decision_log.closeout import Closeout, closeout_of
from decision_log.decision import Decision

from .people import Person, require
from .site import Site

Standing = Literal["overdue", "due", "check due", "running", "met", "not met", "not evaluable"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision as it stands today, with the actions that follow from it and its closeout."""

    decision: Decision
    actions: tuple[Action, ...]
    closeout: Closeout
    standing: Standing

    @property
    def is_open(self) -> bool:
        """Whether data has not yet said if it worked."""
        return self.closeout.verdict is None


@dataclass(frozen=True, slots=True)
class OverrideRate:
    """How many of the decisions that had a proposal to follow went against it."""

    overridden: int
    proposed: int

    @property
    def rate(self) -> float | None:
        """As a fraction; None where nothing had been proposed."""
        return self.overridden / self.proposed if self.proposed else None


def decisions(site: Site, person: Person, today: date) -> tuple[Entry, ...]:
    """Every decision, newest first. Due means within seven days; its check is due from the check date on."""
    require(person, "view")
    stream = site.log().stream("decision")
    following: dict[str, list[Action]] = {}
    for action in actions(site.log().stream("action")):
        following.setdefault(action.created.decision, []).append(action)
    entries = []
    for decision in log.decisions(stream):
        closeout = closeout_of(stream[decision.subject])
        assert closeout is not None, "a decision has a check date"
        asked = tuple(following.get(decision.subject, ()))
        entries.append(Entry(decision, asked, closeout, _standing(asked, closeout, today)))
    return tuple(entries)


def override_rate(site: Site, person: Person) -> OverrideRate:
    """The rate over all decisions, each as it is worded now."""
    require(person, "view")
    stances = [one.taken.stance for one in log.decisions(site.log().stream("decision"))]
    overridden = stances.count("overrides")
    return OverrideRate(overridden, overridden + stances.count("follows"))


def _standing(asked: tuple[Action, ...], closeout: Closeout, today: date) -> Standing:
    if closeout.verdict is not None:
        return closeout.verdict.outcome
    if today >= closeout.check_on:
        return "check due"
    if any(action.is_overdue(today) for action in asked):
        return "overdue"
    soon = any(action.state == "open" and (action.due_on - today).days <= 7 for action in asked)
    return "due" if soon else "running"
