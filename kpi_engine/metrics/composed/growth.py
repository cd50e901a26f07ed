"""Growth: a metric against itself some periods earlier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from ...measure import Spec
from ...partial import Request
from ...period import Period
from ...supply import Context, Result, Supply
from ..simple import SimpleMetric
from .parts import combined, finish_earlier


class Growth(Spec):
    """Value ÷ value `periods` whole windows earlier, − 1; growth from nothing is not evaluable."""

    kind: Literal["growth"]
    of: SimpleMetric
    periods: Annotated[int, Field(ge=1, le=60)] = 1

    def requests(self, context: Context) -> tuple[Request, ...]:
        """What the metric needs."""
        return tuple(self.of.requests(context))

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Growth of each period; n is the smaller of both sides."""
        now = self.of.finish(supply, periods)
        before = finish_earlier(self.of, supply, periods, self.periods)
        value = now.value / np.where(before.value == 0, np.nan, before.value) - 1
        return combined(value, np.minimum(now.n, before.n), (now, before))

    def formula(self) -> str:
        """The formula in words."""
        return f"growth against {self.periods} period(s) earlier of: {self.of.formula()}"
