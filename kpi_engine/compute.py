"""All contracts × all their slices × all periods, in one pass per table: the engine's one computation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlglot import exp

from .answers import Answers
from .asking import Asked, asked_by_grid
from .backends import Backend
from .backends.duckdb import DuckDB
from .exclusion import counted_rows
from .finishing import Finishing
from .partial import Partial, StageCohort, States
from .period import Grid
from .proof import activity, counts_all, everything
from .question import Question, Series
from .snapshot import Snapshot
from .sources import snapshot_table
from .supply import Context, tables_of
from .tables.catalogue import BY_NAME


def compute(question: Question) -> list[Series]:
    """The series of every contract and window asked for."""
    grids = asked_by_grid(question)
    with question_backend(question) as backend:
        answers = Answers(question, backend, _tables(question))
        answers.ask({grid: _wishes(asked) for grid, asked in grids.items()}, _customers(grids))
        finishing = [Finishing(question, one, answers) for asked in grids.values() for one in asked]
        while doubts := _doubts(finishing):
            answers.ask(doubts, {})
            # What was worked out before its doubts were answered no longer stands.
            finishing = [Finishing(question, one.asked, answers) if one.doubts else one for one in finishing]
    if question.partials:
        question.partials.trim()
    return [series for one in finishing for series in one.series()]


def _doubts(finishing: Sequence[Finishing]) -> dict[Grid, dict[Partial, tuple[str, ...]]]:
    """What the answers leave open, with the columns it is wanted by."""
    doubts: dict[Grid, dict[Partial, tuple[str, ...]]] = {}
    for one in finishing:
        for partial, columns in one.doubts.items():
            wanted = doubts.setdefault(one.asked.grid, {})
            wanted[partial] = tuple(dict.fromkeys((*wanted.get(partial, ()), *columns)))
    return doubts


def _wishes(asked: Sequence[Asked]) -> dict[Partial, tuple[str, ...]]:
    """Partials with the columns they are wanted by: those of the metrics, and how many rows each flow has at all."""
    wishes: dict[Partial, dict[str, None]] = {}
    for one in asked:
        for partial in one.partials:
            wishes.setdefault(partial, {}).update(dict.fromkeys(one.columns))
    known = tuple(wishes)
    for one in asked:
        for source in one.flows:
            # Slices are known where a metric counts all rows; else these know them.
            by_slice = not any(counts_all(partial, source) for partial in known)
            if isinstance(source, StageCohort):
                wishes.setdefault(everything(source), {}).update(dict.fromkeys(one.columns if by_slice else ()))
            elif isinstance(source, str) and by_slice:
                for partial in activity(source):
                    wishes.setdefault(partial, {}).update(dict.fromkeys(one.columns))
    return {partial: tuple(columns) for partial, columns in wishes.items()}


def _customers(grids: Mapping[Grid, Sequence[Asked]]) -> dict[tuple[Grid, States], tuple[str, ...]]:
    """Customers' states with the columns of all that ask for them."""
    found: dict[tuple[Grid, States], tuple[str, ...]] = {}
    for grid, asked in grids.items():
        columns = tuple(dict.fromkeys(column for one in asked if one.states for column in one.columns))
        found |= {(grid, request): columns for one in asked for request in one.states}
    return found


@contextmanager
def question_backend(question: Question) -> Iterator[Backend]:
    """A backend with the tables of the question's snapshots, without the rows that known issues leave out."""
    columns = [name for wanted in question.contracts for name in question.dimensions_of(wanted.contract).values()]
    with DuckDB(_tables(question), dict.fromkeys(name.removeprefix("account.") for name in columns)) as backend:
        yield backend


def _tables(question: Question) -> dict[str, exp.Select]:
    """What to read of each table that the question's contracts stand on or look up in."""

    def rows(name: str, snapshot: Snapshot) -> exp.Select:
        return counted_rows(name, snapshot.tables, question.as_of, question.excluded)

    tables = {name: rows(name, question.snapshot) for name in _needed(question) if name in question.snapshot.tables}
    for snapshot in question.history:
        if "opportunities" in snapshot.tables and "opportunities" in tables:
            tables[snapshot_table(snapshot.fingerprint)] = rows("opportunities", snapshot)
    return tables


def _needed(question: Question) -> Sequence[str]:
    needed = ["accounts"]
    for wanted in question.contracts:
        context = Context(question.company, question.calendar, question.as_of, (), ())
        needed += tables_of(wanted.contract.variants[wanted.variant].metric.requests(context)) or ("opportunities",)
    for name in needed:
        # Tables looked up in may look up in others: the list grows while it is read.
        needed += [lookup.table for lookup in BY_NAME[name].lookups if lookup.table not in needed]
    return tuple(dict.fromkeys(needed))
