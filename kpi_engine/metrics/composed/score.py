"""Score: several metrics, each placed between its worst and its best, weighted to 0…100."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from sqlglot import exp

from ...measure import Spec
from ...named import Named
from ...partial import Request
from ...period import Period
from ...supply import Context, Result, Supply
from ...workings import Workings, answer, literal
from ..simple import SimpleMetric
from .parts import combined, follow_up_of, named_of, requests_of


class ScorePart(Spec):
    """One metric of a score: `worst` gives 0 points, `best` all of its weight, linear and capped between."""

    of: SimpleMetric
    weight: Annotated[float, Field(gt=0)]
    worst: float
    best: float

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.worst == self.best:
            raise ValueError("worst and best must differ")
        return self

    def points(self, name: str) -> str:
        """The part's weighted points as SQL; a value that is missing stays missing."""
        worse, better = ("<=", ">=") if self.best > self.worst else (">=", "<=")
        worst, best = literal(self.worst), literal(self.best)
        return (
            f"{literal(self.weight)} * CASE WHEN {name}.value {worse} {worst} THEN 0 "
            f"WHEN {name}.value {better} {best} THEN 1 "
            f"ELSE ({name}.value - {worst}) / ({best} - {worst}) END"
        )


class Score(Spec):
    """100 × Σ weight × place between worst and best ÷ Σ weights; one part missing makes it not evaluable."""

    kind: Literal["score"]
    parts: Annotated[tuple[ScorePart, ...], Field(min_length=1)]

    @property
    def follow_up_days(self) -> int:
        """How long after a period's end it stays immature."""
        return follow_up_of([part.of for part in self.parts])

    def requests(self, context: Context) -> tuple[Request, ...]:
        """What the parts need."""
        return requests_of([part.of for part in self.parts], context)

    def finish(self, supply: Supply, periods: Sequence[Period]) -> Result:
        """The score of each period; n is the smallest of its parts'."""
        results = [part.of.finish(supply, periods) for part in self.parts]
        total = np.zeros_like(results[0].value)
        for part, result in zip(self.parts, results, strict=True):
            total = total + part.weight * np.clip((result.value - part.worst) / (part.best - part.worst), 0, 1)
        n = np.minimum.reduce([result.n for result in results])
        return combined(100 * total / sum(part.weight for part in self.parts), n, results)

    def named(self, context: Context) -> dict[str, Named]:
        """The rows behind the number, by their part in it."""
        return named_of({f"part {at}": part.of for at, part in enumerate(self.parts, 1)}, context)

    def recompute(self, sql: Workings) -> exp.Select:
        """Each part's place between worst and best, weighted."""
        names = [sql.reading(f"part_{at}", part.of) for at, part in enumerate(self.parts, 1)]
        points = " + ".join(part.points(name) for part, name in zip(self.parts, names, strict=True))
        value = f"100 * ({points}) / {literal(sum(part.weight for part in self.parts))}"
        return answer(value, f"LEAST({', '.join(f'{name}.n' for name in names)})", *names)

    def formula(self) -> str:
        """The formula in words."""
        return "100 × weighted mean of " + "; ".join(f"{part.weight:g} × {part.of.formula()}" for part in self.parts)
