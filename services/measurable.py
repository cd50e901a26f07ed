"""What success can be measured by: a KPI with its slices and the latest final reading of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi_engine.contract import Contract
from kpi_engine.reading import Reason

from .configuration import load_engine
from .people import Person, require
from .publication import published
from .site import Site


@dataclass(frozen=True, slots=True)
class Latest:
    """A slice's latest final reading; `value` is None where it is not evaluable, for `reason`."""

    period_end: date
    value: float | None
    n: int
    reason: str


@dataclass(frozen=True, slots=True)
class Measurable:
    """A KPI in the window it is judged in; `latest` by dimension and slice, the whole company first."""

    contract: Contract
    currency: str
    snapshot: str
    engine: str
    latest: dict[tuple[str, str], Latest]


def measurable(site: Site, person: Person, kpi: str, as_of: date | None = None) -> Measurable | None:
    """The KPI's slices with their readings of the day (default: the data date); None without data or contract."""
    require(person, "view")
    publication, _ = published(site, as_of)
    engine, _ = load_engine(site)
    if publication is None or engine is None or kpi not in engine.contracts:
        return None
    contract = engine.contracts[kpi]
    readings = publication.readings_of(kpi, contract.judged_window)
    final = readings[readings["reason"] != Reason.OPEN.value].sort_values("period_end")
    newest = final.groupby(["dimension", "slice"], sort=False).tail(1)
    ranked = newest.sort_values(["dimension", "slice"], key=lambda column: column.replace({"total": "", "(all)": ""}))
    latest = {(str(row.dimension), str(row.slice)): _latest(row) for row in ranked.itertuples()}
    assessment = publication.assessment
    return Measurable(contract, engine.company.currency, assessment.snapshot, assessment.engine, latest)


def _latest(row: object) -> Latest:
    value, end = row.value, pd.Timestamp(row.period_end).date()  # type: ignore[attr-defined]
    return Latest(end, None if pd.isna(value) else float(value), int(row.n), row.reason)  # type: ignore[attr-defined]
