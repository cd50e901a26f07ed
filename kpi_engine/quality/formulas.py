"""Formula integrity: what of a contract its approved version is sealed with, and which contracts differ from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from ..contract import Contract

# What a number and its colour stand on. Words, owners and notes may be mended at any time.
_SEALED = {
    "variant", "variants", "source", "unit", "direction", "refresh", "windows", "dimensions", "min_n", "rules",
    "target", "cost", "recover_after",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormulaEdit:
    """A contract that differs from what its version was sealed with, and no entry of its change log says why."""

    kpi: str
    name: str
    version: int
    owner: str


def formula_fingerprint(contract: Contract) -> str:
    """Names the part of a contract that an approval covers by its content."""
    content = contract.model_dump(mode="json", by_alias=True, exclude_unset=True, include=_SEALED)
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def formula_edits(contracts: Iterable[Contract], sealed: Mapping[tuple[str, int], str]) -> tuple[FormulaEdit, ...]:
    """The contracts whose formula is not the one sealed under their KPI and version; a version not sealed yet is new."""
    return tuple(
        FormulaEdit(one.id, one.name, one.version, one.steward)
        for one in contracts
        if sealed.get((one.id, one.version), formula_fingerprint(one)) != formula_fingerprint(one)
    )
