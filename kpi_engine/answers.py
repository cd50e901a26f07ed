"""What a backend said to a question: every partial sum and customer state asked for, each source read once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from sqlglot import exp

from .account_states import AccountStates
from .backends import Backend
from .compile import Compiler, Statement, kept_name
from .customers import Customers, checkpoints, customers_of, nobody
from .finish import Labelled, Places, label
from .partial import Partial, Source, States, table_of
from .partial_store import PartialStore
from .period import Grid
from .question import Question

# Partials, each with the columns it is wanted by.
Wishes = Mapping[Partial, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Answers:
    """Asks a backend and remembers, grid by grid."""

    question: Question
    backend: Backend
    tables: Mapping[str, exp.Select]
    partials: dict[Grid, dict[Partial, Labelled]] = field(default_factory=dict)
    customers: dict[tuple[Grid, States], Customers] = field(default_factory=dict)
    _states: dict[object, AccountStates] = field(default_factory=dict)

    @property
    def present(self) -> set[str]:
        """The tables that hold anything."""
        return {name for name, table in self.question.snapshot.tables.items() if table.rows}

    def _compiler(self, grid: Grid) -> Compiler:
        question = self.question
        reach = {name: table.last_event for name, table in question.snapshot.tables.items() if table.last_event}
        return Compiler(question.company, self.present, grid, question.as_of, question.within, reach)

    def ask(self, wanted: Mapping[Grid, Wishes], customers: Mapping[tuple[Grid, States], tuple[str, ...]]) -> None:
        """Reads and joins each source once for all grids; sources, and lines of customers, side by side."""
        sources: dict[Source, dict[Grid, dict[Partial, tuple[str, ...]]]] = {}
        for grid, wishes in wanted.items():
            answered = self.partials.setdefault(grid, {})
            for partial, columns in wishes.items():
                known = answered[partial].columns if partial in answered else ()
                by = tuple(dict.fromkeys((*known, *columns)))
                sources.setdefault(partial.source, {}).setdefault(grid, {})[partial] = by
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            # Customers first: much of that is work of one thread, beside which the backend sums with the others.
            held = threads.map(self._held, customers, customers.values())
            sums = threads.map(self._sums, sources, sources.values())
            for found in sums:
                for grid, answers in found.items():
                    self.partials[grid] |= answers
            self.customers.update(zip(customers, held, strict=True))

    def states(self, grid: Grid, request: States, places: Places, slices: int) -> AccountStates:
        """Customers' states by slice; contracts of the same dimensions share them."""
        key = (grid, request, tuple(tuple(at.items()) for at in places), slices)
        if key not in self._states:
            self._states[key] = self.customers[grid, request].states(places, slices)
        return self._states[key]

    def _sums(
        self, source: Source, grids: Mapping[Grid, Mapping[Partial, tuple[str, ...]]]
    ) -> dict[Grid, dict[Partial, Labelled]]:
        found: dict[Grid, dict[Partial, Labelled]] = {grid: {} for grid in grids}
        missing: list[tuple[Grid, Statement]] = []
        for grid, wishes in grids.items():
            compiler = self._compiler(grid)
            if table_of(source) not in compiler.present:
                continue
            for statement in compiler.statements(dict(wishes)):
                known = self._known(statement.expression, compiler.rows(source, statement.columns))
                if known is None:
                    missing.append((grid, statement))
                else:
                    found[grid] |= label(statement, known)
        if missing:
            compiler = self._compiler(missing[0][0])
            names = dict.fromkeys(name for _, statement in missing for name in statement.columns)
            self.backend.keep(kept_name(source), compiler.rows(source, names))
        for grid, statement in missing:
            answer = self.backend.fetch(statement.expression)
            self._remember(answer, statement.expression, compiler.rows(source, statement.columns))
            found[grid] |= label(statement, answer)
        return found

    def _held(self, asked: tuple[Grid, States], columns: tuple[str, ...]) -> Customers:
        """What customers hold at the grid's month ends."""
        grid, request = asked
        compiler, days = self._compiler(grid), checkpoints(self.question, grid)
        if not days or request.table not in compiler.present:
            return nobody(columns, days)
        lines = self._fetched(compiler.lines(request))
        accounts = self._fetched(compiler.accounts(columns)) if "accounts" in compiler.present else None
        return customers_of(lines, accounts, columns, days)

    def _fetched(self, statement: exp.Expression) -> pa.Table:
        known = self._known(statement)
        if known is None:
            known = self.backend.fetch(statement)
            self._remember(known, statement)
        return known

    def _known(self, *expressions: exp.Expression) -> pa.Table | None:
        store = self.question.partials
        return store.get(self._path(store, expressions)) if store else None

    def _remember(self, answer: pa.Table, *expressions: exp.Expression) -> None:
        store = self.question.partials
        if store:
            store.put(self._path(store, expressions), answer)

    def _path(self, store: PartialStore, expressions: Sequence[exp.Expression]) -> Path:
        """Named by the statement, what feeds it, and the tables these read."""
        names = {table.name for one in expressions for table in one.find_all(exp.Table)}
        read = [self.tables[name] for name in sorted(names & set(self.tables))]
        texts = (one.sql(dialect=self.backend.dialect) for one in (*expressions, *read))
        return store.path(texts, (self.question.snapshot, *self.question.history))
