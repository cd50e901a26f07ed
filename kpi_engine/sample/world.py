"""Everything that happened at the sample company, before any of it is written as an export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from .accounts import Account, sell_to
from .company import DATA_ON, Rep, Span, reps
from .customers import CustomerBook, Line, Renewal
from .deals import Deal, DealDesk, miss_meetings
from .pilots import GateRun, Pilot, ScopeChange, change_scopes, run_gates, run_pilots
from .selfserve import CardSubscription, SelfServe, Trial

Row = dict[str, object]


def until(day: date | None) -> date | None:
    """The day, unless it lies after the last day of the exports."""
    return day if day and day <= DATA_ON else None


@dataclass(frozen=True, slots=True)
class World:
    """The company's history. `seed` lets each export draw its own side details."""

    seed: int
    span: Span
    team: list[Rep]
    accounts: list[Account]
    deals: list[Deal]
    lines: list[Line]
    renewals: list[Renewal]
    pilots: list[Pilot]
    gate_runs: list[GateRun]
    scope_changes: list[ScopeChange]
    self_serve: list[Account]
    trials: list[Trial]
    card_subscriptions: list[CardSubscription]

    def random(self, topic: str) -> Random:
        """Chance of its own for a topic, so that a change of one leaves the others as they were."""
        return Random(f"{self.seed}:{topic}")  # noqa: S311 - a made-up company needs no secret


def build(seed: int, months: int) -> World:
    """The history of so many months for a seed."""

    def random(topic: str) -> Random:
        return Random(f"{seed}:{topic}")  # noqa: S311 - a made-up company needs no secret

    span = Span.of(months)
    team = reps(random("team"))
    accounts = sell_to(random("accounts"), team, span)
    deals = DealDesk(random("deals"), accounts, team).draw(span)
    miss_meetings(random("meetings"), deals, span)
    book = CustomerBook(random("customers"), span)
    book.run(accounts.rows, deals)
    pilots = run_pilots(random("pilots"), deals, span)
    desk = SelfServe(random("self-serve"), span)
    desk.run()
    return World(
        seed=seed,
        span=span,
        team=team,
        accounts=accounts.rows,
        deals=deals,
        lines=book.lines,
        renewals=book.renewals,
        pilots=pilots,
        gate_runs=run_gates(random("gates"), pilots, span),
        scope_changes=change_scopes(random("scope"), pilots, span),
        self_serve=desk.accounts,
        trials=desk.trials,
        card_subscriptions=desk.subscriptions,
    )
