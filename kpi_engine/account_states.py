"""What customers hold at month ends, as arrays over customers and months, and how it adds up by slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .arrays import Ints


@dataclass(frozen=True, slots=True)
class AccountStates:
    """Customers × checkpoints: recurring amount in ten-thousandths, and the slices that customers are in.

    Checkpoints lie a month apart (`days`, oldest first; the last may be the as-of day of an open month).
    Customers of the same slices are one group: `groups` numbers each customer's, `members` gives for each
    dimension the slice of every group; slice 0 is the total, `slices` how many there are.
    """

    amounts: Ints
    days: tuple[date, ...]
    groups: Ints
    members: tuple[Ints, ...]
    slices: int

    @classmethod
    def of(cls, amounts: Ints, days: tuple[date, ...], positions: Sequence[Ints], slices: int) -> AccountStates:
        """Customers of which `positions` gives, for each dimension, the slice of every one."""
        combined = np.zeros(len(amounts), dtype=np.int64)
        for position in positions:
            combined, _ = pd.factorize(combined * slices + position)
        first = np.zeros(combined.max(initial=-1) + 1, dtype=np.int64)
        first[combined] = np.arange(len(combined))
        members = tuple(position[first] for position in positions)
        return cls(amounts, days, combined, members, slices)

    def sums(self, values: NDArray[np.int64 | np.bool_]) -> Ints:
        """A number of each customer added up by slice. Sums stay below 2^53, so doubles hold them exactly."""
        total = np.zeros(self.slices, dtype=np.float64)
        groups = np.bincount(self.groups, weights=values)
        for member in self.members:
            total += np.bincount(member, weights=groups, minlength=self.slices)
        total[0] = groups.sum()
        return total.astype(np.int64)

    def position(self, day: date) -> int | None:
        """The checkpoint of a day: −1 before all of them, None between two."""
        if not self.days or day < self.days[0]:
            return -1
        if day >= self.days[-1]:
            return len(self.days) - 1
        return self.days.index(day) if day in self.days else None
