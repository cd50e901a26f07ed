"""Small companies made by chance, with everything in them that real exports get wrong."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from kpi_engine.company import Company

from .days import WEEKDAYS
from .rows import Row, Rows

# A leap day, a year of 53 ISO weeks, and a year's end in the middle of a week lie within reach of these.
BEGINNINGS = (date(2019, 11, 6), date(2020, 7, 15), date(2023, 10, 30))
SPAN = 480
STAGES = ("Discovery", "Evaluation", "Proposal")
SEGMENTS = ("Enterprise", "SMB", "(all)", None)
REGIONS = ("EMEA", "AMER", None)


class Chance:
    """Draws dates, amounts and choices within one random company."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self.begin = self.random.choice(BEGINNINGS)
        self.as_of = self.begin + timedelta(days=SPAN - self.random.randint(0, 60))

    def pick(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def day(self, empty: float = 0.0) -> date | None:
        """A day of the company's time, with two weeks without any; some lie after the as-of day."""
        if self.often(empty):
            return None
        offset = self.random.randint(0, SPAN)
        return self.begin + timedelta(days=offset if not 200 <= offset < 214 else 200)

    def after(self, day: date | None, longest: int, empty: float = 0.2) -> date | None:
        """A later day, or none, or (by a slip of the hand) an earlier one."""
        if day is None or self.often(empty):
            return None
        return day + timedelta(days=self.random.randint(-10 if self.often(0.1) else 0, longest))

    def moment(self, day: date | None) -> datetime | None:
        if day is None:
            return None
        return datetime.combine(day, time(self.random.randint(0, 23), self.random.randint(0, 59), self.pick(0, 17)))

    def amount(self, empty: float = 0.1) -> Decimal | None:
        if self.often(empty):
            return None
        if self.often(0.1):
            return Decimal(0)
        sign = -1 if self.often(0.06) else 1
        return sign * Decimal(self.random.randint(100, 9_000_000)) / 100


def random_company(chance: Chance) -> Company:
    """A company with any calendar."""
    return Company(
        name="Any",
        week_start=chance.pick(*WEEKDAYS),
        fiscal_year_start_month=chance.random.randint(1, 12),
        stages=STAGES,
    )


def random_rows(chance: Chance) -> Rows:
    """Rows of every table the differential test reads."""
    accounts = [_account(chance, index) for index in range(chance.random.randint(6, 20))]
    # An account that no table knows, and rows without any.
    keys = [*(row["account_id"] for row in accounts), "unknown", None]
    deals = [_deal(chance, index, keys) for index in range(chance.random.randint(20, 110))]
    pilots = [_pilot(chance, index, keys) for index in range(chance.random.randint(20, 50))]
    return {
        "accounts": accounts,
        "opportunities": deals,
        "activities": [_meeting(chance, index, deals, keys) for index in range(60)],
        "stage_history": [entry for deal in deals for entry in _history(chance, deal)],
        "pilots": pilots,
        "gate_runs": [_gate_run(chance, index, pilots) for index in range(chance.random.randint(20, 90))],
        "subscriptions": [_line(chance, index, keys[:-1]) for index in range(chance.random.randint(20, 90))],
        "renewals": [_renewal(chance, index, keys) for index in range(chance.random.randint(20, 60))],
        "spend": [_spend(chance, index) for index in range(chance.random.randint(20, 60))],
        "targets": [_target(chance, index) for index in range(30)],
    }


def _account(chance: Chance, index: int) -> Row:
    return {
        "account_id": f"A{index}",
        "owner": chance.pick("Ann", "Bo"),
        "segment": chance.pick(*SEGMENTS),
        "region": chance.pick(*REGIONS),
        "tier": chance.pick("A", "B", "C", None),
        "health": Decimal(chance.random.randint(0, 100)) if chance.often(0.8) else None,
        "created_on": chance.day(0.1),
        "qualified_on": chance.day(0.3),
    }


def _deal(chance: Chance, index: int, accounts: list[Any]) -> Row:
    created = chance.day(0.05)
    status = chance.pick("open", "won", "won", "lost")
    closed = None if status == "open" else chance.after(created, 150, 0.05)
    return {
        "opportunity_id": f"O{index}",
        "account_id": chance.pick(*accounts),
        "owner": chance.pick("Ann", "Bo", None),
        "type": chance.pick("new", "expansion", "renewal", None),
        "segment": chance.pick(*SEGMENTS) if chance.often(0.3) else None,
        "stage": {"open": chance.pick(*STAGES), "won": "Closed Won", "lost": "Closed Lost"}[status],
        "status": status,
        "amount": chance.amount(),
        "list_amount": chance.amount(0.3),
        "created_on": created,
        "qualified_on": chance.after(created, 40, 0.3),
        "first_contact_on": chance.day(0.5),
        "discovery_held_on": chance.after(created, 30, 0.7),
        "closed_on": closed,
        "close_on": closed or chance.after(created, 250, 0.15),
    }


def _meeting(chance: Chance, index: int, deals: list[Row], accounts: list[Any]) -> Row:
    booked = chance.day(0.1)
    return {
        "activity_id": f"M{index}",
        "type": chance.pick("discovery", "discovery", "demo"),
        "account_id": chance.pick(*accounts),
        "opportunity_id": chance.pick(*deals)["opportunity_id"] if chance.often(0.8) else None,
        "booked_on": booked,
        "held_on": chance.after(booked, 30, 0.3),
    }


def _history(chance: Chance, deal: Row) -> list[Row]:
    """Stages entered in any order: skipped, entered again, twice on one day."""
    entered = chance.day()
    found = []
    for _ in range(chance.random.randint(0, 5)):
        assert entered is not None
        moment = chance.moment(entered)
        if all(row["entered_at"] != moment for row in found):
            stage = chance.pick(*STAGES, *STAGES, "Closed Won", "Closed Lost")
            found.append(
                {"opportunity_id": deal["opportunity_id"], "stage": stage, "entered_at": moment, "entered_on": entered}
            )
        entered += timedelta(days=chance.pick(0, 3, 20, 60))
    return found


def _pilot(chance: Chance, index: int, accounts: list[Any]) -> Row:
    kickoff = chance.day(0.05)
    ended = chance.after(kickoff, 120, 0.3)
    return {
        "pilot_id": f"P{index}",
        "account_id": chance.pick(*accounts),
        "kickoff_on": kickoff,
        "first_value_on": chance.after(kickoff, 40, 0.3),
        "completed_on": chance.pick(ended, None),
        "ended_on": ended,
        "paid_on": chance.after(kickoff, 150, 0.4),
    }


def _gate_run(chance: Chance, index: int, pilots: list[Row]) -> Row:
    pilot = chance.pick(*pilots)
    run = chance.day()
    failed = chance.pick(True, False, False, None)
    failed_at = chance.moment(run) if failed else None
    triaged = None
    if failed_at is not None and chance.often(0.6):
        triaged = failed_at + timedelta(minutes=chance.random.randint(-60 if chance.often(0.1) else 0, 9000))
    return {
        "gate_run_id": f"G{index}",
        "pilot_id": pilot["pilot_id"],
        "account_id": pilot["account_id"],
        "run_on": run,
        "failed": failed,
        "failed_at": failed_at,
        "triaged_at": triaged,
    }


def _line(chance: Chance, index: int, accounts: list[str]) -> Row:
    """A subscription line: overlapping others, shorter than a month, free, credited, or over before it began."""
    start = chance.day()
    assert start is not None
    length = chance.pick(0, 5, 20, 31, 60, 90, 180, 365, None)
    end = None if length is None else start + timedelta(days=length - (40 if chance.often(0.03) else 0))
    return {
        "line_id": f"L{index}",
        "account_id": chance.pick(*accounts),
        "product": chance.pick("platform", "analytics", None),
        "kind": chance.pick("recurring", "recurring", "recurring", "services", "one_time", None),
        "status": chance.pick("active", "active", "active", "paused", "trial", None),
        "starts_on": start,
        "ends_on": end,
        "billing_months": chance.pick(1, 3, 12, 12) if chance.often(0.3) else 12,
        "amount": chance.amount(),
    }


def _renewal(chance: Chance, index: int, accounts: list[Any]) -> Row:
    opened = chance.day(0.05)
    renewed = chance.after(opened, 120, 0.5)
    return {
        "renewal_id": f"R{index}",
        "account_id": chance.pick(*accounts),
        "owner": chance.pick("Ann", "Bo", None),
        "arr": chance.amount(),
        "renewal_on": chance.after(opened, 120, 0.1),
        "opened_on": opened,
        "renewed_on": renewed,
        "lost_on": None if renewed else chance.after(opened, 150, 0.6),
        "renewed_arr": chance.amount(0.3),
        "at_risk": chance.pick(True, False, None),
        "at_risk_since_on": chance.after(opened, 60, 0.5),
        "health": Decimal(chance.random.randint(0, 100)) if chance.often(0.7) else None,
    }


def _spend(chance: Chance, index: int) -> Row:
    return {
        "spend_id": f"S{index}",
        "spent_on": chance.day(),
        "function": chance.pick("sales", "marketing", "other"),
        "channel": chance.pick("search", "events", None),
        "amount": chance.amount(0.05),
    }


def _target(chance: Chance, index: int) -> Row:
    return {
        "target_id": f"T{index}",
        "metric": chance.pick("bookings", "bookings", "pipeline"),
        "period_on": chance.day(0.05),
        "segment": chance.pick(*SEGMENTS),
        "region": chance.pick(*REGIONS),
        "amount": chance.amount(0.05),
    }
