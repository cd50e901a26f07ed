"""The engine: contracts, company and known issues on one side, a snapshot on the other, readings and cards between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pandas as pd

from . import ENGINE_VERSION
from .asking import source_tables
from .assess import Evidence, assess
from .card import Assessment
from .company import Company
from .compute import compute
from .contract import Contract
from .contracts_folder import load_contracts
from .exclusion import excluded_rows, exclusions
from .known_issue import KnownIssue, load_known_issues
from .make_card import Facts
from .narrowing import Within, rows_of
from .partial_store import PartialStore
from .period import WEEKS_IN, WindowName
from .problem import Problem
from .quality.check import Inspection
from .quality.dirt import with_dirt
from .quality.folder import Checks, load_checks
from .quality.formulas import FormulaEdit
from .quality.inspect import inspect
from .question import Question, Series, Wanted
from .readings_table import readings_table
from .records import records
from .rules.control_limits import ControlLimits
from .rules.step import Step
from .snapshot import Snapshot
from .supply import Slice
from .yaml_strict import load_model


@dataclass(frozen=True)
class Engine:
    """Reads and judges. Everything is an argument: equal inputs give equal readings and cards.

    `history` are the stored snapshots, oldest first, that differences between snapshots need. `checks` are the
    controls and hygiene rules, `edits` the formulas changed without approval. `partials` keeps what was added
    up on disk, `inspected` what the checks said of a load: they change how long an answer takes, never what it says.
    """

    company: Company
    contracts: Mapping[str, Contract]
    known_issues: tuple[KnownIssue, ...] = ()
    history: tuple[Snapshot, ...] = field(default=())
    partials: PartialStore | None = None
    checks: Checks = field(default_factory=Checks)
    edits: tuple[FormulaEdit, ...] = ()
    inspected: dict[str, Inspection] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def load(
        cls, contracts: Path, company: Path, known_issues: Path, history: Sequence[Snapshot] = ()
    ) -> tuple[Engine | None, tuple[Problem, ...]]:
        """The engine of a configuration folder, or everything that is wrong with it.

        Controls and hygiene rules lie beside the contracts.
        """
        firm, problems = load_model(company, Company)
        found, more = load_contracts(contracts, firm)
        issues, others = load_known_issues(known_issues, found)
        checks, wrong = load_checks(contracts.parent, firm)
        problems = [*problems, *more, *others, *wrong]
        if firm is None or problems:
            return None, tuple(problems)
        return cls(firm, found, issues, tuple(history), checks=checks), ()

    @cached_property
    def fingerprint(self) -> str:
        """Names everything but the snapshot that readings and cards depend on."""
        parts = [
            self.company.model_dump_json(),
            *(contract.fingerprint for _, contract in sorted(self.contracts.items())),
            *(issue.model_dump_json() for issue in self.known_issues),
            *(snapshot.fingerprint for snapshot in self.history),
            self.checks.fingerprint,
            *(f"{edit.kpi} {edit.version}" for edit in self.edits),
            ENGINE_VERSION,
        ]
        return sha256("\n".join(parts).encode()).hexdigest()[:16]

    def question(
        self,
        snapshot: Snapshot,
        as_of: date,
        wanted: Iterable[Wanted],
        *,
        dimensions: Sequence[str] | None = None,
        within: Within | None = None,
        span: tuple[date, date] | None = None,
    ) -> Question:
        """A question to this engine's data; `within` narrows to some slices of dimensions."""
        asked = tuple(wanted)
        return Question(
            self.company,
            snapshot,
            as_of,
            asked,
            tuple(dimensions) if dimensions is not None else None,
            rows_of(within or {}, (one.contract for one in asked)),
            span,
            tuple(self.history) or (snapshot,),
            exclusions(self.known_issues, as_of),
            self.partials,
        )

    def series(
        self,
        snapshot: Snapshot,
        as_of: date,
        *,
        kpis: Sequence[str] | None = None,
        by: Sequence[str] | None = None,
        within: Within | None = None,
        windows: Sequence[WindowName] | None = None,
        span: tuple[date, date] | None = None,
    ) -> list[Series]:
        """Readings as arrays. `by` lists dimensions (None: all declared); the total is always there."""
        chosen = [self.contracts[kpi] for kpi in kpis] if kpis is not None else list(self.contracts.values())
        wanted = [
            Wanted(contract, contract.variant, contract.windows if windows is None else tuple(windows))
            for contract in chosen
        ]
        return compute(self.question(snapshot, as_of, wanted, dimensions=by, within=within, span=span))

    def readings(
        self,
        snapshot: Snapshot,
        as_of: date,
        *,
        kpis: Sequence[str] | None = None,
        by: Sequence[str] | None = None,
        within: Within | None = None,
        windows: Sequence[WindowName] | None = None,
        span: tuple[date, date] | None = None,
    ) -> pd.DataFrame:
        """Readings as a table: one row a KPI × slice × window × period, columns as in `readings_table`."""
        series = self.series(snapshot, as_of, kpis=kpis, by=by, within=within, windows=windows, span=span)
        return readings_table(series, snapshot)

    def assess(self, snapshot: Snapshot, as_of: date) -> Assessment:
        """The cards of an as-of date."""
        judged = self._judged()
        wanted = [Wanted(contract, contract.variant, judged_windows(contract)) for contract in judged.values()]
        series: dict[str, dict[WindowName, Series]] = {contract.id: {} for contract in judged.values()}
        for found in compute(self.question(snapshot, as_of, wanted)):
            series[found.contract.id][found.window] = found

        def narrow(contract: Contract, slice_: Slice) -> dict[WindowName, Series]:
            one = [Wanted(contract, contract.variant, judged_windows(contract))]
            inner = compute(self.question(snapshot, as_of, one, within={slice_[0]: slice_[1]}))
            return {series.window: series for series in inner}

        evidence = Evidence(
            contracts=judged,
            series=series,
            compared=self._compared(snapshot, as_of),
            tables={contract.id: source_tables(contract, self.company, as_of) for contract in judged.values()},
            known_issues=self.known_issues,
            excluded=excluded_rows(self.known_issues, snapshot, as_of),
            inspection=self.inspect(snapshot),
            snapshot=snapshot,
            as_of=as_of,
            facts=Facts(snapshot.fingerprint, ENGINE_VERSION, self.company.currency),
            narrow=narrow,
        )
        result = assess(evidence)

        def reread(kpis: Sequence[str], left_out: tuple[KnownIssue, ...]) -> dict[str, dict[WindowName, Series]]:
            clean = replace(self, known_issues=(*self.known_issues, *left_out))
            again = {kpi: Wanted(judged[kpi], judged[kpi].variant, judged_windows(judged[kpi])) for kpi in kpis}
            read: dict[str, dict[WindowName, Series]] = {kpi: {} for kpi in kpis}
            for one in compute(clean.question(snapshot, as_of, again.values())):
                read[one.contract.id][one.window] = one
            return read

        inspection = evidence.inspection
        return replace(result, cards=with_dirt(result.cards, judged, evidence.tables, inspection, as_of, reread))

    def inspect(self, snapshot: Snapshot) -> Inspection:
        """What the controls and hygiene rules say of a load, as of its data date."""
        if snapshot.fingerprint not in self.inspected:
            earlier = next((one for one in self.history if one.fingerprint == snapshot.parent), None)
            found = inspect(self.checks, self.company, snapshot, earlier, self.edits, len(self.contracts))
            self.inspected[snapshot.fingerprint] = found
        return self.inspected[snapshot.fingerprint]

    def _judged(self) -> dict[str, Contract]:
        """Operating contracts, and those whose figures their cards show or count with."""
        operating = [contract for contract in self.contracts.values() if contract.role == "operating"]
        shown = [name for contract in operating for name in contract.beside]
        counted = [contract.cost.of_kpi for contract in operating if contract.cost and contract.cost.of_kpi]
        needed = {contract.id for contract in operating} | set(shown) | set(counted)
        return {name: contract for name, contract in self.contracts.items() if name in needed}

    def _compared(self, snapshot: Snapshot, as_of: date) -> dict[str, dict[str, Series]]:
        """The variants whose colour is held against the one in force, in the window of the bands."""
        wanted = [
            Wanted(contract, variant, (contract.bands.window,))
            for contract in self.contracts.values()
            if contract.bands
            for variant in contract.compare
        ]
        found: dict[str, dict[str, Series]] = {}
        for series in compute(self.question(snapshot, as_of, wanted, dimensions=())) if wanted else ():
            found.setdefault(series.contract.id, {})[series.variant] = series
        return found

    def records(
        self,
        snapshot: Snapshot,
        kpi: str,
        as_of: date,
        *,
        start: date,
        end: date,
        window: WindowName = "span",
        within: Within | None = None,
        limit: int = 1000,
    ) -> pd.DataFrame:
        """The named records behind a reading of the period `start`..`end` of a window, at most `limit` of them."""
        contract = self.contracts[kpi]
        wanted = [Wanted(contract, contract.variant, contract.windows)]
        asked = self.question(snapshot, as_of, wanted, within=within, span=(start, end), dimensions=())
        return records(asked, contract, window, limit)


def judged_windows(contract: Contract) -> tuple[WindowName, ...]:
    """The windows that a contract's rules look at and its cards show."""
    asked: list[WindowName] = []
    for rule in contract.rules:
        asked.append(rule.window)
        if isinstance(rule, Step):
            asked.append(rule.baseline)
        if isinstance(rule, ControlLimits):
            asked.append("week")
    asked = asked or list(contract.windows)
    if any(window in WEEKS_IN for window in asked):
        asked += ["4w", "8w", "13w"]
    known = set(asked)
    return tuple(window for window in ("week", "4w", "8w", "13w", "month", "quarter") if window in known)
