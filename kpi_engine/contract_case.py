"""A contract's own test: rows of canonical tables, and the readings that must come of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from .measure import Spec
from .period import WindowName
from .tables.catalogue import BY_NAME

Rows = tuple[dict[str, Any], ...]


class Expected(Spec):
    """One reading that a contract's own test expects; a value of null means not evaluable for `reason`."""

    period_end: date
    window: WindowName
    dimension: str = "total"
    slice: str = "(all)"
    variant: str | None = None
    value: float | None = None
    n: int | None = None
    reason: str = ""
    status: Literal["red", "yellow", "green"] | None = None
    tolerance: Annotated[float, Field(ge=0)] = 0


class ContractTest(Spec):
    """Rows of canonical tables, and the readings that must come of them.

    A row with `times: 12` stands twelve times. The first column of a table's key is numbered where a row
    leaves it out.
    """

    name: Annotated[str, Field(min_length=1)]
    as_of: date
    rows: dict[str, Rows]
    expect: Annotated[tuple[Expected, ...], Field(min_length=1)]

    @field_validator("rows")
    @classmethod
    def _written_out(cls, rows: dict[str, Rows]) -> dict[str, Rows]:
        return {table: _written_out(table, given) for table, given in rows.items()}


def _written_out(table: str, given: Rows) -> Rows:
    rows: list[dict[str, Any]] = []
    for row in given:
        times = row.get("times", 1)
        if not isinstance(times, int) or not 1 <= times <= 1000:
            raise ValueError("times must be a whole number from 1 to 1000")
        rows += [{name: value for name, value in row.items() if name != "times"} for _ in range(times)]
    if table not in BY_NAME:
        return tuple(rows)
    derived = {column.name for column in BY_NAME[table].columns if column.derived}
    for name in (name for row in rows for name in row if name in derived):
        raise ValueError(f"{table}.{name} is made on import: leave it out")
    key = BY_NAME[table].key[0]
    return tuple({key: f"{table} {number}", **row} for number, row in enumerate(rows, start=1))
