"""How composed kinds read their inputs: each is a metric of its own, windowed before it is combined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np

from ...arrays import Ints
from ...named import Earlier, Named
from ...partial import Request
from ...period import Period, earlier
from ...reading import Reason
from ...supply import Context, Result, Supply, tables_of
from ..simple import SimpleMetric


def requests_of(metrics: Sequence[SimpleMetric], context: Context) -> tuple[Request, ...]:
    """All requests of several metrics, each once."""
    asked = [request for metric in metrics for request in metric.requests(context)]
    return tuple(dict.fromkeys(asked))


def named_of(metrics: Mapping[str, SimpleMetric], context: Context) -> dict[str, Named]:
    """The rows behind several metrics, by metric and part."""
    return {f"{name}: {part}": rows for name, metric in metrics.items() for part, rows in metric.named(context).items()}


def named_earlier(named: Mapping[str, Named], by: int) -> dict[str, Named]:
    """The same rows of the period that lies `by` whole windows before."""
    return {part: Earlier(rows, by) if by else rows for part, rows in named.items()}


def follow_up_of(metrics: Sequence[SimpleMetric]) -> int:
    """Days after a period's end until the slowest of several metrics is known."""
    return max(int(getattr(metric, "follow_up_days", 0)) for metric in metrics)


def combined(value: np.ndarray, n: Ints, parts: Sequence[Result]) -> Result:
    """A result of `value`, not evaluable wherever one of its parts is not, for that part's reason."""
    result = Result.of(value, n, reduce(np.add, (part.left_out for part in parts)))
    reason = result.reason
    for part in parts:
        reason = np.where(part.reason > 0, part.reason, reason)
    return Result(np.where(reason > 0, np.nan, result.value), n, reason.astype(np.int8), result.left_out)


def finish_earlier(metric: SimpleMetric, supply: Supply, periods: Sequence[Period], by: int) -> Result:
    """The metric `by` whole windows before each period; not evaluable before the grid or its tables' first events."""
    past = [earlier(supply.context.calendar, period, by) for period in periods]
    first = supply.grid.first
    begins = [supply.first_buckets.get(name, first) for name in tables_of(metric.requests(supply.context))]
    unknown = np.array([period.first < max([first, *begins]) for period in past])
    held = [now if gone else then for now, then, gone in zip(periods, past, unknown, strict=True)]
    result = metric.finish(supply, held)
    return result.refused(np.broadcast_to(unknown, result.value.shape), Reason.NO_ROWS)
