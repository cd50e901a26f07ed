"""One slice's readings in time, the way rules look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from .metrics import adds_up
from .period import Period, WindowName
from .question import Series
from .supply import REASONS, Slice


@dataclass(frozen=True, slots=True)
class SliceHistory:
    """A slice's values over every window computed for its contract; `last_event` is the source's."""

    windows: Mapping[WindowName, Series]
    slice: Slice
    last_event: date | None

    def _position(self, window: WindowName, end: int) -> tuple[Series, int, int] | None:
        series = self.windows.get(window)
        if series is None or not series.periods or self.slice not in series.slices:
            return None
        step = 3 if window == "quarter" else 1
        at, rest = divmod(end - series.periods[0].last, step)
        if rest or not 0 <= at < len(series.periods):
            return None
        return series, series.slices.index(self.slice), at

    def period(self, window: WindowName, end: int) -> Period | None:
        """The window's period that ends in bucket `end`."""
        found = self._position(window, end)
        return found[0].periods[found[2]] if found else None

    def value(self, window: WindowName, end: int) -> float | None:
        """Value of that period; None where not evaluable."""
        found = self._position(window, end)
        if found is None:
            return None
        value = found[0].result.value[found[1], found[2]]
        return None if np.isnan(value) else float(value)

    def comparable(self, base: WindowName, window: WindowName, end: int) -> float | None:
        """Value of the `base` window that ends in bucket `end`, as one `window` of it: what adds up is averaged."""
        value = self.value(base, end)
        if value is None or not adds_up(self.windows[base].contract.metric):
            return value
        return value * self.width(window) / self.width(base)

    def provisional(self, window: WindowName, end: int) -> float | None:
        """The number to draw for that period, judged or not."""
        found = self._position(window, end)
        if found is None:
            return None
        value = found[0].provisional[found[1], found[2]]
        return None if np.isnan(value) else float(value)

    def n(self, window: WindowName, end: int) -> int:
        """Rows behind that period."""
        found = self._position(window, end)
        return int(found[0].result.n[found[1], found[2]]) if found else 0

    def left_out(self, window: WindowName, end: int) -> int:
        """Rows that an empty cell kept out of that period."""
        found = self._position(window, end)
        return int(found[0].result.left_out[found[1], found[2]]) if found else 0

    def reason(self, window: WindowName, end: int) -> str:
        """Why that period is not evaluable, or an empty text."""
        found = self._position(window, end)
        if found is None:
            return "no rows"
        reason = REASONS[found[0].result.reason[found[1], found[2]]]
        return "" if reason is None else str(reason)

    def weekly(self, end: int, weeks: int) -> list[float | None]:
        """Values of the last `weeks` weeks up to bucket `end`, oldest first."""
        return [self.value("week", week) for week in range(end - weeks + 1, end + 1)]

    def width(self, window: WindowName) -> int:
        """Buckets in one period of the window."""
        return {"4w": 4, "8w": 8, "13w": 13, "quarter": 3}.get(window, 1)

    def days_since_source(self, end: int, window: WindowName) -> int | None:
        """Days from the source's last event to the period's end."""
        period = self.period(window, end)
        if period is None or self.last_event is None:
            return None
        return (period.end - self.last_event).days

    def latest_final(self, window: WindowName) -> Period | None:
        """The latest period that is no longer open."""
        series = self.windows.get(window)
        if series is None or self.slice not in series.slices:
            return None
        row = series.slices.index(self.slice)
        for at in range(len(series.periods) - 1, -1, -1):
            if str(REASONS[series.result.reason[row, at]]) != "period still open":
                return series.periods[at]
        return None
