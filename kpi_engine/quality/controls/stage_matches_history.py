"""Consistency: the stage on the deal is the latest stage in its history."""

from __future__ import annotations

from typing import Literal

from ...measure import Filter
from ..check import Check, Look
from ..rows import Rows


class StageMatchesHistory(Check):
    """Every deal that passes `where` and has a history stands in the stage it entered last."""

    kind: Literal["stage_matches_history"]
    table: Literal["opportunities"] = "opportunities"
    where: tuple[Filter, ...] = ()

    needs: tuple[str, ...] = ("stage_history",)

    def look(self, rows: Rows) -> Look:
        """A deal without a history contradicts nothing; the freshness control names it."""
        rows.beside(
            "history",
            "SELECT opportunity_id, ARG_MAX(stage, entered_at) AS stage, MAX(entered_on) AS entered_on "
            "FROM stage_history WHERE opportunity_id IN (SELECT opportunity_id FROM asked) GROUP BY opportunity_id",
            "opportunity_id",
        )
        differs = rows.sql("COALESCE(history.stage <> :stage, FALSE)")
        wrong = rows.sql("CASE WHEN :differs THEN :stage || ' on the deal, ' || history.stage || ' in its history' END",
                         differs=differs)  # fmt: skip
        touched = {"opportunities.stage": differs, "stage_history.stage": differs}
        return Look(wrong, touched, rows.sql("history.entered_on"))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `table` that the check names."""
        return ("stage",)

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return "the stage on a deal equals the latest stage of its history"
