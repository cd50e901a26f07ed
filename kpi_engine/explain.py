"""How a number comes about: what was counted, by which formula, from which files, and SQL that checks it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from .asking import source_tables
from .backends.duckdb import DuckDB
from .card import KnownIssueNote, Unit
from .column_uses import pieces
from .contract import Contract
from .engine import Engine
from .exclusion import excluded_rows
from .measure import Filter
from .period import Calendar, Period, WindowName, periods
from .question import Series
from .reading import TOTAL_SLICE, State
from .recompute import Recomputation, recompute
from .snapshot import Snapshot
from .supply import REASONS
from .wording import in_words

# Long enough to hold a final quarter, whatever the follow-up time of its cohort.
_LOOK_BACK = timedelta(days=1_500)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One table the number stands on: its Parquet file, the exports it was read from, its rows and reach."""

    table: str
    file: str
    exports: tuple[str, ...]
    rows: int
    last_event: date | None
    left_out: int
    left_out_reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading with everything it stands on.

    `value` is None where the reading is not evaluable; `recomputed` and `recomputed_n` are what `sql` says,
    which knows nothing of open periods or small samples. `counted` holds rows by part of the formula,
    `left_out` those that an empty cell kept out.
    """

    kpi: str
    name: str
    variant: str
    definition: str
    formula: str
    unit: Unit
    currency: str
    decimals: int
    window: WindowName
    period_start: date
    period_end: date
    slices: Mapping[str, str]
    value: float | None
    n: int
    state: State
    reason: str
    left_out: int
    recomputed: float | None
    recomputed_n: int
    counted: Mapping[str, int]
    filters: tuple[str, ...]
    sources: tuple[SourceFile, ...]
    source_system: str
    snapshot: str
    data_on: date
    known_issues: tuple[KnownIssueNote, ...]
    min_n: int | None
    final: str
    final_on: date
    as_of: date
    sql: str = field(repr=False)

    @property
    def agrees(self) -> bool:
        """Whether the SQL gives the reading; a reading that may not be judged is held against its n only."""
        if self.n != self.recomputed_n or self.value is None:
            return self.n == self.recomputed_n
        return self.recomputed is not None and math.isclose(self.value, self.recomputed, rel_tol=1e-9, abs_tol=1e-12)


def explain(
    engine: Engine,
    snapshot: Snapshot,
    kpi: str,
    as_of: date,
    period: Period | None = None,
    within: Mapping[str, str] | None = None,
) -> Explanation:
    """How a KPI's number of a period comes about; by default of the latest final one its first rule judges.

    `within` narrows to one slice of some dimensions. KeyError if there is no such KPI.
    """
    contract = engine.contracts[kpi]
    asked = period or latest_final_period(engine, contract, as_of)
    slices = dict(within or {})
    value, n, reason, left_out = _reading(engine, snapshot, contract, as_of, asked, slices)
    recomputation = recompute(
        contract, contract.variant, snapshot, engine.company, as_of, asked, slices,
        history=engine.history, known_issues=engine.known_issues,
    )  # fmt: skip
    recomputed, recomputed_n, counted = _recomputed(recomputation)
    tables = source_tables(contract, engine.company, as_of)
    return Explanation(
        kpi=kpi,
        name=contract.name,
        variant=contract.variants[contract.variant].label,
        definition=contract.definition,
        formula=contract.metric.formula(),
        unit=contract.unit,
        currency=engine.company.currency,
        decimals=contract.decimals,
        window=asked.window,
        period_start=asked.start,
        period_end=asked.end,
        slices=slices,
        value=value,
        n=n,
        state="not_evaluable" if value is None else "value" if value else "zero",
        reason=reason,
        left_out=left_out,
        recomputed=recomputed,
        recomputed_n=recomputed_n,
        counted=counted,
        filters=_filters(contract, slices),
        sources=tuple(_source(snapshot, table) for table in tables if table in snapshot.tables),
        source_system=contract.source.system,
        snapshot=snapshot.fingerprint,
        data_on=snapshot.data_on,
        known_issues=_known_issues(engine, snapshot, contract, tables, as_of, slices),
        min_n=contract.min_n,
        final=contract.refresh.final,
        final_on=_final_on(contract, asked),
        as_of=as_of,
        sql=recomputation.sql,
    )


def latest_final_period(engine: Engine, contract: Contract, as_of: date) -> Period:
    """The latest final period of the window of the contract's first rule (or of its first window)."""
    window = contract.rules[0].window if contract.rules else contract.windows[0]
    known = periods(Calendar.of(engine.company), window, as_of - _LOOK_BACK, as_of)
    return next(period for period in reversed(known) if _final_on(contract, period) <= as_of)


def _final_on(contract: Contract, period: Period) -> date:
    follow_up = int(getattr(contract.metric, "follow_up_days", 0))
    return period.end + timedelta(days=contract.refresh.sla_days + follow_up)


def _reading(
    engine: Engine, snapshot: Snapshot, contract: Contract, as_of: date, period: Period, slices: Mapping[str, str]
) -> tuple[float | None, int, str, int]:
    """Value, n, reason and rows left out, as the engine reads them."""
    ad_hoc = period.window == "span"
    found = engine.series(
        snapshot,
        as_of,
        kpis=[contract.id],
        by=(),
        within=slices,
        windows=None if ad_hoc else [period.window],
        span=(period.start, period.end) if ad_hoc else None,
    )
    series: Series | None = next(iter(found), None)
    at = next((at for at, one in enumerate(series.periods) if one.end == period.end), None) if series else None
    if series is None or at is None:
        return None, 0, "no rows", 0
    result = series.result
    value, reason = float(result.value[0, at]), REASONS[result.reason[0, at]]
    number = None if np.isnan(value) else value
    return number, int(result.n[0, at]), str(reason or ""), int(result.left_out[0, at])


def _recomputed(recomputation: Recomputation) -> tuple[float | None, int, dict[str, int]]:
    """What the SQL says: value, n, and rows by part."""
    with DuckDB({}) as backend:
        row = backend.run(recomputation.answer).iloc[0]
        counts = backend.run(recomputation.counts)
    value = float(row["value"]) if row["value"] is not None else math.nan
    counted = dict(zip(counts["part"].astype(str), counts["n"].astype(int), strict=True))
    return None if math.isnan(value) else value, int(row["n"]), counted


def _filters(contract: Contract, slices: Mapping[str, str]) -> tuple[str, ...]:
    """Every condition of the formula, each once, and the slice."""
    found = [piece for _, piece in pieces(contract.metric) if isinstance(piece, Filter)]
    return tuple(
        dict.fromkeys([*(kept.in_words() for kept in found), *(f"{name} = {value}" for name, value in slices.items())])
    )


def _source(snapshot: Snapshot, name: str) -> SourceFile:
    table = snapshot.tables[name]
    return SourceFile(
        name, table.path.name, table.sources, table.rows, table.last_event, table.left_out, table.left_out_reason
    )


def _known_issues(
    engine: Engine,
    snapshot: Snapshot,
    contract: Contract,
    tables: tuple[str, ...],
    as_of: date,
    slices: Mapping[str, str],
) -> tuple[KnownIssueNote, ...]:
    """The issues in force that touch the reading, with the rows they leave out."""
    left_out = excluded_rows(engine.known_issues, snapshot, as_of)
    asked = list(slices.items()) or [("total", TOTAL_SLICE)]
    return tuple(
        KnownIssueNote(issue.id, issue.note, issue.owner, issue.until, issue.effect, left_out.get(issue.id, 0))
        for issue in engine.known_issues
        if any(issue.touches(contract, tables, one, as_of) for one in asked)
    )


def as_text(explanation: Explanation) -> str:
    """The explanation as a page of text, the SQL last."""
    one = explanation

    def shown(value: float | None) -> str:
        exact = "" if value is None else f" (exactly {value!r})"
        return in_words(value, one.unit, one.currency, one.decimals) + exact

    where = "".join(f", {name} = {value}" for name, value in one.slices.items())
    small = f"; at least {one.min_n} are needed" if one.min_n else ""
    lines = [
        f"{one.name} ({one.kpi}) · {one.variant}",
        one.definition,
        "",
        f"Period     {one.window} {one.period_start} to {one.period_end}{where}, read as of {one.as_of}",
        f"Value      {shown(one.value)}" + (f": not evaluable, {one.reason}" if one.reason else ""),
        f"n          {one.n:,}{small}",
        f"Final      on {one.final_on}. {one.final}",
        f"Formula    {one.formula}",
        *_listed("Filters", one.filters),
        *_listed("Counted", [f"{name.replace('_', ' ')}: {n:,} rows" for name, n in one.counted.items()]),
        *_listed(
            "Left out", [f"{one.left_out:,} rows, because a cell that the formula needs is empty"] * (one.left_out > 0)
        ),
        *_listed("Source", [f"{one.source_system}, snapshot {one.snapshot[:16]}, data as of {one.data_on}"]),
        *_listed("", [_source_text(source) for source in one.sources]),
        *_listed("Known issue", [_issue_text(issue) for issue in one.known_issues]),
        f"Recomputed {shown(one.recomputed)}, n {one.recomputed_n:,}: {'the same' if one.agrees else 'DIFFERENT'}",
        "",
        "Paste this into DuckDB to recompute it from the snapshot's files:",
        "",
        one.sql,
    ]
    return "\n".join(lines)


def _listed(title: str, entries: list[str] | tuple[str, ...]) -> list[str]:
    return [f"{title if at == 0 else '':<10} {entry}" for at, entry in enumerate(entries)]


def _source_text(source: SourceFile) -> str:
    exports = f" from {', '.join(source.exports)}" if source.exports else ""
    reach = f", events to {source.last_event}" if source.last_event else ""
    left_out = f", {source.left_out:,} unreadable rows left out: {source.left_out_reason}" if source.left_out else ""
    return f"{source.table}: {source.rows:,} rows{exports}{reach}{left_out} ({source.file})"


def _issue_text(issue: KnownIssueNote) -> str:
    rows = f", {issue.rows_excluded:,} rows left out" if issue.rows_excluded else ""
    return f"{issue.id} until {issue.until} ({issue.effect}{rows}): {issue.note} — {issue.owner}"
