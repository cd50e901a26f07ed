"""Run: the same change, several windows in a row that do not overlap."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import Action, History, Verdict, Words
from .step import Step


class Run(Step):
    """Fires when the step is too large in `times` consecutive evaluable windows, each against its predecessor.

    Windows do not overlap. One that is not evaluable neither resets nor advances the count.
    """

    kind: Literal["run"]
    id: str
    scope: str = "total"
    times: Annotated[int, Field(ge=2, le=12)] = 2
    action: Action

    def judge(self, history: History, end: int) -> Verdict:
        """Whether the step has been too large often enough up to bucket `end`."""
        latest = self.compare(history, end)
        if latest.status == "not_evaluable":
            return latest
        width = history.width(self.window)
        fired = 0
        # A year of gaps is as far as a run may reach back.
        for back in range(self.times + 52 // width):
            verdict = self.compare(history, end - back * width)
            if verdict.status == "green":
                break
            fired += verdict.status != "not_evaluable"
            if fired == self.times:
                return Verdict(self.severity, latest.limit)
        return Verdict("green", latest.limit)

    def in_words(self, words: Words) -> str:
        """The threshold as a person reads it."""
        return f"{self.too_far(words)}, {self.times} windows in a row"
