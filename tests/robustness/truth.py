"""A small true company, and the layouts in which source systems would export it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

TODAY = date(2026, 6, 30)
ZONE = ZoneInfo("America/New_York")
OWNERS = ("Ann Lee", "Ben Ode", "Cleo Roux", "Zoë Müller")
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")
REGIONS = ("Americas", "EMEA", "APAC")
OPEN_STAGES = ("Discovery", "Pilot", "Proposal", "Negotiation")
Row = dict[str, Any]
Cell = Callable[[Row], str]


@dataclass(frozen=True, eq=False)
class Layout:
    """One kind of export: file name, table and key it feeds, and how each of its columns is written.

    `columns` are the canonical columns that are compared with the truth; `feeds` names the exported column of some.
    """

    file: str
    table: str
    key: str
    kpi: str
    cells: dict[str, Cell]
    columns: tuple[str, ...]
    feeds: dict[str, str]
    quoted: bool = False


@dataclass(frozen=True)
class Sheet:
    """A layout filled in: header and records of text, with the true rows they stand for."""

    layout: Layout
    header: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]

    def exported(self, column: str) -> str:
        """The exported name of one of our columns."""
        return self.layout.feeds.get(column, column)

    def at(self, column: str) -> int:
        """Where one of our columns stands in the file."""
        return self.header.index(self.exported(column))

    def with_cell(self, record: int, column: str, text: str) -> Sheet:
        """The sheet with one cell written otherwise."""
        changed = list(map(list, self.records))
        changed[record][self.at(column)] = text
        return replace(self, records=tuple(map(tuple, changed)))

    def with_column(self, column: str, write: Callable[[str], str]) -> Sheet:
        """The sheet with all filled cells of a column written otherwise."""
        place = self.at(column)
        records = tuple(
            tuple(write(cell) if index == place and cell else cell for index, cell in enumerate(record))
            for record in self.records
        )
        return replace(self, records=records)

    def with_row(self, record: int, **values: Any) -> Sheet:
        """The sheet with other true values in one row, written as its layout writes them."""
        rows = list(self.rows)
        rows[record] = _derived({**rows[record], **values}, self.layout.table)
        return sheet_of(self.layout, rows)

    def lines(self, delimiter: str = ",") -> list[str]:
        """The file as lines without their ends."""
        return [line(cells, delimiter, quoted=self.layout.quoted) for cells in (self.header, *self.records)]

    def bytes(self, delimiter: str = ",", end: str = "\n") -> bytes:
        """The clean file."""
        return "".join(one + end for one in self.lines(delimiter)).encode()


def line(cells: tuple[str, ...] | list[str], delimiter: str = ",", *, quoted: bool = False) -> str:
    """One record of sound CSV."""
    special = (delimiter, '"', "\n", "\r")

    def written(cell: str) -> str:
        must = quoted or any(sign in cell for sign in special)
        return '"' + cell.replace('"', '""') + '"' if must else cell

    return delimiter.join(map(written, cells))


def sheet_of(layout: Layout, rows: list[Row]) -> Sheet:
    """The rows as the layout writes them."""
    records = tuple(tuple(write(row) for write in layout.cells.values()) for row in rows)
    return Sheet(layout, tuple(layout.cells), records, tuple(rows))


def clean(layout: Layout, rng: Random, rows: int = 40, last: date = date(2026, 6, 21)) -> Sheet:
    """A clean file of random rows whose events end on `last`."""
    make = _deal if layout.table == "opportunities" else _line
    return sheet_of(layout, [make(rng, number, last) for number in range(rows)])


def _deal(rng: Random, number: int, last: date) -> Row:
    status = rng.choice(("won", "won", "lost", "open")) if number else "won"
    close = last - timedelta(days=rng.randrange(150) if number else 0)
    close = TODAY + timedelta(days=rng.randrange(5, 90)) if status == "open" else close
    stage = {"won": "Closed Won", "lost": "Closed Lost"}.get(status) or rng.choice(OPEN_STAGES)
    deal = {
        "opportunity_id": f"0065g{number:05d}A",
        "account_id": f"{number % 17:06d}",
        "name": f"{rng.choice(('Acme', 'Blue Nile', 'Café Noir', 'Delta, Inc.'))} {number}",
        "owner": rng.choice(OWNERS),
        "type": rng.choice(("new", "expansion")),
        "stage": stage,
        "status": status,
        "forecast_category": rng.choice(("pipeline", "best case", "commit")),
        "amount": Decimal(rng.randrange(100_000, 9_000_000)) / 100,
        "currency": "USD",
        "probability": Decimal(rng.randrange(10, 100)) / 100,
        "created_on": min(close, last) - timedelta(days=rng.randrange(20, 90)),
        "close_on": close,
        "product": rng.choice(("Core", "Plus")),
        "segment": rng.choice(SEGMENTS),
        "region": rng.choice(REGIONS),
    }
    return _derived(deal, "opportunities")


def _line(rng: Random, number: int, last: date) -> Row:
    start = last - timedelta(days=rng.randrange(20, 170) if number else 0)
    moment = datetime.combine(start, time(rng.randrange(24), 30), UTC)
    ends = None if rng.random() < 0.7 else (moment + timedelta(days=20)).astimezone(ZONE).date()
    line_ = {
        "line_id": f"sub_{number:05d}",
        "account_id": f"{number % 17:06d}",
        "kind": "recurring",
        "status": rng.choice(("active", "active", "paused")),
        "starts_at": moment,
        "starts_on": moment.astimezone(ZONE).date(),
        "ends_on": ends,
        "billing_months": rng.choice((1, 12)),
        "amount": Decimal(rng.randrange(1_000, 90_000)) / 100,
        "quantity": rng.randrange(1, 60),
        "plan": rng.choice(("Basic", "Pro")),
    }
    return _derived(line_, "subscriptions")


def _derived(row: Row, table: str) -> Row:
    if table == "opportunities":
        return {**row, "closed_on": None if row["status"] == "open" else row["close_on"]}
    return row


def _text(column: str) -> Cell:
    return lambda row: "" if row[column] is None else str(row[column])


def _american(column: str) -> Cell:
    return lambda row: f"{row[column].month}/{row[column].day}/{row[column].year}"


_DEAL = (
    "opportunity_id", "account_id", "name", "owner", "type", "stage", "status", "amount", "currency", "probability",
    "created_on", "close_on", "closed_on", "product", "segment", "region",
)  # fmt: skip
_LINE = ("line_id", "account_id", "kind", "status", "starts_on", "ends_on", "billing_months", "amount", "quantity")

OWN_DEALS = Layout(
    "opportunities.csv", "opportunities", "opportunity_id", "bookings",
    {column: _text(column) for column in (*_DEAL, "forecast_category")}, (*_DEAL, "forecast_category"), {},
)  # fmt: skip
OWN_LINES = Layout(
    "subscriptions.csv", "subscriptions", "line_id", "arr", {column: _text(column) for column in (*_LINE, "plan")},
    (*_LINE, "plan"), {},
)  # fmt: skip
_SALESFORCE = {
    "opportunity_id": "Opportunity ID", "account_id": "Account ID", "owner": "Opportunity Owner",
    "forecast_category": "Forecast Category", "name": "Opportunity Name", "currency": "Amount Currency",
    "amount": "Amount", "probability": "Probability (%)", "close_on": "Close Date", "created_on": "Created Date",
    "product": "Product Line", "stage": "Stage", "type": "Type", "segment": "Segment", "region": "Region",
}  # fmt: skip
SALESFORCE = Layout(
    "report1718012345.csv", "opportunities", "opportunity_id", "bookings",
    {theirs: _text(ours) for ours, theirs in _SALESFORCE.items()}
    | {"Close Date": _american("close_on"), "Created Date": _american("created_on")}
    | {
        "Probability (%)": lambda row: f"{row['probability'] * 100:.0f}",
        "Forecast Category": lambda row: row["forecast_category"].title(),
        "Type": lambda row: {"new": "New Business", "expansion": "Existing Business"}[row["type"]],
    },
    (*_DEAL, "forecast_category"), _SALESFORCE, quoted=True,
)  # fmt: skip
_HUBSPOT = {
    "opportunity_id": "Record ID", "name": "Deal Name", "stage": "Deal Stage", "close_on": "Close Date",
    "created_on": "Create Date", "amount": "Amount", "currency": "Currency", "owner": "Deal owner",
    "type": "Deal Type", "probability": "Deal probability", "account_id": "Associated Company IDs",
    "product": "Products", "segment": "Segment", "region": "Region",
}  # fmt: skip
HUBSPOT = Layout(
    "hubspot-crm-exports-all-deals.csv", "opportunities", "opportunity_id", "bookings",
    {theirs: _text(ours) for ours, theirs in _HUBSPOT.items()}
    | {
        "Close Date": lambda row: f"{row['close_on']} 23:45",
        "Create Date": lambda row: f"{row['created_on']} 00:05",
        "Deal Type": lambda row: {"new": "newbusiness", "expansion": "existingbusiness"}[row["type"]],
    },
    _DEAL, _HUBSPOT,
)  # fmt: skip
_STRIPE = {
    "line_id": "id", "account_id": "Customer ID", "quantity": "Quantity", "billing_months": "Interval",
    "amount": "Amount", "status": "Status", "starts_on": "Start Date (UTC)", "ends_on": "Ended At (UTC)",
    "plan": "Plan",
}  # fmt: skip
STRIPE = Layout(
    "stripe_subscriptions.csv", "subscriptions", "line_id", "arr",
    {theirs: _text(ours) for ours, theirs in _STRIPE.items()}
    | {
        "Currency": lambda row: row.get("currency", "USD").lower(),
        "Interval": lambda row: {1: "month", 12: "year"}[row["billing_months"]],
        # Half past midnight to half past eleven at night: for some of them New York is a day behind.
        "Start Date (UTC)": lambda row: f"{row['starts_at']:%Y-%m-%d %H:%M}",
        "Ended At (UTC)": lambda row: (
            f"{row['starts_at'] + timedelta(days=20):%Y-%m-%d %H:%M}" if row["ends_on"] else ""
        ),
        # The export holds the price of one unit.
        "Amount": lambda row: str(row["amount"]),
    },
    (*_LINE, "plan"), _STRIPE,
)  # fmt: skip
LAYOUTS = (OWN_DEALS, OWN_LINES, SALESFORCE, HUBSPOT, STRIPE)


def true_rows(sheet: Sheet) -> list[tuple[Any, ...]]:
    """The compared values of the sheet's rows, in the order of its key."""
    return sorted(
        (tuple(_stored(sheet.layout, row, column) for column in sheet.layout.columns) for row in sheet.rows), key=str
    )


def _stored(layout: Layout, row: Row, column: str) -> Any:
    if layout is STRIPE and column == "amount":
        return row["amount"] * row["quantity"]
    return row[column]


def true_reading(sheet: Sheet, first: date, last: date) -> tuple[float, int]:
    """The layout's KPI by plain arithmetic: bookings of the days `first` to `last`, or ARR on `last`, with its n."""
    if sheet.layout.kpi == "bookings":
        won = [row for row in sheet.rows if row["status"] == "won" and first <= row["closed_on"] <= last]
        return float(sum(row["amount"] for row in won)), len(won)
    live = [
        row
        for row in sheet.rows
        if row["status"] == "active" and row["starts_on"] <= last and (row["ends_on"] is None or row["ends_on"] > last)
    ]
    annual = [_stored(sheet.layout, row, "amount") * 12 / row["billing_months"] for row in live]
    return float(sum(round(amount, 4) for amount in annual)), len(live)
