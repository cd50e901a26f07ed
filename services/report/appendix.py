"""The appendix: what each KPI of the report means, and what has changed in the contracts."""

from __future__ import annotations

from collections.abc import Iterable

from kpi_engine.contract import Contract

from .content import Definition, Edit

_MOST_CHANGES = 40


def definitions(contracts: Iterable[Contract]) -> tuple[Definition, ...]:
    """The contracts in the order given."""
    return tuple(
        Definition(
            one.name,
            one.definition,
            one.variants[one.variant].label,
            " + ".join(one.owners),
            f"{one.source.system}: {one.source.grain}",
            f"{one.confidence.level.capitalize()}: {one.confidence.note}",
        )
        for one in contracts
    )


def changes(contracts: Iterable[Contract]) -> tuple[Edit, ...]:
    """Every change after a contract's first version, newest first."""
    found = [
        Edit(entry.effective, one.name, entry.version, entry.change, entry.approver)
        for one in contracts
        for entry in one.change_log
        if entry.version > 1
    ]
    return tuple(sorted(found, key=lambda edit: (edit.effective, edit.name), reverse=True)[:_MOST_CHANGES])
