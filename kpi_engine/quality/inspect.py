"""Inspecting a load: every check run on its rows, counted in full, the offending records named."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlglot import exp

from ..backends.duckdb import DuckDB
from ..company import Company
from ..snapshot import Snapshot
from .check import MOST_NAMED, OFFENCES, Check, Group, Inspection, Outcome
from .controls.approved_formulas import ApprovedFormulas
from .folder import Checks, RowCheck
from .formulas import FormulaEdit
from .rows import Rows, used_tables


def inspect(
    checks: Checks,
    company: Company,
    snapshot: Snapshot,
    earlier: Snapshot | None = None,
    edits: Sequence[FormulaEdit] = (),
    contracts: int = 0,
) -> Inspection:
    """What every check says of a load, as of its data date.

    `earlier` is the load before, `edits` the contracts that differ from their sealed version, of `contracts`.
    """
    outcomes, lists = [], []
    grouped: list[tuple[Group, ApprovedFormulas | RowCheck]] = [
        *(("control", one) for one in checks.controls),
        *(("hygiene", one) for one in checks.hygiene),
    ]
    for group, check in grouped:
        if isinstance(check, ApprovedFormulas):
            outcome, named = _formulas(check, edits, contracts)
        else:
            outcome, named = _look_at(check, group, company, snapshot, earlier)
        outcomes.append(outcome)
        lists.append(named)
    found = [one for one in lists if len(one)]
    return Inspection(tuple(outcomes), pd.concat(found, ignore_index=True)) if found else Inspection(tuple(outcomes))


def _look_at(
    check: RowCheck, group: Group, company: Company, snapshot: Snapshot, earlier: Snapshot | None
) -> tuple[Outcome, pd.DataFrame]:
    absent = [name for name in (check.table, *getattr(check, "needs", ())) if name not in snapshot.tables]
    if absent:
        return _outcome(check, group, reason=f"no {absent[0]} in this load"), _named(check, [])
    before = {} if earlier is None else earlier.tables
    rows = Rows(check.table, snapshot.tables, snapshot.data_on, company, before)
    if unknown := [name for name in getattr(check, "asks_for", ()) if not rows.brought(name)]:
        return _outcome(check, group, reason=f"no export has the column {unknown[0]}"), _named(check, [])
    look = check.look(rows)
    query = rows.query(check.where, look)
    with DuckDB(dict(used_tables(rows.bound(check.where), query))) as backend:
        backend.keep("looked_at", query)
        counted = _counts(backend, tuple(look.touched))
        named = backend.fetch(_worst())
    checked, violations = counted["checked"], counted["violations"]
    columns = tuple(column for column in look.touched if counted[column])
    reason = "" if checked else "nothing to check in this load"
    outcome = _outcome(check, group, reason=reason, checked=checked, violations=violations, columns=columns)
    return outcome, _named(check, named.to_pylist())


def _counts(backend: DuckDB, touched: Sequence[str]) -> dict[str, int]:
    wrong = exp.func("COUNT", exp.column("wrong", quoted=True))
    parts: list[exp.Expression] = [
        exp.alias_(exp.func("COUNT", exp.Star()), "checked"),
        exp.alias_(wrong, "violations"),
    ]
    for name in touched:
        is_wrong = exp.If(this=exp.column(name, quoted=True), true=exp.Literal.number(1))
        counted = exp.func("COUNT", exp.Case(ifs=[is_wrong]))
        parts.append(exp.alias_(counted, name, quoted=True))
    found: dict[str, int] = backend.fetch(exp.select(*parts).from_("looked_at")).to_pylist()[0]
    return found


def _worst() -> exp.Select:
    """The offending records, the oldest first."""
    shown = [exp.column(name, quoted=True) for name in OFFENCES if name != "check"]
    is_wrong = exp.Not(this=exp.Is(this=exp.column("wrong"), expression=exp.Null()))
    return exp.select(*shown).from_("looked_at").where(is_wrong).order_by("since", "record").limit(MOST_NAMED)


def _named(check: Check, rows: list[dict[str, str | None]]) -> pd.DataFrame:
    said = [{name: check.id if name == "check" else row[name] or "" for name in OFFENCES} for row in rows]
    return pd.DataFrame(said, columns=list(OFFENCES), dtype="str")


def _formulas(check: ApprovedFormulas, edits: Sequence[FormulaEdit], contracts: int) -> tuple[Outcome, pd.DataFrame]:
    rows: list[dict[str, str | None]] = [
        {
            "record": edit.kpi,
            "name": edit.name,
            "owner": edit.owner,
            "team": "",
            "wrong": f"differs from its approved version {edit.version}",
            "since": "",
        }
        for edit in edits
    ]
    reason = "" if contracts else "no contracts"
    columns = tuple(f"contracts.{edit.kpi}" for edit in edits)
    outcome = _outcome(check, "control", reason=reason, checked=contracts, violations=len(edits), columns=columns)
    return outcome, _named(check, rows)


def _outcome(
    check: ApprovedFormulas | RowCheck,
    group: Group,
    *,
    reason: str = "",
    checked: int = 0,
    violations: int = 0,
    columns: tuple[str, ...] = (),
) -> Outcome:
    return Outcome(
        id=check.id,
        group=group,
        name=check.name,
        rule=check.rule,
        owners=check.owners,
        sla_hours=check.sla_hours,
        tier=check.tier,
        state="not_evaluable" if reason else "open" if violations else "passed",
        reason=reason,
        table="" if isinstance(check, ApprovedFormulas) else check.table,
        checked=checked,
        violations=violations,
        columns=columns,
        note=check.note,
    )
