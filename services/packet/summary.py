"""The first page: every operating KPI with its status, and the five top movers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from kpi_engine.card import Card, Change, Check, Point
from kpi_engine.contract import FORUMS, Contract
from kpi_engine.period import WEEKS_IN, WindowName
from kpi_engine.rules.bands import Bands
from kpi_engine.wording import change_in_words
from rendering.reasons import reason_in_words, value_or_reason
from rendering.units import contract_quantity, where

from .content import Delta, Group, Mover, Row, Status

_TOTAL = "(all)"
# More rows than this would not fit on one page.
MOST_ROWS = 48
_MOST_MOVERS = 5
_PERIOD = {"week": "week", "4w": "4 weeks", "8w": "8 weeks", "13w": "13 weeks", "month": "month", "quarter": "quarter"}
# Steps of the past that say how far a KPI usually moves.
_FEWEST_STEPS = 4
_STATUS: dict[Status, str] = {"red": "red", "yellow": "yellow", "green": "green", "not_evaluable": "not evaluable"}


def counts(checks: Sequence[Check]) -> str:
    """How many were checked, and how many of them are of each status."""
    count = Counter(check.status for check in checks)
    said = (f"{count[status]} {word}" for status, word in _STATUS.items())
    return " · ".join((f"{len(checks)} checked", *said))


def groups(
    checks: Iterable[Check], cards: Iterable[Card], contracts: Mapping[str, Contract], own: str, currency: str
) -> tuple[tuple[Group, ...], int]:
    """The rows by forum, the forum `own` first, and how many slices found no room."""
    limits = {(card.kpi, card.dimension, card.slice): card.limit for card in cards}
    by_kpi: dict[str, list[Check]] = {}
    for check in checks:
        by_kpi.setdefault(check.kpi, []).append(check)
    room = MOST_ROWS - len(by_kpi)
    rows: dict[str, list[Row]] = {}
    left = 0
    for kpi, found in by_kpi.items():
        contract = contracts[kpi]
        head = next((one for one in found if one.slice == _TOTAL), found[0])
        bad = [one for one in found if one is not head and one.status != "green"]
        green = sum(one is not head and one.status == "green" for one in found)
        kept, room = bad[: max(room, 0)], room - len(bad)
        left += len(bad) - len(kept)
        into = rows.setdefault(contract.forum, [])
        for one in (head, *kept):
            note = f"{green} {'slice' if green == 1 else 'slices'} green" if one is head and green else ""
            limit = limits.get((one.kpi, one.dimension, one.slice), _edge(one, contract))
            into.append(_row(one, contract, currency, note, limit))
    order = (own, *(forum for forum in FORUMS.values() if forum != own))
    return tuple(Group(_title(forum), tuple(rows[forum])) for forum in order if forum in rows), left


def _title(forum: str) -> str:
    return forum[:1].upper() + forum[1:]


def _row(check: Check, contract: Contract, currency: str, note: str, limit: float | None) -> Row:
    deltas = {_column(change): delta(change, contract, currency) for change in check.changes}
    return Row(
        kpi=check.kpi,
        name=check.name,
        where="" if check.slice == _TOTAL else where(check.dimension, check.slice),
        status=check.status,
        value=check.value,
        shown=value_or_reason(check.value, check.reason, contract, currency),
        n=check.n,
        period=period_in_words(check.window, check.period_end),
        threshold=threshold(contract, currency),
        note=note,
        before=deltas.get("before"),
        weeks4=deltas.get("4"),
        weeks8=deltas.get("8"),
        weeks13=deltas.get("13"),
        year=deltas.get("year"),
        points=check.points,
        limit=limit,
    )


def threshold(contract: Contract, currency: str) -> str:
    """Every threshold of a contract in one line."""
    said = [rule.in_words(lambda edge: contract_quantity(edge, contract, currency)) for rule in contract.rules]
    return "; ".join(dict.fromkeys(said))


def period_in_words(window: WindowName, end: date | None) -> str:
    """Which stretch of time was judged: "4 weeks to 28 Jun"."""
    return "" if end is None else f"{_PERIOD.get(window, window)} to {end.day} {end:%b}"


def delta(change: Change, contract: Contract, currency: str) -> Delta:
    """A change in words."""
    was = reason_in_words(change.reason, contract) or contract_quantity(change.before, contract, currency)
    return Delta(change.against, change_in_words(change.relative) if change.relative is not None else "–", was)


def _column(change: Change) -> str:
    if change.against == "a year earlier":
        return "year"
    weeks = {word for word in change.against.split() if word.isdigit()}
    return weeks.pop() if weeks and not change.against.startswith("previous") else "before"


def _edge(check: Check, contract: Contract) -> float | None:
    """The red edge of the bands that judge this slice, to be drawn."""
    scope = check.dimension if check.slice != _TOTAL else "total"
    fitting = (r for r in contract.rules if isinstance(r, Bands) and (r.scope, r.window) == (scope, check.window))
    return next((bands.edges[0] for bands in fitting), None)


def movers(checks: Iterable[Check], contracts: Mapping[str, Contract], currency: str) -> tuple[Mover, ...]:
    """The checks whose last step was the largest in units of their usual step; small ones are no movers."""
    sized = [(size, check) for check in checks if (size := _size(check)) is not None and size > 1]
    sized.sort(key=lambda one: (-one[0], one[1].name, one[1].slice))
    found: dict[str, tuple[float, Check]] = {}
    for size, check in sized:
        # A total and its slices tell the same story once.
        found.setdefault(check.kpi, (size, check))
    return tuple(
        _mover(check, contracts[check.kpi], currency, size) for size, check in list(found.values())[:_MOST_MOVERS]
    )


def _mover(check: Check, contract: Contract, currency: str, size: float) -> Mover:
    return Mover(
        name=check.name,
        where=where(check.dimension, check.slice),
        status=check.status,
        shown=contract_quantity(check.value, contract, currency),
        n=check.n,
        delta=delta(check.changes[0], contract, currency),
        size=f"{size:.1f}× its usual step",
    )


def _size(check: Check) -> float | None:
    """The last step between periods that do not overlap, over the mean of those before it."""
    if check.value is None or not check.changes:
        return None
    end = check.period_end or date.min
    final = [point for point in check.points if not point.is_open and point.period_end <= end]
    values = [point.value for point in _apart(final, WEEKS_IN.get(check.window, 1))]
    steps = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    if len(steps) <= _FEWEST_STEPS or values[-2] is None:
        return None
    usual = sum(steps[:-1]) / len(steps[:-1])
    return steps[-1] / usual if usual else None


def _apart(points: list[Point], stride: int) -> list[Point]:
    """Every `stride`-th point, counted back from the last, oldest first."""
    return points[::-1][::stride][::-1]
