"""Readings + rules + known issues → cards: one pure call from a snapshot and contracts to what people see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .card import Assessment, Card, Check, JudgedPeriod, Judgement, KnownIssueNote, Trust
from .cause.concentration import concentration
from .contract import Contract
from .contracts_folder import warnings
from .finish import TOTAL
from .history import SliceHistory
from .known_issue import KnownIssue
from .make_card import ALL_TRAILING, Breach, Facts, changes, disagreement, make_card, points, walk_back
from .period import WEEKS_IN, Period, WindowName
from .quality.check import Inspection
from .quality.confidence import trust
from .question import Series
from .rules import Rule
from .rules.amount import Amount
from .rules.bands import Bands
from .rules.base import Verdict
from .snapshot import Snapshot
from .supply import Slice
from .wording import in_words, window_in_words

_ORDER = {"red": 0, "yellow": 1, "not_evaluable": 2, "green": 3}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything an assessment looks at: series by contract, of the variant in force and of compared ones.

    `tables` are the canonical tables behind each contract, `excluded` the rows each known issue left out,
    `inspection` what the load's controls and hygiene rules found.
    """

    contracts: Mapping[str, Contract]
    series: Mapping[str, Mapping[WindowName, Series]]
    compared: Mapping[str, Mapping[str, Series]]
    tables: Mapping[str, tuple[str, ...]]
    known_issues: tuple[KnownIssue, ...]
    excluded: Mapping[str, int]
    inspection: Inspection
    snapshot: Snapshot
    as_of: date
    facts: Facts
    narrow: Callable[[Contract, Slice], Mapping[WindowName, Series]]

    def history(self, contract: Contract, slice_: Slice) -> SliceHistory:
        """One slice of a contract in time."""
        found = [self.snapshot.tables[name] for name in self.tables[contract.id] if name in self.snapshot.tables]
        events = [table.last_event for table in found if table.last_event]
        return SliceHistory(self.series[contract.id], slice_, min(events, default=None))

    def trust(self, contract: Contract, notes: Iterable[KnownIssueNote]) -> Trust:
        """How far the contract's readings can be trusted, these known issues told."""
        last, limit = self.history(contract, TOTAL).last_event, contract.refresh.stale_after_days
        age = (self.as_of - last).days if last and limit else 0
        stale = f"source {age} days old, stale after {limit}" if limit and age > limit else ""
        return trust(contract, self.tables[contract.id], self.inspection.outcomes, tuple(notes), stale)

    def within(self, contract: Contract, slice_: Slice) -> dict[Slice, SliceHistory]:
        """The slices that make up a slice: all of the contract's, or those within the one."""
        if slice_ == TOTAL:
            return {one: self.history(contract, one) for one in self.slices(contract)}
        series = self.narrow(contract, slice_)
        inner = next((one.slices for one in series.values()), ())
        return {one: SliceHistory(series, one, None) for one in inner if one[0] != slice_[0]}

    def slices(self, contract: Contract) -> tuple[Slice, ...]:
        """All slices of a contract, total first."""
        return next((series.slices for series in self.series[contract.id].values()), (TOTAL,))


def assess(evidence: Evidence) -> Assessment:
    """All cards, worst first, and every check behind them."""
    cards: list[Card] = []
    checks: list[Check] = []
    judgements: list[Judgement] = []
    touched: dict[str, KnownIssueNote] = {}
    trusted: list[Trust] = []
    for contract in evidence.contracts.values():
        if contract.role != "operating":
            continue
        judged = list(_judged(evidence, contract))
        cards += [
            _card(evidence, contract, rule, verdict, period, history)
            for rule, verdict, period, history in judged
            if period and verdict.status in ("red", "yellow")
        ]
        checks += _checks(contract, judged)
        judgements += [_judgement(contract, rule, period, history) for rule, _, period, history in judged]
        touched |= {note.id: note for one in judged for note in _notes(evidence, contract, one[3].slice)}
        trusted.append(evidence.trust(contract, _notes(evidence, contract, TOTAL)))
    return Assessment(
        as_of=evidence.as_of,
        data_on=evidence.snapshot.data_on,
        snapshot=evidence.snapshot.fingerprint,
        engine=evidence.facts.engine,
        cards=tuple(sorted(cards, key=_rank)),
        checks=tuple(sorted(checks, key=_check_rank)),
        stale=tuple(sorted({check.kpi for check in checks if check.reason == "source stale"})),
        known_issues=tuple(touched[key] for key in sorted(touched)),
        warnings=warnings(evidence.contracts),
        judgements=tuple(judgements),
        trust=tuple(trusted),
    )


def _rank(card: Card) -> tuple[bool, bool, bool, float, int, str]:
    """Reds first; what costs money before what does not, dearest first; then the oldest."""
    money = card.money_at_risk
    return card.folded, card.status != "red", money is None, -(money or 0), -card.age_periods, card.key


def _check_rank(check: Check) -> tuple[int, str, str, str]:
    return _ORDER[check.status], check.name, check.dimension, check.slice


Judged = tuple[Rule, Verdict, Period | None, SliceHistory]


def _judged(evidence: Evidence, contract: Contract) -> Iterator[Judged]:
    """Each rule on each slice of its scope, at the latest final period."""
    for rule in contract.rules:
        for slice_ in _in_scope(contract, rule, evidence.slices(contract)):
            history = evidence.history(contract, slice_)
            period = history.latest_final(rule.window)
            if period is None:
                yield rule, Verdict("not_evaluable", reason="no rows"), None, history
            else:
                yield rule, rule.judge(history, period.last), period, history


def _in_scope(contract: Contract, rule: Rule, slices: tuple[Slice, ...]) -> list[Slice]:
    """The total, or the slices of the rule's dimension: the expected ones, else all that have a name."""
    if rule.scope == "total":
        return [TOTAL]
    expected = next((one.expected for one in contract.dimensions if one.name == rule.scope), ())
    return [one for one in slices if one[0] == rule.scope and (one[1] in expected if expected else one[1] != "(none)")]


def _checks(contract: Contract, judged: list[Judged]) -> list[Check]:
    """One answer for each slice judged: the worst of its rules."""
    worst: dict[Slice, Judged] = {}
    for one in judged:
        slice_ = one[3].slice
        if slice_ not in worst or _ORDER[one[1].status] < _ORDER[worst[slice_][1].status]:
            worst[slice_] = one
    return [
        Check(
            contract.id,
            contract.name,
            verdict.status,
            *slice_,
            period.end if period else None,
            history.value(rule.window, period.last) if period else None,
            history.n(rule.window, period.last) if period else 0,
            verdict.reason,
            rule.window,
            changes(history, rule.window, period.last, ALL_TRAILING) if period else (),
            points(history, rule.window) if period else (),
        )
        for slice_, (rule, verdict, period, history) in worst.items()
    ]


def _judgement(contract: Contract, rule: Rule, period: Period | None, history: SliceHistory) -> Judgement:
    """The rule's verdicts on the latest final periods: late data and days without a tick are seen by them."""
    step = 3 if rule.window == "quarter" else 1
    ends = [] if period is None else [period.last - back * step for back in range(recent(rule.window))]
    return Judgement(
        kpi=contract.id,
        rule=rule.id,
        dimension=history.slice[0],
        slice=history.slice[1],
        window=rule.window,
        contract=contract.fingerprint,
        version=contract.version,
        recover_after=contract.recover_after,
        escalate_after=contract.runbook.escalate_after_red_periods,
        audience=contract.runbook.audience,
        periods=tuple(_judged_periods(contract, rule, history, reversed(ends))),
    )


def _judged_periods(
    contract: Contract, rule: Rule, history: SliceHistory, ends: Iterable[int]
) -> Iterator[JudgedPeriod]:
    for end in ends:
        period = history.period(rule.window, end)
        if period is None:
            continue
        verdict = rule.judge(history, end)
        yield JudgedPeriod(
            period.start,
            period.end,
            period.end + timedelta(days=contract.refresh.sla_days),
            verdict.status,
            history.value(rule.window, end),
            history.n(rule.window, end),
            verdict.limit,
            verdict.reason,
        )


def recent(window: WindowName) -> int:
    """How many periods an assessment looks back on: a quarter, and always two that do not overlap."""
    weeks = WEEKS_IN.get(window)
    if weeks is not None:
        return max(13, 2 * weeks + 1)
    return 6 if window == "month" else 4


def _card(
    evidence: Evidence, contract: Contract, rule: Rule, verdict: Verdict, period: Period, history: SliceHistory
) -> Card:
    fixed = isinstance(rule, Amount | Bands)
    reference = verdict.limit if fixed else history.comparable("13w", rule.window, period.last)
    notes = tuple(_notes(evidence, contract, history.slice, history.value(rule.window, period.last)))
    breach = Breach(
        contract,
        rule,
        verdict,
        period,
        history,
        walk_back(lambda end: rule.judge(history, end), history, rule.window, period.last),
        concentration(contract, evidence.within(contract, history.slice), rule.window, period.last, reference),
        notes,
        _disagreement(evidence, contract, period) if history.slice == TOTAL else "",
        tuple(_beside(evidence, contract, history.slice, rule.window)),
        _money(evidence, contract, verdict, history, rule.window, period.last),
        evidence.trust(contract, notes),
    )
    return make_card(breach, evidence.facts)


def _notes(
    evidence: Evidence, contract: Contract, slice_: Slice, value: float | None = None
) -> Iterator[KnownIssueNote]:
    for issue in evidence.known_issues:
        if issue.touches(contract, evidence.tables[contract.id], slice_, evidence.as_of):
            excluded = evidence.excluded.get(issue.id, 0)
            worsened = issue.worsened(contract, value)
            yield KnownIssueNote(issue.id, issue.note, issue.owner, issue.until, issue.effect, excluded, worsened)


def _disagreement(evidence: Evidence, contract: Contract, period: Period) -> str:
    bands = contract.bands
    if bands is None or not contract.compare or period.window != bands.window:
        return ""
    colours: dict[str, tuple[str, float | None]] = {}
    for name, series in evidence.compared.get(contract.id, {}).items():
        value = SliceHistory({bands.window: series}, TOTAL, None).value(bands.window, period.last)
        colours[name] = ("not_evaluable" if value is None else bands.colour(value), value)
    own = evidence.history(contract, TOTAL).value(bands.window, period.last)
    colours[contract.variant] = ("not_evaluable" if own is None else bands.colour(own), own)
    return disagreement(contract, colours, evidence.facts.currency)


def _beside(evidence: Evidence, contract: Contract, slice_: Slice, window: WindowName) -> Iterator[tuple[str, str]]:
    """Figures of other KPIs that belong next to this one; a window or slice other than the card's is said."""
    for name in contract.beside:
        other = evidence.contracts[name]
        whole = slice_ not in evidence.slices(other)
        value, read = _latest(evidence, other, TOTAL if whole else slice_, window)
        said = (other.name, "" if read == window else window_in_words(read), "whole company" if whole else "")
        yield ", ".join(filter(None, said)), in_words(value, other.unit, evidence.facts.currency, other.decimals)


def _latest(evidence: Evidence, kpi: Contract, slice_: Slice, window: WindowName) -> tuple[float | None, WindowName]:
    """The latest final value over that window; a KPI that lacks it is read over the one it is judged by."""
    chosen = window if window in evidence.series[kpi.id] else kpi.judged_window
    history = evidence.history(kpi, slice_)
    period = history.latest_final(chosen)
    return (history.value(chosen, period.last) if period else None), chosen


def _money(
    evidence: Evidence, contract: Contract, verdict: Verdict, history: SliceHistory, window: WindowName, end: int
) -> float | None:
    """What the breach puts at risk in the reporting currency; None where the contract gives no cost."""
    cost, value = contract.cost, history.value(window, end)
    if cost is None or value is None or verdict.limit is None:
        return None
    gap = abs(value - verdict.limit)
    if cost.per_unit is not None:
        return gap * cost.per_unit
    assert cost.of_kpi is not None
    measured: float | None = value
    if cost.of_kpi != contract.id:
        other = evidence.contracts[cost.of_kpi]
        known = history.slice in evidence.slices(other)
        measured = _latest(evidence, other, history.slice, window)[0] if known else None
    if measured is None:
        return None
    return abs(measured * gap) if cost.times_gap else abs(measured)
