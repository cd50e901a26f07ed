"""Rows as a person would complete them by hand: derived columns, and columns other tables supply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]

ACCOUNT_COLUMNS = ("segment", "region", "industry", "tier")
DEAL_COLUMNS = ("account_id", "segment", "region", "owner", "team", "type", "product", "source", "status")
WITHOUT_ACCOUNT_COLUMNS = ("accounts", "stage_history", "spend", "targets")
EVENTS = {
    "accounts": ("created_on", "qualified_on", "activated_on"),
    "opportunities": ("created_on", "qualified_on", "first_contact_on", "discovery_held_on", "closed_on"),
    "stage_history": ("entered_on",),
    "activities": ("booked_on", "held_on"),
    "pilots": ("kickoff_on", "first_value_on", "completed_on", "ended_on", "paid_on"),
    "gate_runs": ("run_on",),
    "subscriptions": ("starts_on",),
    "renewals": ("opened_on", "renewed_on", "lost_on", "at_risk_since_on"),
    "spend": ("spent_on",),
    "targets": (),
}
# Where a completed row keeps its own event dates, apart from those that other tables supply.
RECORDED = "recorded"


def completed(rows: Rows, as_of: date) -> Rows:
    """A copy of the rows as known on a day, with every derived and looked-up column filled in."""
    book = {table: [dict(row) for row in held] for table, held in rows.items()}
    for line in book.get("subscriptions", ()):
        amount, months = line.get("amount"), line.get("billing_months")
        line["arr"] = None if amount is None or not months else Fraction(amount) * 12 / months
    for deal in book.get("opportunities", ()):
        if deal.get("closed_on") is None and deal.get("status") in ("won", "lost"):
            deal["closed_on"] = deal.get("close_on")
    for table, held in book.items():
        for row in held:
            row[RECORDED] = [row[column] for column in EVENTS[table] if row.get(column) is not None]
    _left_on(book.get("stage_history", []))
    book = {table: [_known(table, row, as_of) for row in held] for table, held in book.items()}
    accounts = {row["account_id"]: row for row in book.get("accounts", ())}
    for table, held in book.items():
        if table not in WITHOUT_ACCOUNT_COLUMNS:
            for row in held:
                _from_account(row, accounts.get(row.get("account_id")))
    _discoveries(book)
    _first_failures(book)
    _from_deals(book)
    return book


def _known(table: str, row: Row, as_of: date) -> Row:
    """The row as it was known on a day: what had not happened by then is empty.

    Lines and stage entries need their day; one after the as-of day keeps it, and counts for nothing.
    """
    later = {column for column in EVENTS[table] if row.get(column) is not None and row[column] > as_of}
    return {name: None if name in later - {"starts_on", "entered_on"} else value for name, value in row.items()}


def _from_account(row: Row, account: Row | None) -> None:
    for column in ACCOUNT_COLUMNS:
        if row.get(column) is None:
            row[column] = account.get(column) if account else None
    for column, value in (account or {}).items():
        row[f"account.{column}"] = value


def _discoveries(book: Rows) -> None:
    for deal in book.get("opportunities", ()):
        held = [
            meeting["held_on"]
            for meeting in book.get("activities", ())
            if meeting.get("type") == "discovery"
            and meeting.get("opportunity_id") == deal["opportunity_id"]
            and meeting.get("held_on") is not None
        ]
        if deal.get("discovery_held_on") is None:
            deal["discovery_held_on"] = min(held, default=None)


def _first_failures(book: Rows) -> None:
    for run in book.get("gate_runs", ()):
        failures = [
            other["failed_at"]
            for other in book["gate_runs"]
            if other.get("pilot_id") == run.get("pilot_id") and other.get("failed_at") is not None
        ]
        run["first_failed_at"] = min(failures, default=None)


def _left_on(history: list[Row]) -> None:
    for row in history:
        later = [
            other
            for other in history
            if other["opportunity_id"] == row["opportunity_id"] and other["entered_at"] > row["entered_at"]
        ]
        row["left_on"] = min(later, key=lambda other: other["entered_at"])["entered_on"] if later else None


def _from_deals(book: Rows) -> None:
    deals = {row["opportunity_id"]: row for row in book.get("opportunities", ())}
    for row in book.get("stage_history", ()):
        deal = deals.get(row["opportunity_id"], {})
        for column in DEAL_COLUMNS:
            row[column] = deal.get(column)


def passes(row: Row, condition: Row) -> bool:
    """Whether a row passes one filter of a contract."""
    cell = row.get(condition["column"])
    ((test, wanted),) = ((key, value) for key, value in condition.items() if key not in ("column", "plus_days"))
    if test == "empty":
        return (cell is None) == wanted
    if test in ("is_not", "not_in"):
        return cell is None or cell not in (wanted if test == "not_in" else [wanted])
    if cell is None:
        return False
    if test in ("equals_column", "at_most_column"):
        other = row.get(wanted)
        if other is None:
            return False
        if condition.get("plus_days"):
            other = other + timedelta(days=condition["plus_days"])
        return bool(cell == other if test == "equals_column" else cell <= other)
    comparisons: dict[str, Callable[[], bool]] = {
        "is": lambda: cell == wanted,
        "in": lambda: cell in wanted,
        "above": lambda: cell > wanted,
        "at_least": lambda: cell >= wanted,
        "below": lambda: cell < wanted,
        "at_most": lambda: cell <= wanted,
    }
    return bool(comparisons[test]())


def kept(rows: list[Row], conditions: list[Row] | tuple[Row, ...] | None) -> list[Row]:
    """The rows that pass all filters."""
    return [row for row in rows if all(passes(row, condition) for condition in conditions or ())]


def event_dates(rows: Rows, table: str) -> list[date]:
    """Every day on which something happened, as the table itself recorded it."""
    return [day for row in rows.get(table, ()) for day in row[RECORDED]]
