"""How composed kinds read their inputs: each is a metric of its own, windowed before it is combined."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from ...partial import Request
from ...period import Period, earlier
from ...reading import Reason
from ...supply import Context, Ints, Result, Supply
from ..simple import SimpleMetric


def requests_of(metrics: Sequence[SimpleMetric], context: Context) -> tuple[Request, ...]:
    """All requests of several metrics, each once."""
    asked = [request for metric in metrics for request in metric.requests(context)]
    return tuple(dict.fromkeys(asked))


def combined(value: np.ndarray, n: Ints, parts: Sequence[Result]) -> Result:
    """A result of `value`, not evaluable wherever one of its parts is not, for that part's reason."""
    result = Result.of(value, n, reduce(np.add, (part.left_out for part in parts)))
    reason = result.reason
    for part in parts:
        reason = np.where(part.reason > 0, part.reason, reason)
    return Result(np.where(reason > 0, np.nan, result.value), n, reason.astype(np.int8), result.left_out)


def finish_earlier(metric: SimpleMetric, supply: Supply, periods: Sequence[Period], by: int) -> Result:
    """The metric `by` whole windows before each period; not evaluable before the first bucket."""
    past = [earlier(supply.context.calendar, period, by) for period in periods]
    unknown = np.array([period.first < supply.grid.first for period in past])
    held = [now if gone else then for now, then, gone in zip(periods, past, unknown, strict=True)]
    result = metric.finish(supply, held)
    return result.refused(np.broadcast_to(unknown, result.value.shape), Reason.NO_ROWS)
