"""Exports that already use our names need no YAML: their mappings are made from the catalogue."""

from __future__ import annotations

from ..tables.catalogue import TABLES
from ..tables.schema import Table
from .model import Mapping, Source, TableMapping

# A stage change may come with its moment or only with its day.
_ALTERNATIVES = {("stage_history", "entered_at"): "entered_on", ("stage_history", "entered_on"): "entered_at"}


def canonical_mappings() -> tuple[Mapping, ...]:
    """One mapping a table: `<table>*.csv` with our column names, ISO dates, times in UTC."""
    return tuple(_mapping_of(table) for table in TABLES)


def _mapping_of(table: Table) -> Mapping:
    columns: dict[str, Source] = {}
    for column in table.columns:
        other = _ALTERNATIVES.get((table.name, column.name))
        names = (column.name, other) if other else (column.name,)
        if not column.derived:
            columns[column.name] = Source(from_=names)
    # The currency of a rate is a key, that of a deal tells how to read its amounts.
    currency = Source(from_=("currency",)) if "currency" in columns and "rate" not in columns else None
    return Mapping(
        name=table.name,
        title=f"{table.name} in our own names",
        files=(f"{table.name}*.csv",),
        header=tuple(name for name in table.key if (table.name, name) not in _ALTERNATIVES),
        time_zone="UTC",
        tables=(TableMapping(table=table.name, columns=columns, currency=currency),),
    )
