"""A check of a load: what every control and hygiene rule has, what it looks at, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field
from sqlglot import exp

from ..contract import Identifier, Text
from ..measure import Spec
from ..tables.schema import Tier

Group = Literal["control", "hygiene"]
State = Literal["passed", "open", "not_evaluable"]


class Check(Spec):
    """What every check has, whatever its kind.

    `owners` mend what it finds, within `sla_hours` of the load that first showed it. `tier` 1 makes KPIs
    wrong, 2 is warned about and coached, 3 is never in the way.
    """

    id: Identifier
    name: Text
    owners: Annotated[tuple[Text, ...], Field(min_length=1)]
    sla_hours: Annotated[int, Field(ge=1, le=24 * 92)]
    tier: Tier
    note: Text


@dataclass(frozen=True, slots=True)
class Look:
    """How a check looks at the rows of a table.

    `wrong` says what is wrong with a row, NULL where nothing is; `since` is the day it became so, where the
    data tells. `touched` are the columns that a wrong row makes doubtful, each as "table.column", with the
    condition under which it does. Rows that fail `applies` are not looked at.
    """

    wrong: exp.Expression
    touched: Mapping[str, exp.Expression]
    since: exp.Expression = field(default_factory=exp.Null)
    applies: exp.Expression | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a check on a load: of `checked` rows so many `violations`, or why it could not be evaluated.

    `columns` ("table.column") are those that the violations make doubtful; `note` says how to mend them, or why.
    """

    id: str
    group: Group
    name: str
    rule: str
    owners: tuple[str, ...]
    sla_hours: int
    tier: Tier
    state: State
    reason: str
    table: str
    checked: int
    violations: int
    columns: tuple[str, ...] = ()
    note: str = ""


OFFENCES = ("check", "record", "name", "owner", "team", "wrong", "since")
"""The columns of a list of offences: texts, empty where nothing is known; `since` as YYYY-MM-DD."""
MOST_NAMED = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """Every check of a load: outcomes with full counts; `offences` names at most `MOST_NAMED` records a check."""

    outcomes: tuple[Outcome, ...] = ()
    offences: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(OFFENCES), dtype="str"))

    def of(self, check: str) -> pd.DataFrame:
        """The records that break one check."""
        return self.offences[self.offences["check"] == check]
