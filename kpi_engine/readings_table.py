"""Series as a table of readings: what the command line prints, pages slice and Parquet keeps.

A row is one KPI × slice × window × period. `value` is NaN unless evaluable; rates are fractions, money is in
major units, `period_end` is inclusive. `provisional` is the number so far where only openness or a small `n`
forbid a judgement: to be drawn, never judged. `n` counts the rows of the population, `left_out` those that an
empty cell kept out of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from . import ENGINE_VERSION
from .question import Series
from .reading import State
from .snapshot import Snapshot
from .supply import REASONS

COLUMNS = (
    "kpi", "dimension", "slice", "window", "period_start", "period_end", "value", "n", "state", "reason", "variant",
    "provisional", "left_out", "snapshot", "contract", "engine",
)  # fmt: skip


def readings_table(series: Sequence[Series], snapshot: Snapshot) -> pd.DataFrame:
    """One row a KPI × slice × window × period; a value that is not evaluable is NaN."""
    parts = [_table(one, snapshot) for one in series if one.periods]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({name: [] for name in COLUMNS})


def _table(series: Series, snapshot: Snapshot) -> pd.DataFrame:
    slices, periods = len(series.slices), len(series.periods)
    value, reason = series.result.value.ravel(), series.result.reason.ravel()
    words = np.array(["" if one is None else str(one) for one in REASONS], dtype=object)
    states: list[State] = ["not_evaluable", "zero", "value"]
    state = np.where(reason > 0, 0, np.where(value == 0, 1, 2))
    return pd.DataFrame(
        {
            "kpi": series.contract.id,
            "dimension": np.repeat(np.array([one[0] for one in series.slices], dtype=object), periods),
            "slice": np.repeat(np.array([one[1] for one in series.slices], dtype=object), periods),
            "window": series.window,
            "period_start": np.tile(np.array([one.start for one in series.periods], dtype=object), slices),
            "period_end": np.tile(np.array([one.end for one in series.periods], dtype=object), slices),
            "value": value,
            "n": series.result.n.ravel(),
            "state": np.array(states, dtype=object)[state],
            "reason": words[reason],
            "variant": series.variant,
            "provisional": series.provisional.ravel(),
            "left_out": series.result.left_out.ravel(),
            "snapshot": snapshot.fingerprint,
            "contract": series.contract.fingerprint,
            "engine": ENGINE_VERSION,
        }
    )
