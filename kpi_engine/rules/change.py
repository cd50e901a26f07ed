"""Change: a window fell or rose too far against what came before it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ..measure import Spec
from ..period import WindowName
from .base import Action, History, Verdict


class Change(Spec):
    """Fires when `window` falls (or rises) by more than `by` against the window `against` that ends before it.

    `relative` compares in parts of the earlier value (0.15 is 15 %), `absolute` in points. Without
    `against` a window is held against its own predecessor.
    """

    kind: Literal["change"]
    id: str
    scope: str = "total"
    window: WindowName
    against: WindowName | None = None
    falls_by: Annotated[float, Field(gt=0)] | None = None
    rises_by: Annotated[float, Field(gt=0)] | None = None
    measured: Literal["relative", "absolute"] = "relative"
    severity: Literal["red", "yellow"] = "red"
    action: Action

    def limit(self, before: float) -> float:
        """The value at which the change is exactly as large as allowed."""
        step = -self.falls_by if self.falls_by is not None else (self.rises_by or 0)
        return before + step * (abs(before) if self.measured == "relative" else 1)

    def judge(self, history: History, end: int) -> Verdict:
        """Whether the period that ends in bucket `end` changed too far."""
        now = history.value(self.window, end)
        base, base_end = self.against or self.window, end - history.width(self.window)
        before = history.value(base, base_end)
        if now is None:
            return Verdict("not_evaluable", reason=history.reason(self.window, end))
        if before is None or (before == 0 and self.measured == "relative"):
            return Verdict("not_evaluable", reason=f"comparison: {history.reason(base, base_end) or 'zero'}")
        limit = self.limit(before)
        fired = now < limit if self.falls_by is not None else now > limit
        return Verdict(self.severity if fired else "green", limit, "below" if self.falls_by is not None else "above")
