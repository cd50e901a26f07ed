"""Chance that stays close to its odds: a company with steady odds must not look alarming by luck alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from random import Random
from statistics import NormalDist

_GOLDEN = (math.sqrt(5) - 1) / 2
_NORMAL = NormalDist()


class Even:
    """Yes or no at given odds, where every group named by a key gets its share within a few draws.

    Each group is owed the odds of its draws; a draw says yes when the groups it belongs to are owed half a
    yes or more on average, which keeps what they are owed near zero. `noise` (0 to 1) loosens that.
    """

    def __init__(self, random: Random, noise: float = 0.3) -> None:
        self._random = random
        self._noise = noise
        self._owed: dict[Hashable, float] = defaultdict(lambda: random.random() - 0.5)

    def hit(self, odds: float, *keys: Hashable) -> bool:
        """Draw once for the groups `keys` (one nameless group when none is given)."""
        if odds <= 0:
            return False
        groups = keys or (None,)
        for group in groups:
            self._owed[group] += odds
        owed = sum(self._owed[group] for group in groups) / len(groups)
        if owed + self._noise * (self._random.random() - 0.5) < 0.5:
            return False
        for group in groups:
            self._owed[group] -= 1
        return True

    def count(self, expected: float, *keys: Hashable) -> int:
        """A whole number whose running sum stays close to the running sum of `expected`."""
        whole = math.floor(expected)
        return whole + self.hit(expected - whole, *keys)


class Shares:
    """Deals out labels so that each keeps its share of the total, in any stretch of draws."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._owed: dict[Hashable, dict[str, float]] = defaultdict(dict)

    def pick(self, shares: dict[str, float], key: Hashable = None) -> str:
        """The label that is owed most within the group `key`; a little noise breaks the rhythm."""
        owed = self._owed[key]
        for label, share in shares.items():
            owed[label] = owed.get(label, 0.0) + share
        chosen = max(shares, key=lambda label: owed[label] + 0.4 * self._random.random())
        owed[chosen] -= 1
        return chosen


class Spread:
    """Numbers between 0 and 1 that fill the range evenly in any stretch of draws."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._at: dict[Hashable, float] = defaultdict(random.random)

    def unit(self, key: Hashable = None) -> float:
        """The next number of the group `key`, strictly inside 0 and 1."""
        self._at[key] = (self._at[key] + _GOLDEN) % 1
        return min(max(self._at[key] + 0.02 * (self._random.random() - 0.5), 0.005), 0.995)

    def between(self, low: float, high: float, key: Hashable = None) -> float:
        """A number between `low` and `high`."""
        return low + (high - low) * self.unit(key)

    def lognormal(self, median: float, sigma: float, key: Hashable = None) -> float:
        """A lognormal number."""
        return median * math.exp(sigma * _NORMAL.inv_cdf(self.unit(key)))


def weighted(random: Random, choices: Sequence[tuple[str, float]]) -> str:
    """One label, plainly at random, by weight."""
    return random.choices([label for label, _ in choices], [weight for _, weight in choices])[0]
