"""Stage conversion: of the deals that entered a stage in a period, the share that went on to a later one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from sqlglot import exp

from ..company import Company
from ..measure import Filter, Spec
from ..named import Named
from ..partial import Partial, StageCohort
from ..period import Period
from ..supply import Context, Result, Supply
from ..workings import DIALECT, Workings, answer, choose, no_answer, share, values


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

    def recompute(self, sql: Workings) -> exp.Select:
        """Deals that went on ÷ deals that entered, each dated by its first entry."""
        order = (*sql.context.company.stages, sql.context.company.won_stage)
        if self.from_stage not in order or self.to_stage not in order:
            return no_answer()

        def first_entry(stage: str) -> str:
            return f"MIN(entered_on) FILTER (WHERE stage IN ({values(order[order.index(stage) :])}))"

        history = sql.rows("stage_history").where(f"entered_on <= '{sql.context.as_of}'", dialect=DIALECT)
        dated = choose(
            history,
            "opportunity_id",
            f"{first_entry(self.from_stage)} AS entered_on",
            f"{first_entry(self.to_stage)} AS reached_on",
        )
        deals = sql.part("deals", dated.group_by("opportunity_id"))
        entered, went_on = sql.falls("entered_on"), sql.falls("reached_on")
        if self.basis == "cohort":
            went_on = f"{entered} AND reached_on <= entered_on + {self.within_days}"
        counts = exp.select(
            f"COUNT(*) FILTER (WHERE {went_on}) AS went_on", f"COUNT(*) FILTER (WHERE {entered}) AS n", dialect=DIALECT
        )
        return answer(share("went_on", "n"), "n", sql.part("cohort", counts.from_(deals)))

    def formula(self) -> str:
        """The formula in words."""
        how = f"within {self.within_days} days" if self.basis == "cohort" else "in the same period"
        return f"deals that reached {self.to_stage} or beyond {how} ÷ deals that entered {self.from_stage} or beyond"
