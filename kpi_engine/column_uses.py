"""Which columns a formula names, where in the YAML they stand, and what type each must be of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from .measure import Filter, Measure, Spec, Stock
from .metrics.cohort_conversion import CohortConversion
from .metrics.duration import Duration
from .metrics.movements import Movements
from .metrics.retention import Retention
from .tables.catalogue import BY_NAME
from .tables.resolve import column_type
from .tables.schema import ColumnType

YamlPath = tuple[str | int, ...]
# Where, and what is wrong there.
Finding = tuple[YamlPath, str]
Types = tuple[ColumnType, ...]

_DATE: Types = ("date",)
_TIME: Types = ("date", "timestamp")
_NUMERIC: Types = ("money", "number", "integer")
# For each piece of a formula: its fields that name a column, and the types these may have.
_COLUMNS: dict[type[Spec], dict[str, Types]] = {
    Measure: {"date": _DATE, "sum": _NUMERIC},
    Stock: {"start": _DATE, "end": _DATE, "sum": _NUMERIC},
    Duration: {"date": _DATE, "start": _TIME, "end": _TIME},
    CohortConversion: {"entered": _DATE, "reached": _DATE},
    Movements: {"start": _DATE, "end": _DATE, "amount": _NUMERIC},
    Retention: {"start": _DATE, "end": _DATE, "amount": _NUMERIC},
}
_ORDER_TESTS = ("above", "at_least", "below", "at_most")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of a table, named at a place in the YAML, and the types it may have there."""

    path: YamlPath
    table: str
    column: str
    types: Types


def pieces(piece: Spec, path: YamlPath = ()) -> Iterator[tuple[YamlPath, Spec]]:
    """A piece of a formula and all within it, each with its place in the YAML."""
    yield path, piece
    for name, field in type(piece).model_fields.items():
        value = getattr(piece, name)
        step = field.alias or name
        inner = enumerate(value) if isinstance(value, tuple) else ((None, value),)
        for at, one in inner:
            if isinstance(one, Spec):
                yield from pieces(one, (*path, step) if at is None else (*path, step, at))


def findings(metric: Spec, path: YamlPath) -> Iterator[Finding]:
    """Every unknown table or column of a formula, wrong type, and value that doesn't fit its column."""
    for place, piece in pieces(metric, path):
        table = getattr(piece, "table", None)
        if not isinstance(table, str):
            continue
        if table not in BY_NAME:
            yield (*place, "table"), f"there is no table {table!r}"
            continue
        for use in _uses(place, piece, table):
            yield from _use_findings(use)
        for at, condition in enumerate(getattr(piece, "where", ())):
            yield from filter_findings((*place, "where", at), table, condition)


def columns_of(metric: Spec) -> frozenset[str]:
    """The columns that a formula names, each as "table.column"."""
    found = set()
    for place, piece in pieces(metric):
        table = getattr(piece, "table", None)
        if isinstance(table, str):
            found |= {f"{table}.{use.column}" for use in _uses(place, piece, table)}
            for condition in getattr(piece, "where", ()):
                named = (condition.column, condition.equals_column, condition.at_most_column)
                found |= {f"{table}.{name}" for name in named if name}
    return frozenset(found)


def _uses(place: YamlPath, piece: Spec, table: str) -> Iterator[ColumnUse]:
    for name, types in _COLUMNS.get(type(piece), {}).items():
        column = getattr(piece, name)
        if column is not None:
            yield ColumnUse((*place, name), table, column, types)
    horizon = getattr(piece, "horizon", None)
    if isinstance(horizon, BaseModel):
        yield ColumnUse((*place, "horizon", "column"), table, getattr(horizon, "column", ""), _DATE)


def _use_findings(use: ColumnUse) -> Iterator[Finding]:
    found = column_type(use.table, use.column)
    if found is None:
        yield use.path, f"{use.table} has no column {use.column!r}"
    elif found not in use.types:
        yield use.path, f"{use.column!r} is of type {found}; it must be {' or '.join(use.types)}"


def filter_findings(place: YamlPath, table: str, condition: Filter) -> Iterator[Finding]:
    """What is wrong with a filter on a table's columns."""
    type_ = column_type(table, condition.column)
    if type_ is None:
        yield (*place, "column"), f"{table} has no column {condition.column!r}"
        return
    other = condition.equals_column or condition.at_most_column
    if other is not None:
        yield from _other_column_findings(place, table, condition, type_, other)
    elif condition.test in _ORDER_TESTS and type_ not in _NUMERIC:
        yield (*place, condition.test), f"{condition.column!r} is of type {type_}; only numbers are above or below"
    elif condition.test != "empty":
        given = (condition.is_, condition.is_not, *(condition.in_ or ()), *(condition.not_in or ()))
        for value in given:
            if value is not None and not _fits(value, type_):
                yield (*place, condition.test), f"{value!r} does not fit {condition.column!r}, which is of type {type_}"


def _other_column_findings(
    place: YamlPath, table: str, condition: Filter, type_: ColumnType, other: str
) -> Iterator[Finding]:
    other_type = column_type(table, other)
    if other_type is None:
        yield (*place, condition.test), f"{table} has no column {other!r}"
    elif other_type != type_ and not (type_ in _NUMERIC and other_type in _NUMERIC):
        yield (*place, condition.test), f"{condition.column!r} is of type {type_}, {other!r} of type {other_type}"
    elif condition.plus_days and type_ != "date":
        yield (*place, "plus_days"), f"{condition.column!r} is of type {type_}; days are added to dates only"


def _fits(value: bool | int | float | str, type_: ColumnType) -> bool:
    if type_ == "text":
        return isinstance(value, str)
    if type_ == "boolean":
        return isinstance(value, bool)
    if type_ == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    # A date or a time is compared with a column, or asked for emptiness; no value of a contract fits one.
    return type_ in _NUMERIC and isinstance(value, int | float) and not isinstance(value, bool)
