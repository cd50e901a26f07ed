"""Run: the same change, several windows in a row that do not overlap."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ..measure import Spec
from .base import Action, History, Verdict
from .change import Change


class Run(Spec):
    """Fires when `change` fires in `times` consecutive evaluable windows, each against its predecessor.

    Windows do not overlap. One that is not evaluable neither resets nor advances the count.
    """

    kind: Literal["run"]
    id: str
    scope: str = "total"
    times: Annotated[int, Field(ge=2, le=12)] = 2
    change: Change
    severity: Literal["red", "yellow"] = "red"
    action: Action

    @property
    def window(self) -> str:
        """The window of the repeated change."""
        return self.change.window

    def judge(self, history: History, end: int) -> Verdict:
        """Whether the change has fired often enough up to bucket `end`."""
        latest = self.change.judge(history, end)
        if latest.status == "not_evaluable":
            return latest
        width = history.width(self.change.window)
        fired, looked = 0, end
        # A year of gaps is as far as a run may reach back.
        for _ in range(self.times + 52 // width):
            verdict = self.change.judge(history, looked)
            if verdict.status == "green":
                break
            fired += verdict.status != "not_evaluable"
            if fired == self.times:
                return Verdict(self.severity, latest.limit, latest.text)
            looked -= width
        return Verdict("green", latest.limit, latest.text)
