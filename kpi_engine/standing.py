"""What stands at a period's end, as value and as rows: shared by stock and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from .arrays import Floats, Ints
from .measure import Filter, Stock
from .partial import ONE, Partial, Term, entering, leaving
from .period import EPOCH, Calendar, Period
from .supply import Supply


def reach_of(horizon: Stock.Horizon, calendar: Calendar, period: Period) -> tuple[int, int]:
    """First and last key (day number, or quarter number) that lies within the horizon of a period."""
    if horizon.quarters_ahead is not None:
        quarter = calendar.quarter(period.end) + horizon.quarters_ahead
        return quarter, quarter
    assert horizon.days is not None
    first = (period.end + timedelta(days=1) - EPOCH).days
    return first, first + horizon.days - 1


@dataclass(frozen=True, slots=True)
class Standing:
    """A stock as partials: what enters and what leaves."""

    stock: Stock

    def _pair(self, stock: Stock, value: Term) -> tuple[Partial, Partial]:
        key = None
        if stock.horizon:
            key = Term("day" if stock.horizon.days else "quarter", (stock.horizon.column,))
        return entering(stock, value, key), leaving(stock, value, key)

    def _value(self) -> tuple[Partial, Partial]:
        return self._pair(self.stock, Term("column", (self.stock.sum,)) if self.stock.sum else ONE)

    def _rows(self, *, hollow: bool) -> tuple[Partial, Partial]:
        """Rows whose summed cell is empty (`hollow`) or filled; all rows of a count."""
        if not self.stock.sum:
            return self._pair(self.stock, ONE)
        where = (*self.stock.where, Filter(column=self.stock.sum, empty=hollow))
        return self._pair(self.stock.model_copy(update={"where": where}), ONE)

    def requests(self) -> tuple[Partial, ...]:
        """Everything to be asked of a backend."""
        hollow = self._rows(hollow=True) if self.stock.sum else ()
        return *self._value(), *self._rows(hollow=False), *hollow

    def _at(self, pair: tuple[Partial, Partial], supply: Supply, periods: Sequence[Period]) -> Floats:
        horizon = self.stock.horizon
        if horizon is None:
            return supply.level(*pair, periods)
        calendar = supply.context.calendar
        return supply.level_ahead(*pair, periods, lambda period: reach_of(horizon, calendar, period))

    def value(self, supply: Supply, periods: Sequence[Period]) -> Floats:
        """The value that stands at each period's end."""
        return self._at(self._value(), supply, periods)

    def rows(self, supply: Supply, periods: Sequence[Period]) -> Ints:
        """The number of rows that stand at each period's end."""
        return np.rint(self._at(self._rows(hollow=False), supply, periods)).astype(np.int64)

    def left_out(self, supply: Supply, periods: Sequence[Period]) -> Ints:
        """The number of rows at each period's end that an empty cell keeps out of the value."""
        if not self.stock.sum:
            return np.zeros((len(supply.slices), len(periods)), dtype=np.int64)
        return np.rint(self._at(self._rows(hollow=True), supply, periods)).astype(np.int64)
