"""One number of a contract as SQL that an analyst can paste and check us with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from .company import Company
from .contract import Contract
from .exclusion import counted_rows, exclusions
from .known_issue import KnownIssue
from .narrowing import Within, rows_of
from .period import Calendar, Period
from .snapshot import Snapshot, TableFile
from .sources import snapshot_table
from .supply import Context
from .workings import DIALECT, Workings


@dataclass(frozen=True, slots=True)
class Recomputation:
    """A number as queries over the snapshot's files."""

    workings: Workings
    row: exp.Select

    @property
    def answer(self) -> exp.Select:
        """The one row (value, n)."""
        return self.workings.query(self.row)

    @property
    def counts(self) -> exp.Select:
        """A row (part, n) for every part that has an n, or for the whole where it is not made of parts."""
        counted = [name for name, part in self.workings.parts.items() if "n" in part.named_selects]
        counts = [exp.select(f"{at} AS place", f"'{name}' AS part", "n").from_(name) for at, name in enumerate(counted)]
        if not counts:
            return self.workings.query(exp.select("'rows' AS part", "n").from_(self.row.subquery("answer")))
        whole = exp.union(*counts, distinct=False) if len(counts) > 1 else counts[0]
        return self.workings.query(exp.select("part", "n").from_(whole.subquery("counted")).order_by("place"))

    @property
    def sql(self) -> str:
        """The answer's query, to be pasted."""
        return str(self.answer.sql(dialect=DIALECT, pretty=True))


def recompute_sql(
    contract: Contract,
    variant: str,
    snapshot: Snapshot,
    company: Company,
    as_of: date,
    period: Period,
    within: Within | None = None,
    *,
    history: Sequence[Snapshot] = (),
    known_issues: tuple[KnownIssue, ...] = (),
) -> str:
    """DuckDB SQL over the snapshot's Parquet files whose one row is (value, n) of that period.

    It tells nothing of whether the number may be judged: an open period or a small n reads all the same.
    """
    return recompute(
        contract, variant, snapshot, company, as_of, period, within, history=history, known_issues=known_issues
    ).sql


def recompute(
    contract: Contract,
    variant: str,
    snapshot: Snapshot,
    company: Company,
    as_of: date,
    period: Period,
    within: Within | None = None,
    *,
    history: Sequence[Snapshot] = (),
    known_issues: tuple[KnownIssue, ...] = (),
) -> Recomputation:
    """The same, with the query that counts the rows of each part."""
    stored = [one for one in history or (snapshot,) if one.data_on <= as_of and "opportunities" in one.tables]
    known = tuple((one.fingerprint, one.data_on) for one in stored)
    excluded = exclusions(known_issues, as_of)

    def rows(name: str, of: Snapshot) -> exp.Select:
        return counted_rows(name, {key: _absolute(table) for key, table in of.tables.items()}, as_of, excluded)

    deals = {snapshot_table(one.fingerprint): rows("opportunities", one) for one in stored}
    sql = Workings(
        Context(company, Calendar.of(company), as_of, (period,), known),
        period,
        {name: rows(name, snapshot) for name in snapshot.tables} | deals,
        {name: table.first_event for name, table in snapshot.tables.items()},
        rows_of(within or {}, [contract]),
    )
    return Recomputation(sql, contract.variants[variant].metric.recompute(sql))


def _absolute(table: TableFile) -> TableFile:
    """The SQL is pasted elsewhere, so it must not depend on the folder one stands in."""
    return replace(table, path=table.path.absolute())
