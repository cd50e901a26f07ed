"""Control limits: a weekly value that the process's own variation does not explain (XmR chart)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from ..measure import Spec
from .base import Action, History, Verdict, Words

# Scaling factors of the individuals and moving range chart for ranges of two (Shewhart; Wheeler).
LIMIT_FACTOR = 2.66
RANGE_FACTOR = 3.268


@dataclass(frozen=True, slots=True)
class NaturalLimits:
    """Centre, upper and lower natural limits, and the limit of the moving range.

    `provisional` with fewer than 15 points.
    """

    centre: float
    upper: float
    lower: float
    range_limit: float
    provisional: bool


def natural_limits(values: list[float]) -> NaturalLimits | None:
    """XmR limits of successive values; None of fewer than six."""
    if len(values) < 6:
        return None
    return limits_of(values)


def limits_of(values: list[float]) -> NaturalLimits:
    """Mean ± 2.66 × mean moving range, whatever the number of values (at least two)."""
    centre = sum(values) / len(values)
    ranges = [abs(later - sooner) for sooner, later in pairwise(values)]
    mean_range = sum(ranges) / len(ranges)
    step = LIMIT_FACTOR * mean_range
    return NaturalLimits(centre, centre + step, centre - step, RANGE_FACTOR * mean_range, len(values) < 15)


Signal = Literal["outside", "eight on one side", "three of four near a limit"]


def signal(values: list[float], limits: NaturalLimits) -> Signal | None:
    """The detection rule that the latest value completes, if any."""
    if values[-1] > limits.upper or values[-1] < limits.lower:
        return "outside"
    last_eight = values[-8:]
    if len(last_eight) == 8 and (
        all(value > limits.centre for value in last_eight) or all(value < limits.centre for value in last_eight)
    ):
        return "eight on one side"
    last_four = values[-4:]
    if len(last_four) == 4:
        high, low = (limits.centre + limits.upper) / 2, (limits.centre + limits.lower) / 2
        latest = values[-1]
        if (latest > high and sum(value > high for value in last_four) >= 3) or (
            latest < low and sum(value < low for value in last_four) >= 3
        ):
            return "three of four near a limit"
    return None


class ControlLimits(Spec):
    """Fires when the latest weekly value completes one of the three XmR detection rules.

    Limits come from up to `baseline_weeks` evaluable weeks before it, always on weekly values, never on
    trailing averages. `side` limits it to bad news. Weeks that are not evaluable are skipped.
    """

    kind: Literal["control_limits"]
    id: str
    scope: str = "total"
    window: Literal["week"] = "week"
    baseline_weeks: Annotated[int, Field(ge=6, le=104)] = 26
    side: Literal["both", "above", "below"] = "both"
    severity: Literal["red", "yellow"] = "yellow"
    action: Action

    def judge(self, history: History, end: int) -> Verdict:
        """Whether the week `end` completes a signal."""
        if history.value("week", end) is None:
            return Verdict("not_evaluable", reason=history.reason("week", end))
        values = [value for value in history.weekly(end, self.baseline_weeks + 1) if value is not None]
        limits = natural_limits(values[:-1])
        if limits is None:
            return Verdict("not_evaluable", reason="fewer than six weeks")
        found = signal(values, limits)
        above = values[-1] > limits.centre
        if found is None or (self.side == "above" and not above) or (self.side == "below" and above):
            return Verdict("green", limits.upper if above else limits.lower)
        return Verdict(self.severity, limits.upper if above else limits.lower, found)

    def in_words(self, words: Words) -> str:
        """The threshold as a person reads it."""
        return f"{self.severity} outside the natural range of {self.baseline_weeks} weeks"

    def crossed(self, verdict: Verdict, words: Words) -> str:
        """The signal that was found, as a person reads it."""
        return f"outside its natural range: {verdict.text} (limit {words(verdict.limit)})"
