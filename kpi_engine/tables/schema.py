"""What a canonical table is: named, typed columns with a meaning and a tier, declared as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "date", "timestamp", "money", "number", "rate", "integer", "boolean"]
Tier = Literal[1, 2, 3]

SQL_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    # Decimals, not doubles: a sum of doubles depends on the order in which threads add them, and
    # equal inputs must give equal bytes.
    "money": "DECIMAL(18, 4)",
    "number": "DECIMAL(18, 4)",
    # A won is worth less than a thousandth of a dollar: with four decimals its amounts would be wrong by percents.
    "rate": "DECIMAL(20, 12)",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One typed column.

    `tier` 1: a file without the column is refused, an empty cell is flagged and the row is left out of
    the KPIs that need it; 2: warned about; 3: never in the way. `event` marks dates at which something
    has happened: they tell how far a table reaches and can't lie in the future. `required` columns of
    tier 1 or 2 must hold a value in every row (identifiers). `derived` columns are computed on import.
    """

    name: str
    type: ColumnType
    tier: Tier
    meaning: str
    event: bool = False
    required: bool = False
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """A column that another table supplies: the row of `table` with our `key`, or one value of its rows.

    With `aggregate` the value is MIN or MAX of `column` over the other table's rows that have the key
    (and `where_column` = `where_value`, if given); without it the other table's key is unique.
    """

    name: str
    table: str
    key: str
    column: str
    type: ColumnType
    meaning: str
    aggregate: Literal["min", "max"] | None = None
    where_column: str | None = None
    where_value: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A canonical table: its key identifies a row, `lookups` are columns that other tables supply."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    lookups: tuple[Lookup, ...] = ()

    @property
    def event_columns(self) -> tuple[str, ...]:
        """The dates that tell when something happened in this table."""
        return tuple(column.name for column in self.columns if column.event)

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def lookup(self, name: str) -> Lookup | None:
        """The looked-up column of that name, or None."""
        return next((lookup for lookup in self.lookups if lookup.name == name), None)
