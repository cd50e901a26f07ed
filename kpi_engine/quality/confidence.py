"""Confidence: the contract's label, lowered by what is open in the data that the KPI stands on, never raised."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ..card import Confidence, KnownIssueNote, Trust
from ..column_uses import columns_of
from ..contract import Contract
from ..tables.catalogue import BY_NAME
from .check import Outcome

_LEVELS: tuple[Confidence, ...] = ("high", "medium", "low")


def inputs(contract: Contract, tables: Collection[str]) -> frozenset[str]:
    """The columns that the KPI's numbers stand on, each as "table.column", and the contract itself.

    A formula that names no column of a table stands on the table's tier 1 columns.
    """
    named = columns_of(contract.metric)
    sliced = {f"{table}.{dimension.source_column}" for table in tables for dimension in contract.dimensions}
    silent = [table for table in tables if not any(column.startswith(f"{table}.") for column in named)]
    implied = {f"{table}.{column.name}" for table in silent for column in BY_NAME[table].columns if column.tier == 1}
    return named | sliced | implied | {f"contracts.{contract.id}"}


def trust(
    contract: Contract,
    tables: Collection[str],
    outcomes: Sequence[Outcome],
    known_issues: Sequence[KnownIssueNote],
    stale: str = "",
) -> Trust:
    """One level lower for open controls that touch the KPI's inputs, one for a stale source, one for known issues."""
    touched = inputs(contract, tables)
    controls = [said for one in outcomes if one.group == "control" for said in _opened(one, touched)]
    issues = [f"known issue {note.id.replace('_', ' ')}" for note in known_issues]
    reasons = (controls, [stale] if stale else [], issues)
    level = _LEVELS.index(contract.confidence.level) + sum(map(bool, reasons))
    lowered = level > _LEVELS.index(contract.confidence.level)
    return Trust(
        contract.id,
        contract.name,
        contract.confidence.level,
        _LEVELS[min(level, len(_LEVELS) - 1)],
        contract.confidence.note,
        tuple(reason for group in reasons for reason in group) if lowered else (),
        tuple(known_issues),
    )


def _opened(outcome: Outcome, touched: Collection[str]) -> Iterator[str]:
    if outcome.state == "open" and not set(outcome.columns).isdisjoint(touched):
        counted = f" ({outcome.violations:,} of {outcome.checked:,} {outcome.table})" if outcome.table else ""
        yield f"{outcome.name} control open{counted}"
