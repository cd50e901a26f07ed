"""Formulas in the log: what each contract's version was first put in force with. A later edit cannot hide from it."""

from __future__ import annotations

from typing import Literal

from .entry import Entry
from .event import Event

SUBJECT = "formula/contracts"


class FormulasSealed(Event):
    """Contracts' versions in force for the first time; `formulas` is version → fingerprint, by KPI."""

    kind: Literal["formula.sealed"] = "formula.sealed"
    formulas: dict[str, dict[int, str]]


def sealed(entries: tuple[Entry, ...]) -> dict[tuple[str, int], str]:
    """The fingerprint each KPI's version was first sealed with."""
    found: dict[tuple[str, int], str] = {}
    for entry in entries:
        if isinstance(entry.event, FormulasSealed):
            for kpi, versions in entry.event.formulas.items():
                for version, fingerprint in versions.items():
                    found.setdefault((kpi, version), fingerprint)
    return found
