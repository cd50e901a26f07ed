"""Which rows stand behind a metric, by the part they play in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .measure import Stock
from .partial import Partial, States
from .period import Period, add_months


@dataclass(frozen=True, slots=True)
class Between:
    """Customers' amounts at two days: a period's end, and `months` before it or the day before the period."""

    states: States
    months: int | None = None

    def opening(self, period: Period) -> date:
        """The earlier of the two days."""
        if self.months is None:
            return period.start - timedelta(days=1)
        before = add_months(period.end, -self.months)
        ends_month = (period.end + timedelta(days=1)).day == 1
        # From a month's end one steps to a month's end, however long the months are.
        return add_months(period.end + timedelta(days=1), -self.months) - timedelta(days=1) if ends_month else before


@dataclass(frozen=True, slots=True)
class Active:
    """The rows of a stock that were there at any time in the period."""

    stock: Stock


Named = Partial | Stock | Active | Between
