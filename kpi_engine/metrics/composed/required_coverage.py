"""Required coverage: how much pipeline a win rate needs for each unit of target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ...measure import Spec
from ...partial import Request
from ...period import Period
from ...supply import Context, Result, Supply
from ..simple import SimpleMetric
from .parts import combined


class RequiredCoverage(Spec):
    """1 ÷ win rate; n is the win rate's."""

    kind: Literal["required_coverage"]
    win_rate: SimpleMetric

    def requests(self, context: Context) -> tuple[Request, ...]:
        """What the win rate needs."""
        return tuple(self.win_rate.requests(context))

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """1 ÷ win rate of each period; a win rate of nothing is not evaluable."""
        rate = self.win_rate.finish(supply, periods)
        return combined(1 / np.where(rate.value == 0, np.nan, rate.value), rate.n, (rate,))

    def formula(self) -> str:
        """The formula in words."""
        return f"1 ÷ ({self.win_rate.formula()})"
