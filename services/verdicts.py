"""Asking the published readings what became of a KPI by its day: for decisions and for assumptions alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kpi_engine import ENGINE_VERSION
from kpi_engine.closeout import Outcome, Success, Verdict, verdict
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.period import Calendar
from kpi_engine.wording import in_words

from .publication import Publication


@dataclass(frozen=True, slots=True)
class Answered:
    """The verdict; `window` is empty without a contract, `reading` are the fields of the log's `Answer`."""

    outcome: Outcome
    window: str
    reading: dict[str, Any]


def answered(
    engine: Engine, publication: Publication, kpi: str, success_of: Callable[[Contract], Success]
) -> Answered | None:
    """What the readings say; None while it is too early. A KPI without contract is not evaluable."""
    assessment, contract = publication.assessment, engine.contracts.get(kpi)
    found: Verdict | None = Verdict("not evaluable", "no contract")
    window = ""
    if contract is not None:
        success = success_of(contract)
        window, readings = success.window, publication.readings_of(contract.id, success.window)
        found = verdict(success, readings, Calendar.of(engine.company), assessment.as_of)
    if found is None:
        return None
    reading = {
        "as_of": assessment.as_of,
        "reason": found.reason,
        "period_start": None if found.period is None else found.period.start,
        "period_end": None if found.period is None else found.period.end,
        "value": found.value,
        "n": found.n,
        "variant": found.variant,
        "snapshot": assessment.snapshot,
        "contract": "" if contract is None else contract.fingerprint,
        "engine": ENGINE_VERSION,
    }
    return Answered(found.outcome, window, reading)


def name_and_values(engine: Engine, kpi: str, *values: float | None) -> tuple[str, ...]:
    """The KPI's name and the values in its unit, as a message says them; dashes without a contract."""
    contract = engine.contracts.get(kpi)
    if contract is None:
        return (kpi, *("–" for _ in values))
    currency, decimals = engine.company.currency, contract.decimals
    return (contract.name, *(in_words(value, contract.unit, currency, decimals) for value in values))
