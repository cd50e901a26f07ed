"""What is asked of the engine, and the series that answer it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from .company import Company
from .contract import Contract
from .exclusion import Exclusions
from .measure import Filter
from .partial_store import PartialStore
from .period import Calendar, Period, WindowName
from .snapshot import Snapshot
from .supply import Result, Slice


@dataclass(frozen=True, slots=True)
class Wanted:
    """A contract to be read, under one of its variants, over some windows."""

    contract: Contract
    variant: str
    windows: tuple[WindowName, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: contracts and variants, over which windows, slices and rows.

    `dimensions` None takes all that a contract declares; `span` asks one period of any length instead of
    windows. `partials` keeps what was added up, for questions to come.
    """

    company: Company
    snapshot: Snapshot
    as_of: date
    contracts: tuple[Wanted, ...]
    dimensions: tuple[str, ...] | None = None
    within: tuple[Filter, ...] = ()
    span: tuple[date, date] | None = None
    history: tuple[Snapshot, ...] = ()
    excluded: Exclusions = field(default_factory=dict)
    partials: PartialStore | None = None

    @property
    def calendar(self) -> Calendar:
        """The company's calendar."""
        return Calendar.of(self.company)

    def windows_of(self, wanted: Wanted) -> tuple[WindowName, ...]:
        """The windows asked of a contract."""
        return ("span",) if self.span else wanted.windows

    def dimensions_of(self, contract: Contract) -> dict[str, str]:
        """The dimensions asked of a contract, name → column."""
        declared = {dimension.name: dimension.source_column for dimension in contract.dimensions}
        if self.dimensions is None:
            return declared
        return {name: column for name, column in declared.items() if name in self.dimensions}


@dataclass(frozen=True, slots=True)
class Series:
    """One contract's readings in one window: arrays over slices and periods.

    `provisional` holds the numbers that may be drawn but not judged.
    """

    contract: Contract
    variant: str
    window: WindowName
    periods: tuple[Period, ...]
    slices: tuple[Slice, ...]
    result: Result
    provisional: np.ndarray
