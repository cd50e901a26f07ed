"""A contract that ends soon has its renewal: a row that is missing is found from the line that ends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...measure import Filter
from ..check import Check, Look
from ..rows import Rows

# Lines that go on: the same customer has the same product beyond the line's end.
_FOLLOWED = """
SELECT DISTINCT line.line_id FROM subscriptions AS line JOIN subscriptions AS later
  ON later.account_id = line.account_id AND later.product IS NOT DISTINCT FROM line.product
  AND later.line_id <> line.line_id AND later.starts_on <= line.ends_on
  AND (later.ends_on IS NULL OR later.ends_on > line.ends_on)
WHERE line.ends_on > :today
"""
_RENEWALS = """
SELECT DISTINCT line.line_id FROM subscriptions AS line JOIN renewals AS renewal
  ON renewal.account_id = line.account_id
  AND ABS(DATE_DIFF('day', renewal.renewal_on, line.ends_on)) <= :days
WHERE line.ends_on > :today
"""
_DEALS = """
SELECT DISTINCT line.line_id FROM subscriptions AS line JOIN opportunities AS deal
  ON deal.account_id = line.account_id AND deal.type = 'renewal'
  AND (deal.status = 'open' OR ABS(DATE_DIFF('day', deal.closed_on, line.ends_on)) <= :days)
WHERE line.ends_on > :today
"""


class RenewalExists(Check):
    """Every recurring line that ends within the next `days` goes on, or has a renewal or an open renewal deal.

    A renewal, or a renewal deal already closed, counts if it lies within `days` of the line's end.
    """

    kind: Literal["renewal_exists"]
    table: Literal["subscriptions"] = "subscriptions"
    where: tuple[Filter, ...] = (Filter.model_validate({"column": "kind", "is": "recurring"}),)
    days: Annotated[int, Field(ge=1, le=730)] = 90

    def look(self, rows: Rows) -> Look:
        """Only lines with a known end are looked at; nothing is, where neither renewals nor deals are loaded."""
        found = []
        for alias, table, query in (("renewal", "renewals", _RENEWALS), ("deal", "opportunities", _DEALS)):
            if table in rows.tables:
                rows.beside(alias, query, "line_id", today=rows.as_of, days=self.days)
                found.append(f"{alias}.line_id")
        rows.beside("followed", _FOLLOWED, "line_id", today=rows.as_of)
        lacking = rows.sql(f"COALESCE({', '.join(['followed.line_id', *found])}) IS NULL")
        wrong = rows.sql(
            "CASE WHEN :lacking THEN 'ends in ' || CAST(DATE_DIFF('day', :today, :ends_on) AS TEXT) "
            "|| ' days, no renewal opened' END",
            lacking=lacking,
            today=rows.as_of,
        )
        soon = rows.sql(
            "COALESCE(DATE_DIFF('day', :today, :ends_on) BETWEEN 1 AND :most, FALSE)",
            today=rows.as_of,
            most=self.days if found else 0,
        )
        since = rows.sql(":ends_on - :days", days=self.days)
        return Look(wrong, {"subscriptions.ends_on": lacking}, since, soon)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `table` that the check names."""
        return ("account_id", "product", "ends_on")

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return f"a contract that ends within {self.days} days goes on, or has its renewal"
