"""Known issues: dated, scoped data caveats that explain, qualify, or exclude rows from, readings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .column_uses import Finding, filter_findings
from .contract import Contract, Identifier, Text
from .measure import Filter, Spec
from .problem import Problem
from .supply import Slice
from .tables.catalogue import BY_NAME
from .yaml_strict import load_model, problem_at


class Scope(Spec):
    """What an issue touches: KPIs, a slice, a table; what is left open, it touches all of.

    In time it touches what is judged from the issue's `since` to its `until`.
    """

    kpis: tuple[Identifier, ...] = ()
    dimension: Text | None = None
    value: Text | None = None
    table: Identifier | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.dimension is None) != (self.value is None):
            raise ValueError("a scope names a dimension and its value together")
        if not (self.kpis or self.dimension or self.table):
            raise ValueError("a scope names kpis, a dimension value or a table")
        return self


class KnownIssue(Spec):
    """One data caveat, in force from `since` to `until` (both included); it must end.

    `explain` folds the cards it touches, `qualify` marks them, `exclude` leaves out the rows of
    `scope.table` that pass all of `rows`, wherever that table is read; rows of other tables that refer to
    them stay. An issue that explains one KPI folds its card `unless_worse_than` a value. Whether it is in
    force is derived from the as-of date; from the day it is `closed` on it no longer is, nor is it asked about.
    """

    id: Identifier
    scope: Scope
    owner: Text
    since: date
    until: date
    effect: Literal["explain", "qualify", "exclude"]
    note: Text
    rows: Annotated[tuple[Filter, ...], Field()] = ()
    unless_worse_than: float | None = None
    closed: date | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.until < self.since:
            raise ValueError("until must not lie before since")
        if (self.effect == "exclude") != bool(self.rows) or (self.rows and not self.scope.table):
            raise ValueError("an issue that excludes names scope.table and the rows it leaves out; no other does")
        if self.unless_worse_than is not None and (self.effect != "explain" or len(self.scope.kpis) != 1):
            raise ValueError("unless_worse_than goes with an issue that explains exactly one KPI")
        return self

    def worsened(self, contract: Contract, value: float | None) -> bool:
        """Whether a reading is worse than the one that was acknowledged."""
        if self.unless_worse_than is None or value is None:
            return False
        if contract.direction == "higher_is_better":
            return value < self.unless_worse_than
        return value > self.unless_worse_than

    def in_force(self, as_of: date) -> bool:
        """Whether the issue holds on that day; after `until` cards return to the queue by themselves."""
        return self.since <= as_of <= self.until and (self.closed is None or as_of < self.closed)

    def expired(self, as_of: date) -> bool:
        """Whether its time is over and nobody has said yet what becomes of it."""
        return self.until < as_of and self.closed is None

    def touches(self, contract: Contract, tables: tuple[str, ...], slice_: Slice, as_of: date) -> bool:
        """Whether the issue speaks of this reading: its KPI, its tables, its slice."""
        if not self.in_force(as_of):
            return False
        if self.scope.kpis and contract.id not in self.scope.kpis:
            return False
        if self.scope.table and self.scope.table not in tables:
            return False
        if self.scope.dimension is None:
            return True
        declared = {dimension.name for dimension in contract.dimensions}
        # A total holds the slice, so it is touched too; another slice of the same dimension is not.
        if slice_[0] == self.scope.dimension:
            return slice_[1] == self.scope.value
        return self.scope.dimension in declared


def load_known_issues(
    folder: Path, kpis: Collection[str] | None = None
) -> tuple[tuple[KnownIssue, ...], tuple[Problem, ...]]:
    """All issues of a folder, by id, and what is wrong with its files. A missing folder holds none.

    With the ids of all KPIs, the ones that issues name are held against them.
    """
    issues: list[KnownIssue] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        issue, found = load_model(path, KnownIssue)
        problems += found
        if issue is None:
            continue
        unknown = [name for name in issue.scope.kpis if kpis is not None and name not in kpis]
        problems += [problem_at(path, ("scope", "kpis"), f"there is no KPI {name!r}") for name in unknown]
        problems += [problem_at(path, *finding) for finding in _findings(issue, path.stem)]
        issues.append(issue)
    return tuple(issues), tuple(problems)


def _findings(issue: KnownIssue, file: str) -> Iterator[Finding]:
    """What is wrong in one file, held against its name and the tables."""
    if issue.id != file:
        yield ("id",), f"the file of {issue.id!r} must be named {issue.id}.yaml"
    table = issue.scope.table
    if table is not None and table not in BY_NAME:
        yield ("scope", "table"), f"there is no table {table!r}"
    elif table is not None:
        for at, condition in enumerate(issue.rows):
            yield from filter_findings(("rows", at), table, condition)
