"""Stale source: the export behind the KPI has not moved for too long."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ..measure import Spec
from ..period import WindowName
from .base import Action, History, Verdict, Words


class StaleSource(Spec):
    """Fires when the source's last event lies more than `days` before the period's end."""

    kind: Literal["stale_source"]
    id: str
    scope: Literal["total"] = "total"
    window: WindowName
    days: Annotated[int, Field(ge=1)]
    severity: Literal["red", "yellow"] = "yellow"
    action: Action

    def judge(self, history: History, end: int) -> Verdict:
        """Whether the source was stale at the end of the period that ends in bucket `end`."""
        age = history.days_since_source(end, self.window)
        if age is None:
            return Verdict("not_evaluable", reason="no rows")
        return Verdict(self.severity if age > self.days else "green", float(self.days))

    def in_words(self, words: Words) -> str:
        """The threshold as a person reads it."""
        return f"{self.severity} when the source is older than {self.days} days"

    def crossed(self, verdict: Verdict, words: Words) -> str:
        """The limit that was crossed, as a person reads it."""
        return f"source older than {self.days} days"
