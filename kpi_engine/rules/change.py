"""Change: a window fell or rose too far against what came before it."""

from __future__ import annotations

from typing import Literal

from .base import Action, History, Verdict
from .step import Step


class Change(Step):
    """Fires when the step from `against` to `window` is too large."""

    kind: Literal["change"]
    id: str
    scope: str = "total"
    action: Action

    def judge(self, history: History, end: int) -> Verdict:
        """Whether the period that ends in bucket `end` changed too far."""
        return self.compare(history, end)
