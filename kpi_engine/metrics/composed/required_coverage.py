"""Required coverage: how much pipeline a win rate needs for each unit of target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlglot import exp

from ...measure import Spec
from ...named import Named
from ...partial import Request
from ...period import Period
from ...supply import Context, Result, Supply
from ...workings import Workings, answer, share
from ..simple import SimpleMetric
from .parts import combined, follow_up_of


class RequiredCoverage(Spec):
    """1 ÷ win rate; n is the win rate's."""

    kind: Literal["required_coverage"]
    win_rate: SimpleMetric

    @property
    def follow_up_days(self) -> int:
        """How long after a period's end it stays immature."""
        return follow_up_of((self.win_rate,))

    def requests(self, context: Context) -> tuple[Request, ...]:
        """What the win rate needs."""
        return tuple(self.win_rate.requests(context))

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """1 ÷ win rate of each period; a win rate of nothing is not evaluable."""
        rate = self.win_rate.finish(supply, periods)
        return combined(1 / np.where(rate.value == 0, np.nan, rate.value), rate.n, (rate,))

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return self.win_rate.named(context)

    def recompute(self, sql: Workings) -> exp.Select:
        """1 ÷ win rate."""
        rate = sql.reading("win_rate", self.win_rate)
        return answer(share("1", f"{rate}.value"), f"{rate}.n", rate)

    def formula(self) -> str:
        """The formula in words."""
        return f"1 ÷ ({self.win_rate.formula()})"
