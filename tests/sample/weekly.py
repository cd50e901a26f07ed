"""The twelve cards and their kin over the sample company, in plain Python, straight from what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import mean, median

from kpi_engine.sample import World
from kpi_engine.sample.sales_tables import activities, proposals

HEALTHY = [date(2025, 7, 7) + timedelta(days=7 * i) for i in range(25)]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def per_week(days: Iterable[object]) -> Counter[date]:
    return Counter(monday(day) for day in days if isinstance(day, date))


def ratio(above: Counter[date], below: Counter[date]) -> dict[date, float]:
    return {week: above[week] / below[week] for week in below}


def newly_qualified(world: World) -> Counter[date]:
    return per_week(account.qualified_on for account in world.accounts if account.tier in "AB")


def discovery_completion(world: World) -> dict[date, float]:
    meetings = [row for row in activities(world) if row["type"] == "discovery"]
    return ratio(per_week(row["held_on"] for row in meetings), per_week(row["scheduled_on"] for row in meetings))


def discovery_to_pilot(world: World) -> dict[date, float]:
    kickoffs = per_week(pilot.kickoff_on for pilot in world.pilots)
    return ratio(kickoffs, per_week(account.qualified_on for account in world.accounts))


def acceptance(world: World) -> dict[date, float]:
    rows = list(proposals(world))
    return ratio(per_week(row["accepted_on"] for row in rows), per_week(row["sent_on"] for row in rows))


def first_value_days(world: World) -> dict[date, float]:
    found: dict[date, list[int]] = {}
    for pilot in world.pilots:
        if pilot.first_value_on and pilot.first_value_on <= world.span.end:
            week = found.setdefault(monday(pilot.first_value_on), [])
            week.append((pilot.first_value_on - pilot.kickoff_on).days)
    return {week: median(days) for week, days in found.items()}


def failed_gates(world: World) -> dict[date, float]:
    failed = per_week(run.run_on for run in world.gate_runs if run.failed_at)
    return ratio(failed, per_week(run.run_on for run in world.gate_runs))


def triage_hours(world: World) -> dict[date, float]:
    seen: set[str] = set()
    found: dict[date, list[float]] = {}
    for run in sorted((run for run in world.gate_runs if run.failed_at), key=lambda run: str(run.failed_at)):
        if run.pilot.pilot_id in seen:
            continue
        seen.add(run.pilot.pilot_id)
        if run.triaged_at and run.failed_at:
            week = found.setdefault(monday(run.run_on), [])
            week.append((run.triaged_at - run.failed_at).total_seconds() / 3600)
    return {week: mean(hours) for week, hours in found.items()}


def scope_changes(world: World) -> dict[date, float]:
    changes = per_week(change.changed_on for change in world.scope_changes)
    active: Counter[date] = Counter()
    for week in world.span.mondays:
        sunday = week + timedelta(days=6)
        active[week] = sum(pilot.kickoff_on <= sunday and pilot.ended_on >= week for pilot in world.pilots)
    return ratio(changes, +active)


def win_rate(world: World, segment: str | None = None) -> dict[date, float]:
    closed = [deal for deal in world.deals if deal.close_on <= world.span.end and segment in (None, deal.segment)]
    return ratio(per_week(deal.close_on for deal in closed if deal.won), per_week(deal.close_on for deal in closed))


def change_against_8_weeks(world: World, segment: str, week: date) -> float:
    closed = [deal for deal in world.deals if deal.close_on <= world.span.end and deal.segment == segment]
    won, lost_too = per_week(deal.close_on for deal in closed if deal.won), per_week(deal.close_on for deal in closed)
    before = [week - timedelta(days=7 * i) for i in range(1, 9)]
    usual = sum(won[one] for one in before) / sum(lost_too[one] for one in before)
    return won[week] / lost_too[week] / usual - 1


def arr_of(world: World, day: date) -> Counter[str]:
    """ARR by account at the end of a day."""
    found: Counter[str] = Counter()
    for line in world.lines:
        if line.kind == "recurring" and line.starts_on <= day and (line.ends_on is None or line.ends_on > day):
            found[line.account.account_id] += line.amount * 12 / line.billing_months
    for one in world.card_subscriptions:
        if one.starts_on <= day and (one.ended_on is None or one.ended_on > day):
            found[one.account.account_id] += one.amount * 12
    return found


def at_risk(world: World, day: date) -> float:
    """ARR at risk with a renewal date in the 60 days after a day."""
    return sum(
        renewal.arr
        for renewal in world.renewals
        if day < renewal.renewal_on <= day + timedelta(days=60)
        and renewal.at_risk_since_on
        and renewal.at_risk_since_on <= day
        and not (renewal.renewed_on and renewal.renewed_on <= day)
        and not (renewal.lost_on and renewal.lost_on <= day)
    )


def coverage(world: World, targets: dict[tuple[int, str], float], day: date, segment: str) -> float:
    """Open pipeline closing in the next quarter against its target; quarters count from year 0."""
    after = quarter(day) + 1
    due = sum(
        deal.amount
        for deal in world.deals
        if deal.segment == segment
        and deal.created_on <= day < deal.close_on
        and deal.qualified_on(day)
        and quarter(deal.close_on) == after
    )
    return due / targets[after, segment]


def quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3
