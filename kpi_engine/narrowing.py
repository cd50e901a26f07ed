"""Narrowing a question to some slices of some dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .contract import Contract
from .measure import Filter
from .reading import EMPTY_SLICE

Within = Mapping[str, str | tuple[str, ...]]
"""Dimension → the slice that counts, or the several that count together; none of the several is `(none)`."""


def rows_of(within: Within, contracts: Iterable[Contract]) -> tuple[Filter, ...]:
    """Filters that keep the rows of those slices, on the columns that the contracts' dimensions stand for."""
    found = []
    asked = tuple(contracts)
    for name, slices in within.items():
        columns = {one.source_column for each in asked for one in each.dimensions if one.name == name}
        found += [Filter.model_validate({"column": column} | _test(slices)) for column in sorted(columns) or [name]]
    return tuple(found)


def _test(slices: str | tuple[str, ...]) -> dict[str, object]:
    if isinstance(slices, tuple):
        return {"in": slices}
    return {"empty": True} if slices == EMPTY_SLICE else {"is": slices}


def slices_kept(column: str, rows: Iterable[Filter], slices: Iterable[str]) -> set[str]:
    """Those slices of a column that have rows left after such filters."""
    kept = set(slices)
    for one in rows:
        if one.column == column:
            kept &= {EMPTY_SLICE} if one.empty else set(map(str, one.in_ or (one.is_,)))
    return kept
