"""The load report: what was read of uploaded files, what it changes, and what it does to the numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from pydantic import TypeAdapter

from kpi_engine.card import Assessment, Card, Check
from kpi_engine.contract import Contract
from kpi_engine.exports.reports import TableReport
from kpi_engine.loads.difference import TableDifference, differences
from kpi_engine.loads.suspicion import Suspicion, suspicions
from kpi_engine.loads.unknown_keys import UnknownKeys, unknown_keys
from kpi_engine.problem import Problem
from kpi_engine.snapshot import Snapshot
from kpi_engine.snapshot_store import current_snapshot, snapshot_history
from rendering.reasons import reason_in_words
from rendering.units import contract_quantity

from .configuration import load_engine
from .download import Download, as_csv
from .publication import assessed, assessed_candidate
from .site import Site


@dataclass(frozen=True, slots=True)
class Number:
    """One operating KPI before and after, in words; `status` as in a check, "" where there was none."""

    kpi: str
    name: str
    before: str
    status_before: str
    after: str
    status_after: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a candidate does: to the tables, to keys, to the KPIs and to the cards (new and gone, by name)."""

    differences: tuple[TableDifference, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    unknown_keys: tuple[UnknownKeys, ...] = ()
    numbers: tuple[Number, ...] = ()
    new_cards: tuple[str, ...] = ()
    gone_cards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a check of uploaded files found. `snapshot` is the candidate, None while `problems` block it.

    `id` names the check, `state` the files it speaks of, `onto` the snapshot that was in force. `left_out`
    are the problems of rows left out for `left_out_reason`. Of problems and rows left out the first of each kind
    stand here, `told` is how many there are in all; the file beside the report has them whole. With `rows_only`
    nothing but rows is wrong, which may be left out. `publishing` is set once a person has said
    to publish: its reason; a publication that was interrupted then is completed in the log.
    """

    id: str
    state: str
    at: datetime
    files: tuple[str, ...]
    snapshot: str | None
    onto: str | None
    data_on: date | None
    tables: tuple[TableReport, ...]
    told: int
    rows_only: bool
    problems: tuple[Problem, ...] = ()
    left_out: tuple[Problem, ...] = ()
    left_out_reason: str = ""
    notes: tuple[str, ...] = ()
    effect: Effect = Effect()
    publishing: str | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether the files hold exactly what is in force already."""
        return self.snapshot is not None and self.snapshot == self.onto

    @property
    def refused(self) -> int:
        """Rows that were left out as unreadable."""
        return sum(table.refused for table in self.tables)


REPORT = TypeAdapter(LoadReport)


def effect_of(site: Site, candidate: Snapshot) -> tuple[Effect, tuple[Problem, ...]]:
    """What the candidate would do; the problems are those of the configuration."""
    before = current_snapshot(site.workspace)
    after, problems = assessed_candidate(site, candidate)
    if after is None:
        return Effect(), problems
    now, _ = assessed(site)
    engine, _ = load_engine(site)
    changed = differences(before, candidate)
    touched = [one.table for one in changed]
    contracts = engine.contracts if engine else {}
    currency = engine.company.currency if engine else ""
    old, new = _cards(now), _cards(after)
    return Effect(
        changed,
        suspicions(before, candidate, snapshot_history(site.workspace)),
        unknown_keys(candidate, touched),
        _numbers(now, after, dict(contracts), currency),
        tuple(card for key, card in new.items() if key not in old),
        tuple(card for key, card in old.items() if key not in new),
    ), ()


def refusals(problems: Iterable[Problem]) -> Download:
    """Every problem as a file for spreadsheets: file, row, column, value, what is wrong, how to mend it."""
    lines = [(one.file, one.row, one.column or "", one.value or "", one.message, one.remedy) for one in problems]
    frame = pd.DataFrame(lines, columns=["file", "row", "column", "value", "what is wrong", "how to mend it"])
    frame["row"] = frame["row"].astype("Int64")
    return as_csv(frame, "refused-rows")


def _numbers(
    before: Assessment | None, after: Assessment, contracts: dict[str, Contract], currency: str
) -> tuple[Number, ...]:
    """One line a check of the total, those that change first."""
    old = {one.kpi: one for one in before.checks if one.dimension == "total"} if before else {}
    found = []
    for check in after.checks:
        if check.dimension != "total":
            continue
        was, contract = old.get(check.kpi), contracts.get(check.kpi)
        shown, status = _in_words(was, contract, currency), was.status if was else ""
        now = _in_words(check, contract, currency)
        changed = was is None or (was.value, was.status, was.period_end) != (
            check.value,
            check.status,
            check.period_end,
        )
        found.append(Number(check.kpi, check.name, shown, status, now, check.status, changed))
    return tuple(sorted(found, key=lambda one: (not one.changed, one.status_before == one.status_after, one.name)))


def _in_words(check: Check | None, contract: Contract | None, currency: str) -> str:
    if check is None:
        return "–"
    if check.status == "not_evaluable" or contract is None:
        return reason_in_words(check.reason, contract)
    return f"{contract_quantity(check.value, contract, currency)} (n {check.n:,})"


def _cards(assessment: Assessment | None) -> dict[tuple[str, str, str, str, str], str]:
    """Cards by what they are about, whatever the period, in words."""
    return {_about(card): _title(card) for card in assessment.cards} if assessment else {}


def _about(card: Card) -> tuple[str, str, str, str, str]:
    return card.kpi, card.dimension, card.slice, card.rule, card.status


def _title(card: Card) -> str:
    where = "" if card.dimension == "total" else f", {card.slice}"
    return f"{card.status}: {card.name}{where}"
