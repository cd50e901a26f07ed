"""A large change of a deal's amount needs a note that says why."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...contract import Identifier
from ...measure import Filter
from ..check import Check, Look
from ..rows import Rows, in_words

# The largest step between two amounts that follow each other in a deal's history, of late.
_STEPS = """
SELECT opportunity_id, MAX(step) AS step, ARG_MAX(entered_on, step) AS entered_on FROM (
  SELECT opportunity_id, entered_on,
    ABS(amount - LAG(amount) OVER (PARTITION BY opportunity_id ORDER BY entered_at)) AS step
  FROM stage_history WHERE amount IS NOT NULL
    AND opportunity_id IN (SELECT opportunity_id FROM asked)
) AS steps WHERE entered_on > :from_day GROUP BY opportunity_id
"""
_LATEST = """
SELECT opportunity_id, ARG_MAX(amount, entered_at) AS amount FROM stage_history
WHERE amount IS NOT NULL AND opportunity_id IN (SELECT opportunity_id FROM asked) GROUP BY opportunity_id
"""
_BEFORE = """
SELECT opportunity_id, MAX(amount) AS amount FROM earlier_opportunities
WHERE opportunity_id IN (SELECT opportunity_id FROM asked) GROUP BY opportunity_id
"""


class AmountNote(Check):
    """A deal whose amount changed by more than `above` within the last `days` has its `note_column` filled.

    Changes are seen in the stage history, since its latest entry, and since the load before.
    """

    kind: Literal["amount_note"]
    table: Literal["opportunities"] = "opportunities"
    where: tuple[Filter, ...] = ()
    above: Annotated[float, Field(gt=0)]
    days: Annotated[int, Field(ge=1, le=366)] = 31
    note_column: Identifier = "amount_note"

    def look(self, rows: Rows) -> Look:
        """The largest change that is known of."""
        known = []
        if "stage_history" in rows.tables:
            rows.beside("steps", _STEPS, "opportunity_id", from_day=_days_before(rows, self.days))
            rows.beside("latest", _LATEST, "opportunity_id")
            known += ["steps.step", "ABS(:amount - latest.amount)"]
        if "opportunities" in rows.earlier:
            rows.beside("before", _BEFORE, "opportunity_id")
            known.append("ABS(:amount - before.amount)")
        largest = rows.sql(f"GREATEST({', '.join(known or ['0'])}, 0)")
        unexplained = rows.sql("COALESCE(:largest > :above AND :note IS NULL, FALSE)", largest=largest,
                               above=self.above, note=rows.column(self.note_column))  # fmt: skip
        wrong = rows.sql(
            "CASE WHEN :unexplained THEN 'amount changed by ' || CAST(CAST(:largest AS BIGINT) AS TEXT) "
            "|| ' without a note' END",
            unexplained=unexplained,
            largest=largest,
        )
        since = rows.sql("steps.entered_on") if "stage_history" in rows.tables else rows.sql("NULL")
        return Look(wrong, {"opportunities.amount": unexplained}, since)

    @property
    def asks_for(self) -> tuple[str, ...]:
        """Columns without which every record would be wrong, or none: then the check is not evaluable."""
        return (self.note_column,)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `table` that the check names."""
        return ("amount", self.note_column)

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return f"a change of the amount by more than {self.above:,.0f} has its {in_words(self.note_column)}"


def _days_before(rows: Rows, days: int) -> str:
    return rows.as_of.fromordinal(rows.as_of.toordinal() - days).isoformat()
