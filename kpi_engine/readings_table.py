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
from pandas.api.extensions import ExtensionArray

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
    filled = [one for one in series if one.periods]
    if not filled:
        return pd.DataFrame({name: [] for name in COLUMNS})
    value, reason = _joined(filled, "value"), _joined(filled, "reason")
    states: list[State] = ["not_evaluable", "zero", "value"]
    rows = [one.result.value.size for one in filled]
    slices = [slice_ for one in filled for slice_ in one.slices]
    per_slice = [len(one.periods) for one in filled for _ in one.slices]
    starts = [np.tile(np.array([each.start for each in one.periods], object), len(one.slices)) for one in filled]
    ends = [np.tile(np.array([each.end for each in one.periods], object), len(one.slices)) for one in filled]
    found = {
        "kpi": _words([one.contract.id for one in filled], rows),
        "dimension": _words([name for name, _ in slices], per_slice),
        "slice": _words([value for _, value in slices], per_slice),
        "window": _words([one.window for one in filled], rows),
        "period_start": np.concatenate(starts),
        "period_end": np.concatenate(ends),
        "value": value,
        "n": _joined(filled, "n"),
        "state": _chosen(states, np.where(reason > 0, 0, np.where(value == 0, 1, 2))),
        "reason": _chosen(["" if one is None else str(one) for one in REASONS], reason),
        "variant": _words([one.variant for one in filled], rows),
        "provisional": np.concatenate([one.provisional.ravel() for one in filled]),
        "left_out": _joined(filled, "left_out"),
        "snapshot": _words([snapshot.fingerprint], [sum(rows)]),
        "contract": _words([one.contract.fingerprint for one in filled], rows),
        "engine": _words([ENGINE_VERSION], [sum(rows)]),
    }
    return pd.DataFrame(found)


def _joined(series: Sequence[Series], name: str) -> np.ndarray:
    return np.concatenate([getattr(one.result, name).ravel() for one in series])


def _words(words: Sequence[str], times: Sequence[int]) -> ExtensionArray:
    """Each word so many times. Made from numbers: texts made one by one cost more than all the readings."""
    return _chosen(words, np.repeat(np.arange(len(words)), times))


def _chosen(words: Sequence[str], numbers: np.ndarray) -> ExtensionArray:
    return pd.array(words, dtype="str").take(numbers)
