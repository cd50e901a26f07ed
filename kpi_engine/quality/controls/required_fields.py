"""Completeness: rows that count must have their required cells filled, every one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...contract import Identifier
from ...measure import Filter
from ..check import Check, Look
from ..rows import Rows, empty, in_words, missing


class RequiredFields(Check):
    """Every row of `table` that passes `where` has all of `fields` filled."""

    kind: Literal["required_fields"]
    table: Identifier
    where: tuple[Filter, ...] = ()
    fields: Annotated[tuple[Identifier, ...], Field(min_length=1)]

    def look(self, rows: Rows) -> Look:
        """A field makes only those KPIs doubtful that read it."""
        touched = {f"{self.table}.{name}": empty(rows, name) for name in self.fields}
        return Look(missing(rows, self.fields), touched)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `table` that the check names."""
        return self.fields

    @property
    def rule(self) -> str:
        """The check as a person reads it."""
        return f"100 % filled: {', '.join(map(in_words, self.fields))}"
