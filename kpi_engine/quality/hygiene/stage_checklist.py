"""A deal that left a stage has ticked that stage's exit list: what must be known is filled in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from sqlglot import exp

from ...contract import Identifier, Text
from ...measure import Filter
from ..check import Check, Look
from ..rows import Rows, empty, in_words, listed


class StageChecklist(Check):
    """`exits` says which columns must be filled when a deal leaves a stage; later stages need them too."""

    kind: Literal["stage_checklist"]
    table: Literal["opportunities"] = "opportunities"
    where: tuple[Filter, ...] = (Filter.model_validate({"column": "status", "is": "open"}),)
    exits: Annotated[dict[Text, tuple[Identifier, ...]], Field(min_length=1)]

    def look(self, rows: Rows) -> Look:
        """What is missing of every list that the deal's stage has left behind."""
        said = [
            (exp.and_(self._left(rows, stage), empty(rows, name)), f"{in_words(name)} ({stage})")
            for stage, columns in self.exits.items()
            for name in columns
        ]
        wrong = rows.sql("'left without ' || :said", said=listed(rows, said))
        return Look(wrong, {"opportunities.stage": rows.sql(":wrong IS NOT NULL", wrong=wrong)})

    def _left(self, rows: Rows, stage: str) -> exp.Expression:
        """Whether the deal stands beyond the stage. A lost deal has left no stage by its exit."""
        stages = rows.company.stages
        beyond = (*stages[stages.index(stage) + 1 :], rows.company.won_stage)
        return rows.columns.condition(Filter.model_validate({"column": "stage", "in": beyond}))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `table` that the check names."""
        return ("stage", *dict.fromkeys(name for columns in self.exits.values() for name in columns))

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return "; ".join(f"leaving {stage} needs {', '.join(map(in_words, c))}" for stage, c in self.exits.items())
