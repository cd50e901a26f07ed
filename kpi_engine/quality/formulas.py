"""Formula integrity: which contracts differ from what their approved version was sealed with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..contract import Contract


@dataclass(frozen=True, slots=True)
class FormulaEdit:
    """A contract that differs from what its version was sealed with, and no entry of its change log says why."""

    kpi: str
    name: str
    version: int
    owner: str


def formula_edits(contracts: Iterable[Contract], sealed: Mapping[tuple[str, int], str]) -> tuple[FormulaEdit, ...]:
    """The contracts whose formula is not the one sealed under their version; a version not sealed yet is new."""
    return tuple(
        FormulaEdit(one.id, one.name, one.version, one.steward)
        for one in contracts
        if sealed.get((one.id, one.version), one.formula_fingerprint) != one.formula_fingerprint
    )
