"""A commit is a promise for this quarter: it needs a close date within it, and a next step."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from sqlglot import exp

from ...contract import Text
from ...measure import Filter
from ...period import Calendar
from ..check import Check, Look
from ..rows import Rows, empty, listed


class CommitReady(Check):
    """An open deal in the forecast `category` closes within the fiscal quarter and has a next step.

    In the last `grace_days` of a quarter, commits may already be for the next one.
    """

    kind: Literal["commit_ready"]
    table: Literal["opportunities"] = "opportunities"
    where: tuple[Filter, ...] = (Filter.model_validate({"column": "status", "is": "open"}),)
    category: Text = "commit"
    grace_days: Annotated[int, Field(ge=0, le=31)] = 0

    def look(self, rows: Rows) -> Look:
        """Only deals in the category are looked at."""
        first, last = self._quarter(rows)
        outside = rows.sql("COALESCE(NOT :close_on BETWEEN :first AND :last, TRUE)", first=first, last=last)
        wrong = listed(
            rows,
            [
                (empty(rows, "close_on"), "no close date"),
                (exp.and_(outside.copy(), rows.sql(":close_on IS NOT NULL")), "closes outside the quarter"),
                (empty(rows, "next_step"), "no next step"),
            ],
        )
        promised = rows.columns.condition(Filter.model_validate({"column": "forecast_category", "is": self.category}))
        return Look(wrong, {"opportunities.close_on": outside}, applies=promised)

    def _quarter(self, rows: Rows) -> tuple[date, date]:
        calendar = Calendar.of(rows.company)
        number = calendar.quarter(rows.as_of)
        first, last = calendar.quarter_span(number)
        if (last - rows.as_of).days < self.grace_days:
            last = calendar.quarter_span(number + 1)[1]
        return first, last

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `table` that the check names."""
        return ("forecast_category", "close_on", "next_step")

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return f"a deal in {self.category} has a close date within the quarter and a next step"
