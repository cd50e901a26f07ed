"""SQL that turns the text of a cell into a typed value, or into NULL when it cannot be read for sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..mappings.model import Numbers
from ..tables.schema import SQL_TYPES, Column, ColumnType

_TRUE = ("true", "yes", "y", "t", "1")
_FALSE = ("false", "no", "n", "f", "0")
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


def name(identifier: str) -> str:
    """A quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A quoted SQL text."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """A parenthesised SQL list of texts."""
    return "(" + ", ".join(text(value) for value in values) + ")"


def small(values: Iterable[str]) -> str:
    """A list of texts in small letters, made small as cells are: Python knows other small letters than SQL."""
    return "(" + ", ".join(f"lower({text(value)})" for value in values) + ")"


def empty(column: Column) -> str:
    """An empty cell of the column."""
    return f"CAST(NULL AS {SQL_TYPES[column.type]})"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of one column are written: numbers, date formats, time zone, factor."""

    numbers: Numbers
    dates: Sequence[str]
    zone: str
    company_zone: str
    scale: Decimal | None = None


def typed(cell: str, kind: ColumnType, how: Reading) -> str:
    """The SQL value of a text expression; NULL where it does not read as that type."""
    if kind == "text":
        return cell
    if kind == "boolean":
        return (
            f"CASE WHEN lower({cell}) IN {texts(_TRUE)} THEN true WHEN lower({cell}) IN {texts(_FALSE)} THEN false END"
        )
    if kind == "date":
        return _day(cell, how)
    if kind == "timestamp":
        return _moment(cell, how)
    number = _number(cell, "rate" if kind == "rate" else "number", how)
    if kind == "integer":
        # A cast would round 3.7 to 4 without a word.
        return f"CASE WHEN {number} = trunc({number}) THEN CAST({number} AS BIGINT) END"
    return number


def _number(cell: str, kind: ColumnType, how: Reading) -> str:
    parsed = f"try_cast({_plain_number(cell, how.numbers)} AS {SQL_TYPES[kind]})"
    return parsed if how.scale is None else f"CAST({parsed} * {how.scale} AS {SQL_TYPES[kind]})"


def _plain_number(cell: str, numbers: Numbers) -> str:
    if numbers == Numbers():
        return cell
    plain = cell
    for sign in numbers.signs:
        plain = f"replace({plain}, {text(sign)}, '')"
    plain = f"replace(trim({plain}), chr(160), ' ')"
    if numbers.parentheses:
        plain = rf"regexp_replace({plain}, '^\((.*)\)$', '-\1')"
    if numbers.trailing_minus:
        plain = rf"regexp_replace({plain}, '^([^-].*)-$', '-\1')"
    plain = rf"regexp_replace({plain}, '^([-+]) +', '\1')"
    point, group = re.escape(numbers.decimal), re.escape(numbers.thousands)
    whole = rf"(\d+|\d{{1,3}}({group}\d{{3}})+)" if numbers.thousands else r"\d+"
    shape = rf"^[-+]?{whole}({point}\d+)?$"
    bare = f"replace({plain}, {text(numbers.thousands)}, '')" if numbers.thousands else plain
    return f"CASE WHEN regexp_matches({plain}, {text(shape)}) THEN replace({bare}, {text(numbers.decimal)}, '.') END"


def _day(cell: str, how: Reading) -> str:
    if how.dates:
        moment = f"try_strptime({cell}, [{', '.join(map(text, how.dates))}])"
        if how.zone != how.company_zone:
            moved = f"timezone({text(how.company_zone)}, timezone({text(how.zone)}, {moment}))"
            # A bare date is a day wherever it was written; only a moment moves between zones.
            moment = f"CASE WHEN contains({cell}, ':') THEN {moved} ELSE {moment} END"
        day = f"CAST({moment} AS DATE)"
    else:
        moved = f"CAST(timezone({text(how.company_zone)}, {_iso_moment(cell)}) AS DATE)"
        day = f"CASE WHEN length({cell}) > 10 THEN {moved} ELSE try_cast({cell} AS DATE) END"
    return _plausible(cell, day, bool(how.dates))


def _moment(cell: str, how: Reading) -> str:
    if how.dates:
        parsed = f"try_strptime({cell}, [{', '.join(map(text, how.dates))}])"
        moment = f"timezone('UTC', timezone({text(how.zone)}, {parsed}))"
    else:
        moment = f"timezone('UTC', {_iso_moment(cell)})"
        if how.zone == "UTC":
            plain = f"{cell} LIKE '____-__-__ __:__:__'"
            moment = f"CASE WHEN {plain} THEN try_cast({cell} AS TIMESTAMP) ELSE {moment} END"
    return _plausible(cell, moment, bool(how.dates))


def _iso_moment(cell: str) -> str:
    # The session's time zone is the mapping's. TIMESTAMP would drop an offset, and any text after the time.
    return f"try_cast({cell} AS TIMESTAMPTZ)"


def _plausible(cell: str, value: str, formatted: bool) -> str:
    bounds = f"{value} BETWEEN DATE '{EARLIEST}' AND DATE '{LATEST}'"
    # Words such as `epoch` are dates to the database, not to us.
    digits = "" if formatted else f" AND {cell} >= '0' AND {cell} < ':'"
    return f"CASE WHEN {bounds}{digits} THEN {value} END"
