"""Reading the decision log back: what was decided, and what of it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from decision_log import decision as log
from decision_log.decision import Decision

from .people import Person, require
from .site import Site


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision as it stands today."""

    decision: Decision
    standing: Literal["overdue", "due", "check due", "running"]


def decisions(site: Site, person: Person, today: date) -> tuple[Entry, ...]:
    """Every decision, newest first. Due means within seven days; its check is due from the check date on."""
    require(person, "view")
    return tuple(
        Entry(decision, _standing(decision, today)) for decision in log.decisions(site.log().stream("decision"))
    )


def _standing(decision: Decision, today: date) -> Literal["overdue", "due", "check due", "running"]:
    taken = decision.taken
    if today >= taken.check_on:
        return "check due"
    if today > taken.due_on:
        return "overdue"
    return "due" if (taken.due_on - today).days <= 7 else "running"
