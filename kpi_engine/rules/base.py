"""What every rule has: where it looks, and the action that follows when it fires."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import Field

from ..measure import Spec
from ..period import WindowName

Judged = Literal["red", "yellow", "green", "not_evaluable"]
ActionKind = Literal["investigate", "mitigate", "reallocate", "escalate"]


# How a value of the KPI is written: the rule knows numbers, the contract their unit.
Words = Callable[[float | None], str]


class Action(Spec):
    """The default action of a breach: what kind, what to do, within how many hours."""

    kind: ActionKind
    text: Annotated[str, Field(min_length=1)]
    sla_hours: Annotated[int, Field(ge=1, le=24 * 92)]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one reading: a status, the limit it was held against, and that limit in words."""

    status: Judged
    limit: float | None = None
    text: str = ""
    reason: str = ""


class History(Protocol):
    """One slice's readings in time, as a rule sees them. Positions count the final periods of a window."""

    def value(self, window: WindowName, end: int) -> float | None:
        """Value of the window's period that ends in bucket `end`; None where not evaluable."""

    def comparable(self, base: WindowName, window: WindowName, end: int) -> float | None:
        """Value of the `base` window that ends in bucket `end`, as one `window` of it: what adds up is averaged."""

    def reason(self, window: WindowName, end: int) -> str:
        """Why that period is not evaluable, or an empty text."""

    def weekly(self, end: int, weeks: int) -> list[float | None]:
        """Values of the last `weeks` weeks up to bucket `end`, oldest first."""

    def width(self, window: WindowName) -> int:
        """Buckets in one period of the window."""

    def days_since_source(self, end: int, window: WindowName) -> int | None:
        """Days from the source's last event to the period's end; None if the source has none."""
