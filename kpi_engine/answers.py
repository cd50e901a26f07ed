"""What a backend said to a question: every partial sum and customer state asked for, each source read once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from .backends import Backend
from .compile import Compiler, kept_name
from .customers import Customers, checkpoints, customers_of, nobody
from .finish import Labelled, label
from .partial import Partial, Source, States, table_of
from .period import Grid
from .question import Question

# Partials, each with the columns it is wanted by.
Wishes = Mapping[Partial, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Answers:
    """Asks a backend and remembers, grid by grid."""

    question: Question
    backend: Backend
    partials: dict[Grid, dict[Partial, Labelled]] = field(default_factory=dict)
    customers: dict[tuple[Grid, States], Customers] = field(default_factory=dict)

    def _compiler(self, grid: Grid) -> Compiler:
        question = self.question
        present = {name for name, table in question.snapshot.tables.items() if table.rows}
        return Compiler(question.company, present, grid, question.as_of, question.within)

    def ask(self, wanted: Mapping[Grid, Wishes]) -> None:
        """Reads and joins each source once for all grids; sources side by side."""
        sources: dict[Source, dict[Grid, dict[Partial, tuple[str, ...]]]] = {}
        for grid, wishes in wanted.items():
            answered = self.partials.setdefault(grid, {})
            for partial, columns in wishes.items():
                known = answered[partial].columns if partial in answered else ()
                by = tuple(dict.fromkeys((*known, *columns)))
                sources.setdefault(partial.source, {}).setdefault(grid, {})[partial] = by
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            for found in threads.map(self._sums, sources, sources.values()):
                for grid, answers in found.items():
                    self.partials[grid] |= answers

    def _sums(
        self, source: Source, grids: Mapping[Grid, Mapping[Partial, tuple[str, ...]]]
    ) -> dict[Grid, dict[Partial, Labelled]]:
        found: dict[Grid, dict[Partial, Labelled]] = {}
        names = [
            name for wishes in grids.values() for partial, by in wishes.items() for name in (*partial.columns, *by)
        ]
        for grid, wishes in grids.items():
            compiler = self._compiler(grid)
            if table_of(source) not in compiler.present:
                continue
            if not found:
                self.backend.keep(kept_name(source), compiler.rows(source, dict.fromkeys(names)))
            found[grid] = {}
            for statement in compiler.statements(dict(wishes)):
                found[grid] |= label(statement, self.backend.fetch(statement.expression))
        return found

    def ask_customers(self, grid: Grid, request: States, columns: tuple[str, ...]) -> None:
        """Reads what customers hold at the grid's month ends."""
        compiler, days = self._compiler(grid), checkpoints(self.question, grid)
        if not days or request.table not in compiler.present:
            self.customers[grid, request] = nobody(columns, days)
            return
        lines = self.backend.fetch(compiler.lines(request))
        accounts = self.backend.fetch(compiler.accounts(columns)) if "accounts" in compiler.present else None
        self.customers[grid, request] = customers_of(lines, accounts, columns, days)
