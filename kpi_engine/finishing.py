"""One contract's answers become its series; and what they leave open is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .answers import Answers
from .arrays import Ints
from .asking import Asked
from .finish import Judgement, Labelled, Places, cells_of, judge, places_of, slices_of
from .narrowing import slices_kept
from .partial import Partial, Source, StageCohort, table_of
from .period import WindowName
from .proof import Answered, active, activity, everything, happened, is_event, shows_date, whole
from .question import Question, Series
from .supply import NO_CELLS, Slice, Supply, tables_of


@dataclass(frozen=True)
class Finishing:
    """One contract's requests on one grid, with the answers known so far."""

    question: Question
    asked: Asked
    answers: Answers

    @cached_property
    def _own(self) -> dict[Partial, Labelled]:
        return {one: self._answered[one] for one in self.asked.partials if one in self._answered}

    @property
    def _answered(self) -> Answered:
        return self.answers.partials[self.asked.grid]

    @cached_property
    def _activity(self) -> tuple[Partial, ...]:
        """Counts by every date at which something happens in its tables."""
        return tuple(dict.fromkeys(one for source in self.asked.flows for one in activity(table_of(source))))

    @cached_property
    def _wholes(self) -> dict[Source, Partial | None]:
        """For each source of flows, what knows all its slices."""
        question = self.question
        whole_tables = {} if question.within else question.snapshot.tables
        rows = {name: table.rows for name, table in whole_tables.items() if name not in question.excluded}
        return {
            source: whole(
                source, self.asked.columns, self._answered, rows.get(source) if isinstance(source, str) else None
            )
            for source in self.asked.flows
        }

    @cached_property
    def _evidence(self) -> tuple[Labelled, ...]:
        """Answers that count what happened in its tables, by all its dimensions."""
        asked = self.asked
        own = (one for one in asked.partials if any(is_event(one, source) for source in asked.flows))
        known = dict.fromkeys(one for one in (*own, *self._wholes.values(), *self._activity) if one in self._answered)
        answers = (self._answered[partial] for partial in known if partial)
        return tuple(answer for answer in answers if set(asked.columns) <= set(answer.columns))

    @cached_property
    def _slices(self) -> tuple[Slice, ...]:
        asked = self.asked
        expected = {dimension.name: set(dimension.expected) for dimension in asked.wanted.contract.dimensions}
        for request in asked.states:
            held = self.answers.customers[asked.grid, request]
            for name, column in asked.dimensions.items():
                expected[name] |= set(held.labels[column])
        rows = self.question.within
        listed = {name: sorted(slices_kept(column, rows, expected[name])) for name, column in asked.dimensions.items()}
        return tuple(slices_of((*self._own.values(), *self._evidence), asked.dimensions, listed))

    @cached_property
    def _places(self) -> Places:
        return places_of(self.asked.dimensions, self._slices)

    @cached_property
    def _tables(self) -> tuple[str, ...]:
        return tuple(name for name in tables_of(self.asked.requests) if name != "targets")

    @cached_property
    def _first(self) -> dict[str, int]:
        """The bucket of each table's first event: before it there are no rows to judge."""
        if self.asked.grid.name == "span":
            return {}
        calendar, tables = self.question.calendar, self.question.snapshot.tables
        number = calendar.week if self.asked.grid.name == "week" else calendar.month
        events = {name: tables[name].first_event for name in self._tables if name in tables}
        return {name: number(day) for name, day in events.items() if day}

    @cached_property
    def _supply(self) -> Supply:
        asked = self.asked
        cells = dict.fromkeys(asked.partials, NO_CELLS)
        cells |= {one: cells_of(answer, self._places) for one, answer in self._own.items()}
        states = {
            request: self.answers.states(asked.grid, request, self._places, len(self._slices))
            for request in asked.states
        }
        return Supply(asked.context, asked.grid, self._slices, cells, states, self._first)

    @cached_property
    def _reasons(self) -> dict[WindowName, Ints]:
        """For each window, why no slice of a period may be judged."""
        follow_up = int(getattr(self.asked.metric, "follow_up_days", 0))
        question, contract = self.question, self.asked.wanted.contract
        absent = any(one in self._answered and self._answered[one].is_empty() for one in self.asked.recorded)
        judged = Judgement(contract, question.snapshot, question.as_of, self._tables, follow_up, absent)
        return {window: judged.reasons(periods, self._first) for window, periods in self.asked.windows.items()}

    @cached_property
    def _active(self) -> dict[WindowName, NDArray[np.bool_]]:
        """For each window, in which slices and periods anything happened."""
        seen = happened(self._evidence, self._places, len(self._slices), self._supply.buckets)
        return {window: active(seen, self._supply, periods) for window, periods in self.asked.windows.items()}

    @cached_property
    def doubts(self) -> dict[Partial, tuple[str, ...]]:
        """What the answers leave open: a date that no row may have, a slice in which nothing may have happened."""
        found: dict[Partial, tuple[str, ...]] = {}
        for one in self.asked.recorded:
            if not any(shows_date(partial, one) and not answer.is_empty() for partial, answer in self._own.items()):
                found[one] = ()
        unknown = [source for source, known in self._wholes.items() if known is None]
        found |= {everything(source): self.asked.columns for source in unknown if isinstance(source, StageCohort)}
        if self._wholes and (self._is_silent() if not unknown else any(isinstance(one, str) for one in unknown)):
            found |= dict.fromkeys(self._activity, self.asked.columns)
        return {one: columns for one, columns in found.items() if not self._is_answered(one, columns)}

    def _is_answered(self, partial: Partial, columns: tuple[str, ...]) -> bool:
        if table_of(partial.source) not in self.answers.present:
            return True
        return partial in self._answered and set(columns) <= set(self._answered[partial].columns)

    def _is_silent(self) -> bool:
        """Whether a reading that would be judged is of a slice in which nothing is known to have happened."""
        return any(not seen[:, self._reasons[window] == 0].all() for window, seen in self._active.items())

    def series(self) -> Iterator[Series]:
        """The contract's series, one a window."""
        contract = self.asked.wanted.contract
        for window, periods in self.asked.windows.items():
            if not periods:
                continue
            result = self.asked.metric.finish(self._supply, periods)
            seen = self._active[window] if self.asked.flows else None
            judged, provisional = judge(result, self._reasons[window], contract.min_n, seen)
            yield Series(contract, self.asked.wanted.variant, window, periods, self._slices, judged, provisional)
