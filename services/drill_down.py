"""Drilling down: one KPI as a line, by dimension, narrowed slice by slice, to the records behind a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from decision_log.closeout import Closeout, closeout_of
from decision_log.decision import Decision, decisions
from kpi_engine.asking import source_tables
from kpi_engine.card import Card, KnownIssueNote, Trust
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.finish import TOTAL
from kpi_engine.known_issue import KnownIssue
from kpi_engine.narrowing import Within
from kpi_engine.period import WindowName
from kpi_engine.problem import Problem
from kpi_engine.reading import TOTAL_SLICE, Reason
from kpi_engine.rules.bands import Bands
from kpi_engine.snapshot_store import current_snapshot
from kpi_engine.supply import Slice

from .close_out import success_of
from .configuration import load_engine
from .people import Person, require
from .publication import published
from .scope import is_theirs, require_kpi, their_part, within_scope
from .site import Site


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a decision expects of the line: from its value then to the target on the check date; and what came of it."""

    decided_on: date
    check_on: date
    target: float
    outcome: str


@dataclass(frozen=True, slots=True)
class View:
    """One KPI within some slices, in the order of the steps: `line` in time, `slices` by dimension in every period.

    `decisions` are those on the KPI and those that it measures, newest first, each with its closeout. `trust` is
    how far an operating KPI can be trusted. `caveats` are the known issues that touch the line now or did earlier.
    """

    contract: Contract
    currency: str
    as_of: date
    window: WindowName
    within: Within
    line: pd.DataFrame
    slices: pd.DataFrame
    cards: tuple[Card, ...]
    decisions: tuple[tuple[Decision, Closeout], ...]
    trust: Trust | None = None
    caveats: tuple[KnownIssue, ...] = ()

    @property
    def final(self) -> pd.DataFrame:
        """The line without open periods."""
        final: pd.DataFrame = self.line[self.line["reason"] != Reason.OPEN.value]
        return final

    @property
    def latest_slices(self) -> pd.DataFrame:
        """The slices in the latest final period."""
        latest: pd.DataFrame = self.slices[self.slices["period_end"] == self.final["period_end"].max()]
        return latest

    @property
    def here(self) -> Slice | None:
        """The slice that the line is of; None where several dimensions, or several slices, come together."""
        if not self.within:
            return TOTAL
        (name, slice_), *others = self.within.items()
        return None if others or isinstance(slice_, tuple) else (name, slice_)

    @property
    def card(self) -> Card | None:
        """The worst card of exactly this slice and window."""
        here = (self.here, self.window)
        return next((card for card in self.cards if ((card.dimension, card.slice), card.window) == here), None)

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """What decisions expect of exactly this line: the same slice in the same window."""
        found = []
        for decision, closeout in self.decisions:
            taken = decision.taken
            ours = taken.metric_kpi == self.contract.id and (taken.metric_dimension, taken.metric_slice) == self.here
            window = success_of(taken, self.contract, closeout.check_on).window
            if ours and window == self.window and taken.metric_target is not None:
                outcome = "" if closeout.verdict is None else closeout.verdict.outcome
                found.append(Expectation(taken.decided_on, closeout.check_on, taken.metric_target, outcome))
        return tuple(found)

    @property
    def bands(self) -> Bands | None:
        """The bands that judge this slice in this window."""
        return self.bands_of(self.here[0]) if self.here else None

    def bands_of(self, dimension: str) -> Bands | None:
        """The bands for slices of a dimension: those for another window or scope would judge wrongly."""
        for rule in self.contract.rules:
            if isinstance(rule, Bands) and rule.window == self.window and rule.scope == dimension:
                return rule
        return None

    @property
    def known_issues(self) -> tuple[KnownIssueNote, ...]:
        """The known issues that touch the KPI, whether it has cards or not."""
        notes = [issue for card in self.cards for issue in card.known_issues]
        notes += self.trust.known_issues if self.trust else ()
        return tuple({issue.id: issue for issue in reversed(notes)}.values())


def drill_down(
    site: Site, person: Person, kpi: str, *, window: WindowName, within: Mapping[str, str], as_of: date | None = None
) -> tuple[View | None, tuple[Problem, ...]]:
    """The KPI's readings within the slices; None without problems means that no data is there yet."""
    require(person, "view", keeps_scope=True)
    kept = within_scope(person, within)
    publication, problems = published(site, as_of)
    if publication is None:
        return None, problems
    engine, problems = load_engine(site)
    snapshot = current_snapshot(site.workspace)
    if engine is None or snapshot is None:
        return None, problems
    require_kpi(person, engine.contracts[kpi])
    assessment = their_part(person, publication.assessment)
    if kept:
        found = engine.readings(snapshot, assessment.as_of, kpis=[kpi], within=kept, windows=[window])
    else:
        found = publication.readings_of(kpi, window)
    found = found.sort_values("period_end")
    is_total = found["slice"] == TOTAL_SLICE
    view = View(
        contract=engine.contracts[kpi],
        currency=engine.company.currency,
        as_of=assessment.as_of,
        window=window,
        within=kept,
        line=found[is_total],
        slices=found[~is_total & ~found["dimension"].isin(_alone(kept))],
        cards=tuple(card for card in assessment.cards if card.kpi == kpi),
        decisions=_decisions_on(site, person, kpi),
        trust=next((one for one in assessment.trust if one.kpi == kpi), None),
        caveats=_ever_touching(engine, kpi, kept, assessment.as_of),
    )
    return view, ()


def _alone(within: Within) -> list[str]:
    """The dimensions of which one slice is left: they divide nothing any more."""
    return [name for name, slices in within.items() if isinstance(slices, str)]


def _ever_touching(engine: Engine, kpi: str, within: Within, as_of: date) -> tuple[KnownIssue, ...]:
    """The known issues, ended ones too, that speak of this line: a past dip stays explained."""
    contract = engine.contracts[kpi]
    tables = source_tables(contract, engine.company, as_of)
    steps = [[(name, one) for one in _each(slices)] for name, slices in within.items()] or [[TOTAL]]
    return tuple(
        one
        for one in engine.known_issues
        if one.since <= as_of
        and all(any(one.touches(contract, tables, slice_, one.since) for slice_ in step) for step in steps)
    )


def _each(slices: str | tuple[str, ...]) -> tuple[str, ...]:
    return (slices,) if isinstance(slices, str) else slices


def _decisions_on(site: Site, person: Person, kpi: str) -> tuple[tuple[Decision, Closeout], ...]:
    stream = site.log().stream("decision")
    found = [(one, closeout_of(stream[one.subject])) for one in decisions(stream)]
    return tuple(
        (one, closeout)
        for one, closeout in found
        if closeout is not None
        and kpi in (one.taken.kpi, one.taken.metric_kpi)
        and is_theirs(person, one.taken.dimension, one.taken.slice)
    )


def records(
    site: Site,
    person: Person,
    kpi: str,
    *,
    start: date,
    end: date,
    window: WindowName,
    within: Mapping[str, str],
    as_of: date,
    limit: int = 10_000,
) -> pd.DataFrame:
    """The named records behind the KPI's number of a window's period `start` to `end`, at most `limit` of them."""
    require(person, "view", keeps_scope=True)
    kept = within_scope(person, within)
    engine, _ = load_engine(site)
    snapshot = current_snapshot(site.workspace)
    if engine is None or snapshot is None:
        return pd.DataFrame()
    require_kpi(person, engine.contracts[kpi])
    return engine.records(snapshot, kpi, as_of, start=start, end=end, window=window, within=kept or None, limit=limit)
