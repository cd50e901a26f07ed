"""Quick ratio: recurring revenue gained ÷ lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlglot import exp

from ...measure import Spec
from ...named import Named
from ...partial import Request
from ...period import Period
from ...reading import Reason
from ...supply import Context, Result, Supply
from ...workings import Workings, answer, share
from ..movements import Movements
from .parts import combined, named_of, requests_of


class QuickRatio(Spec):
    """`gained` (new and expansion) ÷ `lost` (contraction and churn); nothing lost is not evaluable. n: movements."""

    kind: Literal["quick_ratio"]
    gained: Movements
    lost: Movements

    def requests(self, context: Context) -> tuple[Request, ...]:
        """What both movements need."""
        return requests_of((self.gained, self.lost), context)

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Gained ÷ lost of each period."""
        gained, lost = self.gained.finish(supply, periods), self.lost.finish(supply, periods)
        value = gained.value / np.where(lost.value == 0, np.nan, lost.value)
        return combined(value, gained.n + lost.n, (gained, lost)).refused(lost.value == 0, Reason.NO_LOSSES)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return named_of({"gained": self.gained, "lost": self.lost}, context)

    def recompute(self, sql: Workings) -> exp.Select:
        """Gained ÷ lost; no value where nothing was lost."""
        gained, lost = sql.reading("gained", self.gained), sql.reading("lost", self.lost)
        return answer(share(f"{gained}.value", f"{lost}.value"), f"{gained}.n + {lost}.n", gained, lost)

    def formula(self) -> str:
        """The formula in words."""
        return f"({self.gained.formula()}) ÷ ({self.lost.formula()})"
