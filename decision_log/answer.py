"""What data answers when a success metric or an assumption has come to its day."""

from __future__ import annotations

from datetime import date

from .event import Event


class Answer(Event):
    """The base of both verdicts: the reading it rests on, with that reading's fingerprints.

    `value` is None where it is not evaluable, for `reason`; the period is None where no reading was final.
    """

    as_of: date
    reason: str
    period_start: date | None
    period_end: date | None
    value: float | None
    n: int
    variant: str
    snapshot: str
    contract: str
    engine: str
