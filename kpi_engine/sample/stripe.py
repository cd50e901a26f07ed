"""Self-serve subscriptions as Stripe exports them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from .company import DATA_ON
from .csv_files import write_report
from .selfserve import CardSubscription
from .world import World

_HEADER = (
    "id", "Customer ID", "Customer Name", "Customer Email", "Plan", "Quantity", "Currency", "Interval", "Amount",
    "Status", "Cancellation Reason", "Created (UTC)", "Start (UTC)", "Start Date (UTC)", "Current Period Start (UTC)",
    "Current Period End (UTC)", "Trial Start (UTC)", "Trial End (UTC)", "Canceled At (UTC)", "Cancel At Period End",
    "Ended At (UTC)",
)  # fmt: skip


def write_subscriptions(path: Path, world: World) -> Path:
    """The subscriptions export, ended ones included. `Amount` is that of one unit, in major units."""
    return write_report(path, _HEADER, (_row(one) for one in world.card_subscriptions))


def _moment(day: date | None, number: int) -> str:
    return f"{day.isoformat()} {12 + number % 9:02d}:{number * 13 % 60:02d}" if day else ""


def _row(one: CardSubscription) -> tuple[object, ...]:
    started, ended = _moment(one.starts_on, one.number), _moment(one.ended_on, one.number)
    until = one.ended_on or DATA_ON
    period_start = until - timedelta(days=min((until - one.starts_on).days, (until - one.starts_on).days % 30))
    return (
        f"sub_{one.number * 104_729 % 10_000_000:07d}Nwg", one.account.account_id, one.account.name,
        f"billing+{one.account.account_id[4:10]}@example.com", one.plan, one.seats, "usd", "month",
        f"{one.amount / one.seats:.2f}", "canceled" if one.ended_on else "active", one.reason, started, started,
        started, _moment(period_start, one.number), _moment(period_start + timedelta(days=30), one.number), "", "",
        ended, "false", ended,
    )  # fmt: skip
