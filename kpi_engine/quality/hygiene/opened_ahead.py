"""What is due must have been opened so many days before: a renewal found late is a renewal lost."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...contract import Identifier
from ...measure import Filter
from ..check import Check, Look
from ..rows import Rows, in_words


class OpenedAhead(Check):
    """Every row due within the next `days` was opened at least `days` before its `due` date.

    What is already past is no longer mended, and not listed.
    """

    kind: Literal["opened_ahead"]
    table: Identifier = "renewals"
    where: tuple[Filter, ...] = ()
    due: Identifier = "renewal_on"
    opened: Identifier = "opened_on"
    days: Annotated[int, Field(ge=1, le=730)] = 90

    def look(self, rows: Rows) -> Look:
        """Not opened at all, or opened too late."""
        due, opened = rows.column(self.due), rows.column(self.opened)
        soon = rows.sql(
            "COALESCE(DATE_DIFF('day', :today, :due) BETWEEN 0 AND :days, FALSE)",
            today=rows.as_of,
            due=due,
            days=self.days,
        )
        wrong = rows.sql(
            "CASE WHEN :opened IS NULL THEN 'not opened, due in ' || CAST(DATE_DIFF('day', :today, :due) AS TEXT) "
            "|| ' days' WHEN DATE_DIFF('day', :opened, :due) < :days THEN 'opened only ' "
            "|| CAST(DATE_DIFF('day', :opened, :due) AS TEXT) || ' days ahead' END",
            today=rows.as_of,
            due=due,
            opened=opened,
            days=self.days,
        )
        late = rows.sql(":wrong IS NOT NULL", wrong=wrong)
        touched = {f"{self.table}.{self.opened}": late}
        return Look(wrong, touched, rows.sql(":due - :days", due=due, days=self.days), soon)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `table` that the check names."""
        return (self.due, self.opened)

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return f"opened at least {self.days} days before the {in_words(self.due)}"
