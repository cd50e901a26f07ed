"""A mapping: how the columns of one kind of export become the columns of canonical tables."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ..tables.catalogue import BY_NAME
from ..tables.schema import Table

ANY_OTHER = "*"
COMPANY_ZONE = "company"


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_source(value: Any) -> Any:
    return {"from": value} if isinstance(value, str | list) else value


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


@cache
def _known_zone(name: str) -> str:
    if name != COMPANY_ZONE and name not in available_timezones():
        raise ValueError(f"no such time zone: {name}; use a name such as Europe/Berlin, UTC, or company")
    return name


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Text = Annotated[str, BeforeValidator(_as_text)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Numbers(_Part):
    """How numbers are written. What is not declared here is not read: `1,234` is refused by default.

    `thousands` is the sign between groups of three digits; `parentheses` and `trailing_minus` are other
    ways to write a negative number; `signs` are stripped from either end (`$`, `EUR`).
    """

    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    parentheses: bool = False
    trailing_minus: bool = False
    signs: Names = ()

    @model_validator(mode="after")
    def _two_meanings(self) -> Self:
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands can't be the same sign")
        return self


class Lookup(_Part):
    """A cell of another export of the same folder: `column` of its row whose `key` equals our `by`.

    `file` is a file-name pattern; `values` translates our `by` first.
    """

    file: str
    by: str
    key: str
    column: str
    values: dict[str, Text] = {}

    @property
    def supply(self) -> tuple[str, str, str]:
        """What is read from the other file, whatever of ours it is matched with."""
        return self.file, self.key, self.column


class Source(_Part):
    """Where a column's cells come from: exactly one of the first five fields.

    `from`: a column of the export, or several names of which the first present is read; `first_filled`:
    the first of several columns with a filled cell; `join`: several cells put together; `constant`;
    `lookup`. Then `values` translates (ignoring case; `""` is the empty cell, `"*"` any other value, and
    `"*": "*"` keeps it; a value that is not listed is unreadable), `dates` are the formats of dates,
    `scale` multiplies numbers (0.01 for cents or per cent), and so does the column `times` (for an amount
    that is the price of one unit).
    """

    from_: Annotated[Names, Field(alias="from")] = ()
    first_filled: Names = ()
    join: Names = ()
    constant: Text | None = None
    lookup: Lookup | None = None
    separator: str = "|"
    values: dict[str, Text | None] = {}
    dates: Names = ()
    scale: Decimal | None = None
    times: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [self.from_, self.first_filled, self.join, self.lookup, self.constant is not None]
        if sum(map(bool, given)) != 1:
            raise ValueError("say exactly one of from, first_filled, join, constant, lookup")
        return self


SourceField = Annotated[Source, BeforeValidator(_as_source)]


class Filter(_Part):
    """Rows to keep: `column` is `one_of` the values, `none_of` them (ignoring case), or `differs_from` another."""

    column: str
    one_of: Names = ()
    none_of: Names = ()
    differs_from: str = ""

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if sum(map(bool, (self.one_of, self.none_of, self.differs_from))) != 1:
            raise ValueError("say exactly one of one_of, none_of, differs_from")
        return self


class TableMapping(_Part):
    """What one export gives to one table.

    `load`: `full` replaces the table, `upsert` replaces rows by key. `absent` names tier 1 columns that
    this export may lack: known, and said at each import. `end_dates`: whether the last day belongs
    to the span (`inclusive`) or is the first day after it. `currency` is the column with the currency of
    the row's amounts. `each` makes one row of every column that fits the pattern, such as
    `Date entered "{stage} ({pipeline})"`; its parts and the `{cell}` are then sources by these names.
    """

    table: str
    load: Literal["full", "upsert"] = "full"
    columns: dict[str, SourceField]
    absent: Names = ()
    filters: tuple[Filter, ...] = ()
    end_dates: Literal["inclusive", "exclusive"] = "exclusive"
    currency: SourceField | None = None
    each: str | None = None

    @property
    def canonical(self) -> Table:
        """The table that is fed."""
        return BY_NAME[self.table]

    @model_validator(mode="after")
    def _fits_the_table(self) -> Self:
        if self.table not in BY_NAME:
            raise ValueError(f"there is no table {self.table!r}; see docs/tables.md")
        for name in (*self.columns, *self.absent):
            column = self.canonical.column(name)
            if column is None or column.derived:
                raise ValueError(f"table {self.table} has no column {name!r} to fill; see docs/tables.md")
        for column in self.canonical.columns:
            if column.tier == 1 and not column.derived and column.name not in (*self.columns, *self.absent):
                raise ValueError(f"says nothing of the tier 1 column {column.name!r}: map it or list it under absent")
            if column.required and column.name in self.absent:
                raise ValueError(f"{column.name!r} identifies a row and can't be absent")
        return self


class Mapping(_Part):
    """One kind of export: how to recognise its files, how its cells are written, which tables it feeds.

    A file fits when its name matches one of `files` (`*` and `?`, ignoring case) and its header holds
    every column of `header`. `dates` are strptime formats; without them only ISO dates are read (and
    day/month order is inferred only where a column leaves no doubt). Times without an offset are in
    `time_zone`. `missing` are words that stand for an empty cell; none by default.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    files: Annotated[Names, Field(min_length=1)]
    header: Annotated[Names, Field(min_length=1)]
    delimiter: Literal["auto", ",", ";", "\t", "|"] = "auto"
    dates: Names = ()
    time_zone: Annotated[str, AfterValidator(_known_zone)] = COMPANY_ZONE
    numbers: Numbers = Numbers()
    missing: Names = ()
    tables: Annotated[tuple[TableMapping, ...], Field(min_length=1)]
