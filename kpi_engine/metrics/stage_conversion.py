"""Stage conversion: of the deals that entered a stage in a period, the share that went on to a later one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ..company import Company
from ..measure import Filter, Spec
from ..named import Named
from ..partial import Partial, StageCohort
from ..period import Period
from ..supply import Context, Result, Supply


class StageConversion(Spec):
    """Deals that reached `to_stage` or beyond ÷ deals that entered `from_stage` or beyond, each deal once.

    Skipped stages count as passed and a re-entry counts once. `basis: cohort` follows the deals that
    entered in the period for `within_days`; `basis: same_period` divides the arrivals of the period by
    its entries, and so mixes cohorts.
    """

    kind: Literal["stage_conversion"]
    from_stage: str
    to_stage: str
    within_days: int = 90
    basis: Literal["cohort", "same_period"] = "cohort"

    @property
    def follow_up_days(self) -> int:
        """How long after a period's end its cohort stays immature."""
        return self.within_days if self.basis == "cohort" else 0

    def _cohort(self, company: Company) -> StageCohort:
        order = (*company.stages, company.won_stage)
        unknown = [stage for stage in (self.from_stage, self.to_stage) if stage not in order]
        if unknown:
            return StageCohort((), ())
        return StageCohort(order[order.index(self.from_stage) :], order[order.index(self.to_stage) :])

    def requests(self, context: Context) -> tuple[Partial, ...]:
        """The deals that went on, and all that entered."""
        source = self._cohort(context.company)
        entered = Partial(source, ("entered_on",))
        if self.basis == "same_period":
            return Partial(source, ("reached_on",)), entered
        in_time = Filter(column="reached_on", at_most_column="entered_on", plus_days=self.within_days)
        return Partial(source, ("entered_on",), (in_time,)), entered

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """Went on ÷ entered of each period; an empty cohort is not evaluable."""
        went_on, entered = self.requests(supply.context)
        n = supply.count(entered, periods)
        return Result.of(supply.flow(went_on, periods) / np.where(n == 0, np.nan, n), n)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        went_on, entered = self.requests(context)
        return {"went on": went_on, "entered": entered}

    def formula(self) -> str:
        """The formula in words."""
        how = f"within {self.within_days} days" if self.basis == "cohort" else "in the same period"
        return f"deals that reached {self.to_stage} or beyond {how} ÷ deals that entered {self.from_stage} or beyond"
