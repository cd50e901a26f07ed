"""What success can be measured by: a KPI with its slices and the latest final reading of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from kpi_engine.contract import Contract
from kpi_engine.period import WindowName
from kpi_engine.reading import Reason

from .configuration import load_engine
from .people import Person, require
from .publication import Publication, published
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
    """A KPI in one window; `latest` by dimension and slice, the whole company first."""

    contract: Contract
    window: WindowName
    currency: str
    snapshot: str
    engine: str
    latest: dict[tuple[str, str], Latest]


def measurable(site: Site, person: Person, kpi: str, window: str = "") -> Measurable | None:
    """The KPI's slices with their latest readings in a window; None without data or contract.

    The closeout reads a card's own KPI in the card's window, any other in the one it is judged in: so does
    this, where `window` is empty or none of the KPI's.
    """
    require(person, "view")
    publication, _ = published(site)
    engine, _ = load_engine(site)
    if publication is None or engine is None or kpi not in engine.contracts:
        return None
    contract = engine.contracts[kpi]
    read_in = next((one for one in contract.windows if one == window), contract.judged_window)
    assessment, latest = publication.assessment, _newest(publication, kpi, read_in)
    return Measurable(contract, read_in, engine.company.currency, assessment.snapshot, assessment.engine, latest)


@lru_cache(maxsize=64)
def _newest(publication: Publication, kpi: str, window: WindowName) -> dict[tuple[str, str], Latest]:
    """The latest final reading of each slice; a publication never changes, and a form asks again at every key."""
    readings = publication.readings_of(kpi, window)
    final = readings[readings["reason"] != Reason.OPEN.value].sort_values("period_end")
    newest = final.drop_duplicates(["dimension", "slice"], keep="last")
    ranked = newest.sort_values(["dimension", "slice"], key=lambda column: column.replace({"total": "", "(all)": ""}))
    return {(str(row.dimension), str(row.slice)): _latest(row) for row in ranked.itertuples()}


def _latest(row: Any) -> Latest:
    value, end = row.value, pd.Timestamp(row.period_end).date()
    return Latest(end, None if pd.isna(value) else float(value), int(row.n), row.reason)
