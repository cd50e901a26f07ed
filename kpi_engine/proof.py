"""What sums that are there already prove: which slices a source has, where something happened in it.

Absence is not zero, so every reading asks whether anything happened in its slice, whatever it was. Mostly the
sums made for the metrics tell; a statement of its own is made only for what they leave open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .arrays import Ints
from .finish import Labelled, Places, cells_of
from .partial import ONE, Partial, Source, StageCohort
from .period import Period
from .sources import event_columns
from .supply import Supply

Answered = Mapping[Partial, Labelled]


def everything(source: Source) -> Partial:
    """Counts all rows in which anything happened, by the day of the last that did."""
    return Partial(source, ("last_on",) if isinstance(source, StageCohort) else event_columns(source))


def activity(table: str) -> tuple[Partial, ...]:
    """Counts of whatever happened in a table, by each of its dates."""
    return tuple(Partial(table, (column,)) for column in event_columns(table))


def counts_all(partial: Partial, source: Source) -> bool:
    """Whether it might count every row of a source in which anything happened: nothing but a date narrows it."""
    return is_event(partial, source) and not partial.where and partial.value == ONE


def is_event(partial: Partial, source: Source) -> bool:
    """Whether every row it counts in a bucket is something that happened there, in the source."""
    if partial.source != source or partial.since_ever:
        return False
    return partial == everything(source) or (len(partial.date) == 1 and partial.date[0] in event_columns(source))


def shows_date(partial: Partial, recorded: Partial) -> bool:
    """Whether a row of `partial` has the date that `recorded` counts, where it counts it."""
    return (partial.source, partial.date) == (recorded.source, recorded.date) and (
        recorded.since_ever or not partial.since_ever
    )


def whole(source: Source, columns: Iterable[str], answered: Answered, rows: int | None) -> Partial | None:
    """A partial by these columns that counted all rows in which anything happened: it knows every slice.

    `rows` is how many there are in the table at most, if known.
    """
    known = answered.get(everything(source))
    total = rows if known is None else known.total()
    for partial, answer in answered.items():
        if counts_all(partial, source) and set(columns) <= set(answer.columns) and answer.total() == total:
            return partial
    return None


def happened(answers: Iterable[Labelled], places: Places, slices: int, buckets: int) -> Ints:
    """In how many buckets from the grid's first, up to each, anything is known to have happened in a slice."""
    seen: Ints = np.zeros((slices, buckets + 1), dtype=np.int64)
    for answer in answers:
        cells = cells_of(answer, places)
        seen[cells.slices, cells.buckets + 1] = 1
    return np.cumsum(seen, axis=1)


def active(seen: Ints, supply: Supply, periods: Sequence[Period]) -> NDArray[np.bool_]:
    """Whether anything happened in a slice during each period; the total is always active."""
    first, last = supply.bounds(periods)
    found: NDArray[np.bool_] = seen[:, last + 1] > seen[:, first]
    found[:1] = True
    return found
