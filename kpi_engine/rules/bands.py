"""Bands: red, yellow or green by the value itself; a value on an edge is yellow."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from ..measure import Spec
from ..period import WindowName
from .base import Action, History, Verdict, Words


class Bands(Spec):
    """Red below (or above) one edge, green beyond the other, yellow between and on both edges.

    Rates are fractions: 60 % is 0.60. Values are compared unrounded.
    """

    kind: Literal["bands"]
    id: str = "bands"
    scope: str = "total"
    window: WindowName
    red_below: float | None = None
    green_above: float | None = None
    red_above: float | None = None
    green_below: float | None = None
    action: Action

    @model_validator(mode="after")
    def _two_edges(self) -> Self:
        rising = (self.red_below, self.green_above)
        falling = (self.red_above, self.green_below)
        if (None in rising) == (None in falling) or any(edge is not None for edge in rising) == any(
            edge is not None for edge in falling
        ):
            raise ValueError("bands need red_below and green_above, or red_above and green_below")
        # Neither is None here, which mypy does not read from `in`.
        if None not in rising and self.red_below > self.green_above:  # type: ignore[operator]
            raise ValueError("red_below must not lie above green_above")
        if None not in falling and self.red_above < self.green_below:  # type: ignore[operator]
            raise ValueError("red_above must not lie below green_below")
        return self

    @property
    def rising(self) -> bool:
        """Whether more is better."""
        return self.red_below is not None

    @property
    def edges(self) -> tuple[float, float]:
        """The red and the green edge."""
        red, green = (self.red_below, self.green_above) if self.rising else (self.red_above, self.green_below)
        assert red is not None and green is not None
        return red, green

    def colour(self, value: float) -> Literal["red", "yellow", "green"]:
        """The colour of a value."""
        red, green = self.edges
        if value < red if self.rising else value > red:
            return "red"
        if value > green if self.rising else value < green:
            return "green"
        return "yellow"

    def judge(self, history: History, end: int) -> Verdict:
        """The colour of the period that ends in bucket `end`."""
        value = history.value(self.window, end)
        if value is None:
            return Verdict("not_evaluable", reason=history.reason(self.window, end))
        red, green = self.edges
        status = self.colour(value)
        return Verdict(status, green if status == "yellow" else red)

    def in_words(self, words: Words) -> str:
        """The threshold as a person reads it."""
        red, green = (words(edge) for edge in self.edges)
        return f"red below {red}, green above {green}" if self.rising else f"red above {red}, green below {green}"

    def crossed(self, verdict: Verdict, words: Words) -> str:
        """The edge that was crossed, as a person reads it."""
        if verdict.status == "red":
            return f"red {'below' if self.rising else 'above'} {words(verdict.limit)}"
        low, high = sorted(self.edges)
        return f"yellow from {words(low)} to {words(high)}"
