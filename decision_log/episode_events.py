"""What happens to an episode: judged, restated and escalated by the clockwork, worked on by people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .event import Event

Status = Literal["red", "yellow", "green", "not_evaluable"]
ClockName = Literal["root_cause", "corrective_plan", "intervention"]
Opinion = Literal["real", "expected", "false_alarm", "new_normal"]


class Reading(BaseModel):
    """What the rule said of one period, on which data and under which contract.

    `explained` by a known issue: it is on record, but neither escalates nor starts clocks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    start: date
    end: date
    status: Status
    value: float | None
    n: int
    limit: float | None
    reason: str = ""
    explained: bool = False
    snapshot: str
    contract: str
    engine: str


class EpisodeOpened(Event):
    """A rule fired on a slice and no episode was running. `facts` is a copy of the card.

    Steps, audience and the numbers of periods are the contract's of that day: a later contract cannot rewrite
    them. `earlier` is the episode of the same rule and slice that went before, if any.
    """

    kind: Literal["episode.opened"] = "episode.opened"
    kpi: str
    name: str
    dimension: str
    slice: str
    rule: str
    window: str
    period_end: date
    since: date
    context: str
    facts: dict[str, Any]
    contract: str
    contract_version: int
    steps: tuple[str, ...]
    audience: tuple[str, ...]
    recover_after: int
    escalate_after: int
    earlier: str = ""


class PeriodJudged(Event):
    """A final period was judged for the first time."""

    kind: Literal["episode.judged"] = "episode.judged"
    reading: Reading


class PeriodsRestated(Event):
    """Later data read periods differently that had been judged already; what was published then stays."""

    kind: Literal["episode.restated"] = "episode.restated"
    readings: tuple[Reading, ...]


class EpisodeEscalated(Event):
    """Enough red periods in a row: `audience` are the titles, `told` the persons who hold them."""

    kind: Literal["episode.escalated"] = "episode.escalated"
    period_end: date
    red_periods: int
    audience: tuple[str, ...]
    told: tuple[str, ...]


class EpisodeClosed(Event):
    """It recovered, or its rule is no longer in force for the slice."""

    kind: Literal["episode.closed"] = "episode.closed"
    why: Literal["recovered", "rule gone"]
    period_end: date


class ClockMissed(Event):
    """The time of a clock ran out before anybody met it."""

    kind: Literal["episode.clock_missed"] = "episode.clock_missed"
    clock: ClockName
    due_at: datetime


class ClockMet(Event):
    """Somebody delivered what a clock asks for, in time or late."""

    kind: Literal["episode.clock_met"] = "episode.clock_met"
    clock: ClockName
    note: str


class StepTicked(Event):
    """A step of the runbook was done, or taken back; steps count from 0."""

    kind: Literal["episode.step"] = "episode.step"
    step: int
    done: bool


class FeedbackGiven(Event):
    """What a person thinks of the breach, and why; the newest counts."""

    kind: Literal["episode.feedback"] = "episode.feedback"
    opinion: Opinion
    reason: str


AnyEpisodeEvent = (
    EpisodeOpened
    | PeriodJudged
    | PeriodsRestated
    | EpisodeEscalated
    | EpisodeClosed
    | ClockMissed
    | ClockMet
    | StepTicked
    | FeedbackGiven
)
