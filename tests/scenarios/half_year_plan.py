"""What the people of the half year will do: written down beforehand, so that the ends can be counted by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

GATES = "failed_gate_frequency"
DISCOVERY = "discovery_completion_rate"
ACCEPTANCE = "proposal_acceptance_rate"
RENEWALS = "renewal_risk_dollars"

Step = Literal["done", "verify", "send back", "move", "cancel"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a red is answered: what is decided, against which target by when, and how its action goes on.

    `steps` are days after the meeting on which somebody takes a step with the action.
    """

    stance: Literal["follows", "overrides", "no proposal"]
    target: float
    check_on: date
    steps: tuple[tuple[int, Step], ...] = ()
    versions: int = 1


PLANS = {
    (GATES, date(2026, 3, 15)): Plan("follows", 0.15, date(2026, 4, 12), ((1, "done"), (2, "verify"))),
    (GATES, date(2026, 5, 10)): Plan(
        "overrides", 0.05, date(2026, 6, 7), ((1, "move"), (9, "done"), (10, "send back"), (15, "done"), (16, "verify"))
    ),
    (RENEWALS, date(2026, 6, 14)): Plan("no proposal", 1_500_000, date(2026, 7, 12)),
    (DISCOVERY, date(2026, 6, 21)): Plan("follows", 0.8, date(2026, 7, 19), versions=2),
}
"""By KPI and the end of the week that breached."""

UNASKED = Plan("no proposal", 0.1, date(2026, 3, 22), ((3, "cancel"),))
"""A decision on the gates that no breach has asked for; its check date falls into the tracker's outage."""
UNASKED_ON = date(2026, 2, 10)

FALSE_ALARM = (ACCEPTANCE, date(2026, 5, 24))
"""The red that RevOps recognises as an incomplete export; the meeting puts it off."""

CORRECTED_ON = date(2026, 3, 19)
"""The decision on the gates is worded anew."""
EXTENDED_ON, EXTENDED_TO = date(2026, 6, 9), date(2026, 6, 28)
"""The override's success metric was not met and is to be read once more."""

NEW_CONTRACT_ON = date(2026, 4, 6)
"""The gates' contract becomes stricter while an episode of its first version runs."""
NEW_RULE = {"red_above": 0.25, "green_below": 0.12}
NEW_RECOVERY = 3

HANDED_OVER_ON = date(2026, 3, 17)
"""The meeting that is paused and goes on under another facilitator."""

TUESDAYS = tuple(date(2026, 1, 6) + timedelta(weeks=week) for week in range(26))
