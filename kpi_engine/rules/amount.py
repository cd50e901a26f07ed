"""Amount: a value above (or below) a fixed sum, such as renewals at risk in the next 60 days."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from ..measure import Spec
from ..period import WindowName
from .base import Action, History, Verdict, Words


class Amount(Spec):
    """Fires when the value lies above `above`, or below `below`; a value on the limit does not fire."""

    kind: Literal["amount"]
    id: str
    scope: str = "total"
    window: WindowName
    above: float | None = None
    below: float | None = None
    severity: Literal["red", "yellow"] = "red"
    action: Action

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("an amount rule needs either above or below")
        return self

    def judge(self, history: History, end: int) -> Verdict:
        """Whether the period that ends in bucket `end` lies beyond the limit."""
        value = history.value(self.window, end)
        if value is None:
            return Verdict("not_evaluable", reason=history.reason(self.window, end))
        if self.above is not None:
            return Verdict(self.severity if value > self.above else "green", self.above)
        assert self.below is not None
        return Verdict(self.severity if value < self.below else "green", self.below)

    def in_words(self, words: Words) -> str:
        """The threshold as a person reads it."""
        return (
            f"{self.severity} above {words(self.above)}"
            if self.below is None
            else f"{self.severity} below {words(self.below)}"
        )

    def crossed(self, verdict: Verdict, words: Words) -> str:
        """The limit that was crossed, as a person reads it."""
        return self.in_words(words)
