"""Growth: a metric against itself some periods earlier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from sqlglot import exp

from ...measure import Spec
from ...named import Named
from ...partial import Request
from ...period import Period, earlier
from ...supply import Context, Result, Supply
from ...workings import Workings, answer, share
from ..simple import SimpleMetric
from .parts import combined, finish_earlier, follow_up_of, named_earlier, named_of


class Growth(Spec):
    """Value ÷ value `periods` whole windows earlier, − 1; growth from nothing is not evaluable.

    n is the smaller of both.
    """

    kind: Literal["growth"]
    of: SimpleMetric
    periods: Annotated[int, Field(ge=1, le=60)] = 1

    @property
    def follow_up_days(self) -> int:
        """How long after a period's end it stays immature."""
        return follow_up_of((self.of,))

    def requests(self, context: Context) -> tuple[Request, ...]:
        """What the metric needs."""
        return tuple(self.of.requests(context))

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Growth of each period; n is the smaller of both sides."""
        now = self.of.finish(supply, periods)
        before = finish_earlier(self.of, supply, periods, self.periods)
        # Subtracted before dividing: 1.1 − 1 is not 0.1 in doubles, and a value on an edge must stay on it.
        value = (now.value - before.value) / np.where(before.value == 0, np.nan, before.value)
        return combined(value, np.minimum(now.n, before.n), (now, before))

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        now = named_of({"now": self.of}, context)
        return now | named_earlier(named_of({"before": self.of}, context), self.periods)

    def recompute(self, sql: Workings) -> exp.Select:
        """This period ÷ the earlier one, − 1."""
        now = sql.reading("this_period", self.of)
        before = sql.reading("earlier_period", self.of, earlier(sql.context.calendar, sql.period, self.periods))
        value = f"{share(f'{now}.value', f'{before}.value')} - 1"
        return answer(value, f"LEAST({now}.n, {before}.n)", now, before)

    def formula(self) -> str:
        """The formula in words."""
        return f"growth against {self.periods} period(s) earlier of: {self.of.formula()}"
