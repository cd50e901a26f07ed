"""A step from one window to a later one that does not overlap it: shared by the rules on change."""

from __future__ import annotations

from math import isclose
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..measure import Spec
from ..period import WEEKS_IN, WindowName
from .base import History, Verdict, Words


class Step(Spec):
    """Falls (or rises) by more than an amount against the window `against` that ends before it begins.

    `relative` compares in parts of the earlier value (0.15 is 15 %), `absolute` in points. Without
    `against` a window is held against its own predecessor.
    """

    window: WindowName
    against: WindowName | None = None
    falls_by: Annotated[float, Field(gt=0)] | None = None
    rises_by: Annotated[float, Field(gt=0)] | None = None
    measured: Literal["relative", "absolute"] = "relative"
    severity: Literal["red", "yellow"] = "red"

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if (self.falls_by is None) == (self.rises_by is None):
            raise ValueError("a rule on change needs either falls_by or rises_by")
        return self

    @property
    def baseline(self) -> WindowName:
        """The window it is held against."""
        return self.against or self.window

    def limit(self, before: float) -> float:
        """The value at which the change is exactly as large as allowed."""
        step = -self.falls_by if self.falls_by is not None else (self.rises_by or 0)
        return before + step * (abs(before) if self.measured == "relative" else 1)

    def compare(self, history: History, end: int) -> Verdict:
        """Whether the period that ends in bucket `end` changed too far."""
        now = history.value(self.window, end)
        base_end = end - history.width(self.window)
        before = history.comparable(self.baseline, self.window, base_end)
        if now is None:
            return Verdict("not_evaluable", reason=history.reason(self.window, end))
        if before is None or (before == 0 and self.measured == "relative"):
            return Verdict("not_evaluable", reason=f"comparison: {history.reason(self.baseline, base_end) or 'zero'}")
        limit = self.limit(before)
        # In doubles the limit may lie a hair beside a value that changed by exactly as much as allowed.
        on_limit = isclose(now, limit, rel_tol=1e-12)
        fired = not on_limit and (now < limit if self.falls_by is not None else now > limit)
        return Verdict(self.severity if fired else "green", limit)

    def too_far(self, words: Words) -> str:
        """How large a step is too large, as a person reads it."""
        size = self.falls_by if self.falls_by is not None else self.rises_by
        amount = f"{(size or 0) * 100:g} %" if self.measured == "relative" else words(size)
        verb = "falls" if self.falls_by is not None else "rises"
        known = WEEKS_IN.get(self.against or "")
        return f"{verb} more than {amount} against {f'the trailing {known} weeks' if known else 'the period before'}"

    def crossed(self, verdict: Verdict, words: Words) -> str:
        """The value at which the step became too large, as a person reads it."""
        side = "below" if self.falls_by is not None else "above"
        return f"{self.severity} {side} {words(verdict.limit)} ({self.in_words(words)})"

    def in_words(self, words: Words) -> str:
        """The threshold as a person reads it."""
        return self.too_far(words)
