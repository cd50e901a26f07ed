"""Where a breach concentrates: each slice's share of the gap between what was expected and what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..card import SliceShare
from ..contract import Contract
from ..history import SliceHistory
from ..metrics import adds_up, is_level
from ..period import WindowName
from ..supply import Slice

TOP = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """One slice's value, n, and how far it fell short (in the direction that is bad)."""

    slice: Slice
    value: float | None
    n: int
    gap: float


def concentration(
    contract: Contract, histories: Mapping[Slice, SliceHistory], window: WindowName, end: int, reference: float | None
) -> tuple[SliceShare, ...]:
    """The slices of the dimension in which most of the gap lies in one slice, at most three of them.

    Of dimensions that say it equally clearly, the one whose worst slice falls the furthest short.
    What adds up (counts, sums, stocks) is held against the slice's own thirteen periods before; what is a
    rate, mean or median against the reference for all, weighted by the slice's n.
    """
    best: tuple[float, float, tuple[SliceShare, ...]] = (0, 0, ())
    for dimension in contract.dimensions:
        slices = [one for one in histories if one[0] == dimension.name]
        found = _concentrated([_gap(contract, histories[one], window, end, reference) for one in slices])
        best = max(best, found, key=lambda one: one[:2])
    return best[2]


def _gap(
    contract: Contract, history: SliceHistory, window: WindowName, end: int, reference: float | None
) -> Gap | None:
    # A provisional value (a small n, say) may be named here: it is shown with its n, and judged by nobody.
    value, n = history.provisional(window, end), history.n(window, end)
    sign = 1 if contract.direction == "higher_is_better" else -1
    if value is None:
        return None
    if adds_up(contract.metric) or (is_level(contract.metric) and contract.unit in ("count", "money")):
        width = history.width(window)
        before = [history.provisional(window, end - back * width) for back in range(1, 14)]
        known = [one for one in before if one is not None]
        if not known:
            return None
        return Gap(history.slice, value, n, sign * (sum(known) / len(known) - value))
    if reference is None:
        return None
    return Gap(history.slice, value, n, sign * (reference - value) * n)


def _concentrated(gaps: Sequence[Gap | None]) -> tuple[float, float, tuple[SliceShare, ...]]:
    """The worst slice's share of the gap, its own gap, and the worst slices."""
    known = [gap for gap in gaps if gap is not None]
    whole = sum(gap.gap for gap in known if gap.gap > 0)
    if whole <= 0 or len(known) < 2:
        return 0, 0, ()
    worst = sorted((gap for gap in known if gap.gap > 0), key=lambda gap: (-gap.gap, gap.slice))[:TOP]
    shares = tuple(SliceShare(*gap.slice, gap.value, gap.n, gap.gap / whole) for gap in worst)
    return worst[0].gap / whole, worst[0].gap, shares
