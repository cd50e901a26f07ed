"""Filters and measures: which rows count, by which day, and what is added up. Data, never expressions."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Scalar = bool | int | float | str


class Spec(BaseModel):
    """A frozen piece of a contract: unknown fields are refused, so a typo can't pass silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Filter(Spec):
    """One condition on a row: a column and exactly one test.

    An empty cell is never equal to, above or below anything; it passes `is_not` and `not_in`. A column
    may be one of the table's own, one it looks up, or `account.<column>`.
    """

    column: str
    is_: Scalar | None = Field(default=None, alias="is")
    is_not: Scalar | None = None
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in")
    not_in: tuple[Scalar, ...] | None = None
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None
    empty: bool | None = None
    equals_column: str | None = None
    at_most_column: str | None = None
    plus_days: int = 0

    @model_validator(mode="after")
    def _exactly_one_test(self) -> Self:
        given = self.model_fields_set - {"column", "plus_days"}
        if len(given) != 1:
            raise ValueError("a filter needs a column and exactly one test (is, in, above, empty, …)")
        return self

    @property
    def test(self) -> str:
        """Name of the one test given, without the underscore that keeps it from being a keyword."""
        (name,) = self.model_fields_set - {"column", "plus_days"}
        return name.rstrip("_")

    def in_words(self) -> str:
        """The condition as a person reads it."""
        test = self.test
        if test == "empty":
            return f"{self.column} is {'empty' if self.empty else 'filled'}"
        if test in ("equals_column", "at_most_column"):
            other = self.equals_column or self.at_most_column
            sign = "=" if test == "equals_column" else "≤"
            days = f" + {self.plus_days} days" if self.plus_days else ""
            return f"{self.column} {sign} {other}{days}"
        value = getattr(self, test if test not in ("is", "in") else f"{test}_")
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        signs = {"is": "=", "is_not": "≠", "in": "in", "not_in": "not in", "above": ">", "at_least": "≥",
                 "below": "<", "at_most": "≤"}  # fmt: skip
        return f"{self.column} {signs[test]} {shown}"


class Measure(Spec):
    """Rows of a table, put into periods by `date`, kept by `where`; counted, or `sum` of a column added up."""

    table: str
    date: str
    where: tuple[Filter, ...] = ()
    sum: str | None = None

    def in_words(self) -> str:
        """The measure as a person reads it."""
        what = f"sum of {self.sum} over {self.table}" if self.sum else f"number of {self.table}"
        kept = " and ".join(condition.in_words() for condition in self.where)
        return f"{what} by {self.date}" + (f" where {kept}" if kept else "")


class Stock(Spec):
    """Rows that hold at a point in time: from `start` (inclusive) until `end` (exclusive, empty: still).

    `horizon` keeps only rows whose `horizon.column` lies ahead of the period's end: within the next
    `days`, or in the fiscal quarter `quarters_ahead` of the one that holds the period's end.
    """

    class Horizon(Spec):
        """What lies ahead: within `days` after the period's end, or in a later fiscal quarter."""

        column: str
        days: int | None = Field(default=None, ge=1, le=730)
        quarters_ahead: int | None = Field(default=None, ge=0, le=8)

        @model_validator(mode="after")
        def _one_reach(self) -> Self:
            if (self.days is None) == (self.quarters_ahead is None):
                raise ValueError("a horizon needs either days or quarters_ahead")
            return self

    table: str
    start: str
    end: str
    where: tuple[Filter, ...] = ()
    sum: str | None = None
    horizon: Horizon | None = None

    def in_words(self) -> str:
        """The stock as a person reads it."""
        what = f"sum of {self.sum} over {self.table}" if self.sum else f"number of {self.table}"
        kept = "".join(f" and {condition.in_words()}" for condition in self.where)
        ahead = ""
        if self.horizon:
            reach = (
                f"within the next {self.horizon.days} days"
                if self.horizon.days
                else f"in the fiscal quarter {self.horizon.quarters_ahead} ahead"
            )
            ahead = f", {self.horizon.column} {reach}"
        return f"{what} with {self.start} on or before the period's end and {self.end} after it or empty{kept}{ahead}"


Statistic = Literal["median", "mean", "p75", "p90"]
QUANTILES: dict[str, float] = {"median": 0.5, "p75": 0.75, "p90": 0.9}
