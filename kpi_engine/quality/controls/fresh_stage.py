"""Freshness: an active deal's latest stage update must not be older than some days."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...measure import Filter
from ..check import Check, Look
from ..rows import Rows


class FreshStage(Check):
    """Every deal that passes `where` entered its latest stage at most `days` before the load's data date."""

    kind: Literal["fresh_stage"]
    table: Literal["opportunities"] = "opportunities"
    where: tuple[Filter, ...] = ()
    days: Annotated[int, Field(ge=1)]

    needs: tuple[str, ...] = ("stage_history",)

    def look(self, rows: Rows) -> Look:
        """A deal that never appears in the history has no known update, which is not fresh."""
        rows.beside(
            "history",
            "SELECT opportunity_id, MAX(entered_on) AS latest FROM stage_history "
            "WHERE opportunity_id IN (SELECT opportunity_id FROM asked) GROUP BY opportunity_id",
            "opportunity_id",
        )
        wrong = rows.sql(
            "CASE WHEN history.latest IS NULL THEN 'no stage update known' "
            "WHEN DATE_DIFF('day', history.latest, :as_of) > :days "
            "THEN CAST(DATE_DIFF('day', history.latest, :as_of) AS TEXT) || ' days without a stage update' END",
            as_of=rows.as_of,
            days=self.days,
        )
        stale = rows.sql("COALESCE(DATE_DIFF('day', history.latest, :as_of) > :days, TRUE)", as_of=rows.as_of,
                         days=self.days)  # fmt: skip
        since = rows.sql("history.latest + :days + 1", days=self.days)
        return Look(wrong, {"opportunities.stage": stale, "stage_history.stage": stale}, since)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `table` that the check names."""
        return ("stage",)

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return f"no active deal's latest stage update is older than {self.days} days"
