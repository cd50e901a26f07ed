"""Every lost deal needs a reason code, even an imperfect one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...contract import Identifier
from ...measure import Filter
from ..check import Check, Look
from ..rows import Rows, empty, in_words


class LossReason(Check):
    """Every deal lost within the last `days` has its `reason` filled."""

    kind: Literal["loss_reason"]
    table: Literal["opportunities"] = "opportunities"
    where: tuple[Filter, ...] = (Filter.model_validate({"column": "status", "is": "lost"}),)
    days: Annotated[int, Field(ge=1, le=1100)] = 92
    reason: Identifier = "loss_reason"

    def look(self, rows: Rows) -> Look:
        """Old losses are left alone: nobody remembers why."""
        silent = empty(rows, self.reason)
        wrong = rows.sql("CASE WHEN :silent THEN :said END", silent=silent, said=f"lost without a {self._words}")
        recent = rows.sql("COALESCE(DATE_DIFF('day', :closed_on, :today) < :days, FALSE)", today=rows.as_of,
                          days=self.days)  # fmt: skip
        return Look(wrong, {f"opportunities.{self.reason}": silent}, rows.column("closed_on"), recent)

    @property
    def _words(self) -> str:
        return in_words(self.reason)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `table` that the check names."""
        return (self.reason,)

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return f"a deal lost in the last {self.days} days has a {self._words}"
