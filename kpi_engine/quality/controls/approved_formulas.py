"""Formula integrity: no formula or threshold changes without a version and an approver in the change log."""

from __future__ import annotations

from typing import Literal

from ..check import Check


class ApprovedFormulas(Check):
    """Every contract reads as it did when its version was first put in force."""

    kind: Literal["approved_formulas"]

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return "no formula or threshold differs from what its approved version was sealed with"
