"""Count: how many rows fall into the period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlglot import exp

from ..measure import Measure, Spec
from ..named import Named
from ..partial import Partial, partial_of
from ..period import Period
from ..supply import Context, Result, Supply
from ..workings import Workings, choose


class Count(Spec):
    """Number of rows of the measure. Its n is itself."""

    kind: Literal["count"]
    of: Measure

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """One count."""
        return (partial_of(self.of),)

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """The count of each period; none is a true zero."""
        counted = supply.flow(partial_of(self.of), periods)
        return Result.of(counted, np.rint(counted).astype(np.int64))

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return {"counted": partial_of(self.of)}

    def recompute(self, sql: Workings) -> exp.Select:
        """The rows of the period."""
        return choose(sql.flow(self.of), "COUNT(*) AS value", "COUNT(*) AS n")

    def formula(self) -> str:
        """The formula in words."""
        return self.of.in_words()
