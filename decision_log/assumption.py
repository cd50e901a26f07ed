"""An assumption of a plan: what a KPI is expected to be by a day, and what reality then said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from .answer import Answer
from .entry import Entry
from .event import Event

Held = Literal["held", "did not hold", "not evaluable"]


class AssumptionNoted(Event):
    """What a plan builds on: a slice of a KPI is at `expected` or better on day `by`.

    `step` is the part of the loop it belongs to, `owner` a person's id, `start` the reading when it was noted.
    """

    kind: Literal["assumption.noted"] = "assumption.noted"
    forum: str
    step: str
    text: str
    kpi: str
    dimension: str
    slice: str
    window: str
    start: float | None
    expected: float
    noted_on: date
    by: date
    owner: str


class AssumptionConfronted(Answer):
    """What the published readings said on that day."""

    kind: Literal["assumption.confronted"] = "assumption.confronted"
    outcome: Held


class AssumptionWithdrawn(Event):
    """The plan no longer builds on it."""

    kind: Literal["assumption.withdrawn"] = "assumption.withdrawn"
    reason: str


AnyAssumptionEvent = AssumptionNoted | AssumptionConfronted | AssumptionWithdrawn


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumption as its entries tell it: who noted it and when (UTC), and what became of it."""

    subject: str
    by: str
    at: datetime
    noted: AssumptionNoted
    entries: int = 1
    confronted: AssumptionConfronted | None = None
    withdrawn: AssumptionWithdrawn | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether reality has not been asked yet, and still will be."""
        return self.confronted is None and self.withdrawn is None


def assumptions(subjects: Mapping[str, tuple[Entry, ...]]) -> tuple[Assumption, ...]:
    """Every assumption, the earliest day first."""
    found = (one for lines in subjects.values() if (one := _assumption(lines)) is not None)
    return tuple(sorted(found, key=lambda one: (one.noted.by, one.at, one.subject)))


def _assumption(lines: tuple[Entry, ...]) -> Assumption | None:
    found: Assumption | None = None
    for entry in lines:
        event = entry.event
        if isinstance(event, AssumptionNoted):
            found = found or Assumption(entry.subject, entry.by, entry.at, event)
        elif found is not None and isinstance(event, AssumptionConfronted):
            found = replace(found, confronted=found.confronted or event)
        elif found is not None and isinstance(event, AssumptionWithdrawn):
            found = replace(found, withdrawn=event)
    return found if found is None else replace(found, entries=len(lines))
