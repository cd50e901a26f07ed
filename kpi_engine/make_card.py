"""From a verdict to a card: everything a person needs to decide, in words where words are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .card import Card, Change, KnownIssueNote, Point, SliceShare, Trust
from .contract import Contract
from .history import SliceHistory
from .metrics import is_level
from .period import WEEKS_IN, Period, WindowName
from .rules import Rule
from .rules.bands import Bands
from .rules.base import Verdict
from .wording import in_words

POINTS: dict[WindowName, int] = {"week": 26, "4w": 26, "8w": 26, "13w": 26, "month": 13, "quarter": 8}
_EARLIER: dict[WindowName, str] = {
    "week": "last week", "4w": "previous 4 weeks", "8w": "previous 8 weeks", "13w": "previous 13 weeks",
    "month": "last month", "quarter": "last quarter",
}  # fmt: skip
_LONGER: tuple[WindowName, ...] = ("4w", "13w")
ALL_TRAILING: tuple[WindowName, ...] = ("4w", "8w", "13w")


@dataclass(frozen=True, slots=True)
class Streak:
    """How long a breach has run: end of its first period, evaluable periods in breach, of these red in a row."""

    since: date
    periods: int
    reds: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that fired on a reading, with what surrounds it."""

    contract: Contract
    rule: Rule
    verdict: Verdict
    period: Period
    history: SliceHistory
    streak: Streak
    concentrates: tuple[SliceShare, ...]
    known_issues: tuple[KnownIssueNote, ...]
    disagreement: str
    beside: tuple[tuple[str, str], ...]
    money_at_risk: float | None
    trust: Trust


@dataclass(frozen=True, slots=True)
class Facts:
    """Fingerprints and currency that every card of an assessment carries."""

    snapshot: str
    engine: str
    currency: str


def make_card(breach: Breach, facts: Facts) -> Card:
    """The card of a breach."""
    contract, rule, period, history = breach.contract, breach.rule, breach.period, breach.history
    assert breach.verdict.status in ("red", "yellow")
    dimension, slice_ = history.slice
    bands = rule if isinstance(rule, Bands) else None
    runbook = contract.runbook
    return Card(
        key=f"{contract.id}|{dimension}={slice_}|{rule.id}|{period.window} {period.end.isoformat()}",
        kpi=contract.id,
        name=contract.name,
        variant=contract.variants[contract.variant].label,
        unit=contract.unit,
        currency=facts.currency,
        definition=contract.definition,
        direction=contract.direction,
        status="red" if breach.verdict.status == "red" else "yellow",
        rule=rule.id,
        rule_kind=rule.kind,
        trigger=_trigger(breach, facts.currency),
        dimension=dimension,
        slice=slice_,
        window=rule.window,
        period_start=period.start,
        period_end=period.end,
        value=history.value(rule.window, period.last),
        n=history.n(rule.window, period.last),
        limit=breach.verdict.limit,
        limit_text=_limit_text(breach, facts.currency),
        red_limit=bands.edges[0] if bands else breach.verdict.limit,
        green_limit=bands.edges[1] if bands else None,
        changes=changes(history, rule.window, period.last),
        points=points(history, rule.window),
        since=breach.streak.since,
        age_periods=breach.streak.periods,
        escalated=breach.streak.reds >= runbook.escalate_after_red_periods,
        escalation_audience=" + ".join(runbook.audience),
        money_at_risk=breach.money_at_risk,
        concentrates=breach.concentrates,
        owners=contract.owners,
        steward=contract.steward,
        decision_owner=contract.decision_owner,
        confidence=breach.trust.level,
        confidence_note=breach.trust.in_words,
        action=rule.action.kind,
        action_text=rule.action.text,
        action_sla_hours=rule.action.sla_hours,
        playbook=contract.playbook.red if breach.verdict.status == "red" else contract.playbook.yellow,
        runbook=tuple(f"0–24 h: {step}" for step in runbook.first_day)
        + tuple(f"24–72 h: {step}" for step in runbook.next_days),
        check_after_days=contract.check_after_days,
        forum=contract.forum,
        beside=breach.beside,
        disagreement=breach.disagreement,
        known_issues=breach.known_issues,
        left_out=history.left_out(rule.window, period.last),
        folded=any(note.effect == "explain" and not note.worsened for note in breach.known_issues),
        snapshot=facts.snapshot,
        contract=contract.fingerprint,
        engine=facts.engine,
        decimals=contract.decimals,
    )


def _limit_text(breach: Breach, currency: str) -> str:
    """The edge that was crossed, in words."""
    contract = breach.contract
    return breach.rule.crossed(
        breach.verdict, lambda value: in_words(value, contract.unit, currency, contract.decimals)
    )


def _trigger(breach: Breach, currency: str) -> str:
    """What fired, in one line that a decision can keep."""
    contract, history = breach.contract, breach.history
    value = in_words(history.value(breach.rule.window, breach.period.last), contract.unit, currency, contract.decimals)
    where = "" if history.slice[0] == "total" else f" in {history.slice[1]}"
    return f"{contract.name}{where} at {value}: {_limit_text(breach, currency)}"


def changes(
    history: SliceHistory, window: WindowName, end: int, longer: tuple[WindowName, ...] = _LONGER
) -> tuple[Change, ...]:
    """Against the period before, and against what is longer: trailing windows, or levels further back."""
    width = history.width(window)
    found = [_change(history, _EARLIER[window], window, window, end, end - width)]
    if window not in WEEKS_IN:
        return (*found, _change(history, "a year earlier", window, window, end, end - 12))
    for base in longer:
        weeks = WEEKS_IN[base]
        if weeks <= width:
            continue
        if is_level(history.windows[window].contract.metric):
            # A level has no sum over a window: what stood then is the comparison.
            found.append(_change(history, f"{weeks} weeks ago", window, window, end, end - weeks))
        else:
            found.append(_change(history, f"trailing {weeks} weeks", window, base, end, end - width))
    return tuple(found)


def _change(history: SliceHistory, name: str, window: WindowName, base: WindowName, end: int, base_end: int) -> Change:
    now, before = history.value(window, end), history.comparable(base, window, base_end)
    if before is None:
        return Change(name, None, None, history.reason(base, base_end))
    return Change(name, before, (now - before) / abs(before) if now is not None and before else None)


def points(history: SliceHistory, window: WindowName) -> tuple[Point, ...]:
    """The small chart's points, oldest first; an open period is drawn so far, never judged."""
    series = history.windows[window]
    found = []
    for period in series.periods[-POINTS.get(window, 26) :]:
        is_open = history.reason(window, period.last) == "period still open"
        value = history.provisional(window, period.last) if is_open else history.value(window, period.last)
        found.append(Point(period.end, value, is_open))
    return tuple(found)


def walk_back(
    judge: Callable[[int], Verdict], history: SliceHistory, window: WindowName, end: int, most: int = 60
) -> Streak:
    """How long a breach that holds at `end` has run, over periods that do not overlap.

    A period that is not evaluable neither resets nor advances the count.
    """
    width = history.width(window)
    latest = history.period(window, end)
    assert latest is not None
    since, count, reds, red_run = latest.end, 0, 0, True
    for back in range(most):
        at = end - back * width
        period = history.period(window, at)
        if period is None:
            break
        status: Literal["red", "yellow", "green", "not_evaluable"] = judge(at).status
        if status == "not_evaluable":
            continue
        if status == "green":
            break
        since, count = period.end, count + 1
        red_run = red_run and status == "red"
        reds += red_run
    return Streak(since, count, reds)


def disagreement(contract: Contract, colours: Mapping[str, tuple[str, float | None]], currency: str) -> str:
    """One sentence when variants of the formula differ in colour, else an empty text."""
    own = colours.get(contract.variant, ("not_evaluable", None))[0]

    def words(name: str, colour: str, value: float | None) -> str:
        number = in_words(value, contract.unit, currency, contract.decimals)
        return f"{contract.variants[name].label} reads {number} ({colour})"

    others = [
        words(name, colour, value)
        for name, (colour, value) in colours.items()
        if name != contract.variant and colour not in (own, "not_evaluable")
    ]
    return f"Variants disagree: {'; '.join(others)}" if others and own != "not_evaluable" else ""
