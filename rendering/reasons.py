"""Why there is no value, as people read it; the engine's own word stays in tables and files."""

from __future__ import annotations

from kpi_engine.contract import Contract
from kpi_engine.reading import Reason

from .units import contract_quantity

_COMPARISON = "comparison: "
_WORDS: dict[str, str] = {
    Reason.NO_ROWS: "no data",
    Reason.STALE: "source out of date",
    Reason.MISSING: "nothing in this segment",
    Reason.ZERO_DENOMINATOR: "nothing to divide by",
    Reason.NO_LOSSES: "nothing lost to compare with",
    Reason.NO_TARGET: "no target is set",
    Reason.NO_SNAPSHOT: "no record of how it was then",
    Reason.NOT_WHOLE_MONTHS: "only whole months can be read",
}


def reason_in_words(reason: str, contract: Contract | None = None) -> str:
    """The reason in plain words, with the contract's smallest n where that is why; unknown ones as they are."""
    if reason.startswith(_COMPARISON):
        return f"nothing to compare with: {reason_in_words(reason.removeprefix(_COMPARISON), contract)}"
    if reason == Reason.BELOW_MIN_N:
        few = f"fewer than {contract.min_n:,} cases: " if contract is not None and contract.min_n else ""
        return f"{few}too few to judge"
    return _WORDS.get(reason, reason)


def value_or_reason(value: float | None, reason: str, contract: Contract, currency: str) -> str:
    """The value in the contract's unit, or why there is none."""
    return reason_in_words(reason, contract) if value is None else contract_quantity(value, contract, currency)
