"""The company's own money tables: contract subscriptions, renewals, invoices, spend, budget and targets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ..period import add_months
from .company import DATA_ON, REGION_SHARES, REGION_SHARES_ENTERPRISE, SEGMENTS, closing_season, growth
from .deals import CLOSED_A_WEEK
from .stories import STALE_SPEND
from .world import Row, World

_COVERAGE = 3.75  # pipeline of a quarter against its target
_MEAN_DEAL = 0.873  # mean amount of new and expansion deals against the segment's median new deal
_SPEND_A_WEEK = {
    ("sales", "Sales team"): 148_000,
    ("sales", "Sales engineering"): 41_000,
    ("marketing", "Marketing team"): 36_000,
    ("marketing", "Paid Search"): 27_000,
    ("marketing", "Event"): 24_000,
    ("marketing", "Content"): 11_000,
    ("marketing", "Partner"): 9_000,
}


def subscriptions(world: World) -> Iterator[Row]:
    """Lines of the customers under contract; self-serve ones are in the card processor's export."""
    for number, line in enumerate(sorted(world.lines, key=lambda one: (one.starts_on, one.subscription)), start=1):
        yield {
            "line_id": f"LIN-{number:06d}",
            "subscription_id": f"SUB-{line.subscription:05d}",
            "account_id": line.account.account_id,
            "product": line.product,
            "plan": f"{line.account.segment} plan",
            "kind": line.kind,
            "status": "active",
            "starts_on": line.starts_on,
            "ends_on": line.ends_on,
            "billing_months": line.billing_months,
            "amount": line.amount,
            "quantity": line.seats,
        }


def renewals(world: World) -> Iterator[Row]:
    """Terms that end: past ones with their outcome, and those of the next three months."""
    random = world.random("renewals")
    for number, renewal in enumerate(sorted(world.renewals, key=lambda one: one.renewal_on), start=1):
        risky = renewal.at_risk_since_on is not None
        yield {
            "renewal_id": f"REN-{number:05d}",
            "account_id": renewal.account.account_id,
            "owner": f"Customer Success {renewal.account.region}",
            "arr": renewal.arr,
            "renewal_on": renewal.renewal_on,
            "opened_on": renewal.opened_on,
            "renewed_on": renewal.renewed_on,
            "lost_on": renewal.lost_on,
            "renewed_arr": renewal.renewed_arr,
            "at_risk": risky,
            "at_risk_since_on": renewal.at_risk_since_on,
            "health": random.randint(24, 48) if risky else random.randint(62, 97),
            "risk_reason": renewal.risk_reason,
        }


def cancellation_reasons(world: World) -> Iterator[Row]:
    """Why customers under contract left."""
    random = world.random("cancellations")
    lost = [renewal for renewal in world.renewals if renewal.lost_on]
    for number, renewal in enumerate(sorted(lost, key=lambda one: one.renewal_on), start=1):
        yield {
            "cancellation_id": f"CAN-{number:05d}",
            "account_id": renewal.account.account_id,
            "cancelled_on": renewal.lost_on,
            "reason": renewal.risk_reason,
            "refund": round(renewal.arr * 0.05, 2) if random.random() < 0.04 else None,
        }


def invoices(world: World) -> Iterator[Row]:
    """Quarterly invoices."""
    random = world.random("invoices")
    last = world.span.end
    rows: list[Row] = []
    for account in world.accounts:
        since = account.customer_since
        if since is None:
            continue
        usual = SEGMENTS[account.segment].amount / 4
        end = min(account.lost_on or last, last)
        for quarter in range(24):
            issued_on = add_months(since, 3 * quarter)
            if issued_on > end:
                break
            if issued_on < world.span.start:
                continue
            paid_on = issued_on + timedelta(days=random.randrange(12, 52))
            paid = paid_on <= last
            rows.append({
                "account_id": account.account_id,
                "issued_on": issued_on,
                "due_on": issued_on + timedelta(days=30),
                "paid_on": paid_on if paid else None,
                "amount": round(usual * random.uniform(0.7, 1.5), 2),
                "status": "paid" if paid else "open",
            })  # fmt: skip
    rows.sort(key=lambda row: (str(row["issued_on"]), str(row["account_id"])))
    for number, row in enumerate(rows, start=1):
        yield {"invoice_id": f"INV-{number:06d}", **row}


def spend(world: World) -> Iterator[Row]:
    """Sales and marketing spend, booked at the end of each week until the ledger's export went stale."""
    random = world.random("spend")
    number = 0
    for monday in world.span.mondays:
        if world.span.start < STALE_SPEND.start <= monday:
            return
        for (function, channel), amount in _SPEND_A_WEEK.items():
            number += 1
            yield {
                "spend_id": f"SPE-{number:05d}",
                "spent_on": monday + timedelta(days=6),
                "function": function,
                "channel": channel,
                "campaign_id": f"CMP-{number % 60 + 1:03d}" if channel in ("Event", "Content") else None,
                "amount": round(amount * growth(monday) * random.uniform(0.94, 1.06), 2),
            }


def budget(world: World) -> Iterator[Row]:
    """Budget by month for the same channels."""
    month, number = world.span.start, 0
    while month <= DATA_ON:
        for (function, channel), amount in _SPEND_A_WEEK.items():
            number += 1
            yield {
                "budget_id": f"BUD-{number:05d}",
                "period_on": month,
                "function": function,
                "channel": channel,
                "amount": round(amount * growth(month) * 52 / 12, -2),
            }
        month = add_months(month, 1)


def targets(world: World) -> Iterator[Row]:
    """Bookings targets by month, segment and region, up to the end of the year in which the data ends."""
    month, number = world.span.start, 0
    while month <= date(DATA_ON.year, 12, 1):
        for segment, region, share in _cells():
            number += 1
            yield {
                "target_id": f"TAR-{number:05d}",
                "metric": "bookings",
                "period_on": month,
                "segment": segment,
                "region": region,
                "amount": round(_pipeline_due(month) * share / _COVERAGE, -2),
            }
        month = add_months(month, 1)


def _cells() -> Iterator[tuple[str, str, float]]:
    """Segment, region and the amount of pipeline there for one deal a week in the whole company."""
    for segment in SEGMENTS.values():
        regions = REGION_SHARES_ENTERPRISE if segment.name == "Enterprise" else REGION_SHARES
        for region, share in regions.items():
            yield segment.name, region, segment.share * share * segment.amount * _MEAN_DEAL


def _pipeline_due(month: date) -> float:
    """How many deals are usually due in the month."""
    due, day, after = 0.0, month, add_months(month, 1)
    while day < after:
        monday = day - timedelta(days=day.weekday())
        due += CLOSED_A_WEEK * growth(monday) * closing_season(monday) / 7
        day += timedelta(days=1)
    return due
