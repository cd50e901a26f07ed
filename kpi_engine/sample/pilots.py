"""Pilots: kickoff, first value, gates that run and fail, changes of scope, and the ones that are paid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from .chance import Even, Spread
from .company import Span, growth, workday
from .deals import Deal
from .stories import days_to_first_value, gate_failure_odds

_KICKOFFS_A_WEEK = 15.5
_PAID_SHARE = 0.56
_GATES = ("Data quality", "Security review", "Load test", "Integration", "User acceptance")
_GATE_RUNS = 11
_SCOPE_CHANGES_A_WEEK = 0.08
_SCOPE_REASONS = ("New stakeholder", "Extra integration", "Wider user group", "Data source changed")
_BLOCKERS = ("", "", "", "Access to data", "Security questionnaire", "No technical contact")


@dataclass(slots=True)
class Pilot:
    """A pilot of a deal."""

    pilot_id: str
    deal: Deal
    kickoff_on: date
    first_value_on: date | None
    completed_on: date | None
    ended_on: date
    paid_on: date | None
    blocker: str


@dataclass(slots=True)
class GateRun:
    """One run of a quality gate."""

    pilot: Pilot
    gate: str
    run_on: date
    failed_at: datetime | None = None
    triaged_at: datetime | None = None


@dataclass(slots=True)
class ScopeChange:
    """One change of a pilot's agreed scope."""

    pilot: Pilot
    changed_on: date
    reason: str


def run_pilots(random: Random, deals: list[Deal], span: Span) -> list[Pilot]:
    """Pilots, about fifteen a week, of deals that enter the Pilot stage; about half of them get paid."""
    candidates: dict[tuple[date, bool], list[Deal]] = defaultdict(list)
    for deal in deals:
        entered = deal.entered.get("Pilot")
        if entered and span.holds(entered):
            candidates[entered - timedelta(days=entered.weekday()), deal.won].append(deal)
    even, spread = Even(random), Spread(random)
    pilots: list[Pilot] = []
    for monday in span.mondays:
        chosen = []
        for _ in range(even.count(_KICKOFFS_A_WEEK * growth(monday))):
            won = even.hit(_PAID_SHARE, "paid")
            pool = candidates[monday, won] or candidates[monday, not won]
            if pool:
                chosen.append(pool.pop(random.randrange(len(pool))))
        for deal in sorted(chosen, key=lambda deal: (deal.entered["Pilot"], deal.number)):
            pilots.append(_pilot(random, spread, deal, f"PIL-{len(pilots) + 1:05d}"))
    return pilots


def _pilot(random: Random, spread: Spread, deal: Deal, pilot_id: str) -> Pilot:
    kickoff = deal.entered["Pilot"]
    days = max(14, round((deal.close_on - kickoff).days * spread.between(0.5, 0.7, "length")))
    ended_on = workday(kickoff + timedelta(days=days))
    paid_on = deal.close_on if deal.won else None
    if paid_on and paid_on <= ended_on:
        ended_on = max(kickoff, paid_on - timedelta(days=1))
    first_value = kickoff + timedelta(days=round(spread.between(*days_to_first_value(kickoff), "value")))
    given_up = not deal.won and random.random() < 0.08
    return Pilot(
        pilot_id=pilot_id,
        deal=deal,
        kickoff_on=kickoff,
        first_value_on=None if given_up else first_value,
        completed_on=None if given_up else ended_on,
        ended_on=ended_on,
        paid_on=paid_on,
        blocker=random.choice(_BLOCKERS) if given_up else "",
    )


def run_gates(random: Random, pilots: list[Pilot], span: Span) -> list[GateRun]:
    """Gate runs by day; failures are triaged within a day or so."""
    even, spread = Even(random), Spread(random)
    runs = []
    for pilot in pilots:
        days = max(1, (pilot.ended_on - pilot.kickoff_on).days)
        for i in range(_GATE_RUNS):
            day = workday(pilot.kickoff_on + timedelta(days=1 + days * i // _GATE_RUNS))
            runs.append(GateRun(pilot, _GATES[i % len(_GATES)], day))
    runs = sorted((run for run in runs if run.run_on <= span.end), key=lambda run: (run.run_on, run.pilot.pilot_id))
    for run in runs:
        if even.hit(gate_failure_odds(run.run_on), run.pilot.deal.region):
            run.failed_at = datetime.combine(run.run_on, time(13, 0)) + timedelta(minutes=random.randrange(420))
            triaged_at = run.failed_at + timedelta(hours=round(spread.lognormal(12.5, 0.45), 1))
            run.triaged_at = triaged_at if triaged_at.date() <= span.end else None
    return runs


def change_scopes(random: Random, pilots: list[Pilot], span: Span) -> list[ScopeChange]:
    """Changes of scope: about eight a week in a hundred active pilots."""
    even = Even(random)
    changes = []
    for monday in span.mondays:
        sunday = monday + timedelta(days=6)
        active = [pilot for pilot in pilots if pilot.kickoff_on <= sunday and pilot.ended_on >= monday]
        for pilot in active:
            if even.hit(_SCOPE_CHANGES_A_WEEK):
                day = monday + timedelta(days=random.randrange(5))
                day = min(max(day, pilot.kickoff_on), pilot.ended_on)
                if span.holds(day):
                    changes.append(ScopeChange(pilot, day, random.choice(_SCOPE_REASONS)))
    return changes
