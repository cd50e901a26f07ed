"""The exports of half a year, as each Monday of 2026 would have delivered them, with what went wrong on the way.

The sample company writes its whole history at once. Here it is cut at a Sunday: rows born later are absent, and
what happened later to the others is still blank. Four accidents are planted on top of the sample's own stories.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

Row = dict[str, str]

BORN = {
    "accounts": "created_on",
    "activities": "booked_on",
    "gate_runs": "run_on",
    "pilot_scope_changes": "changed_on",
    "pilots": "kickoff_on",
    "proposals": "sent_on",
    "renewals": "opened_on",
}
"""The tables that are delivered, each with the day on which a row comes into being."""
_PLANNED = {"scheduled_on", "renewal_on"}
_FROM = "2024-12-01"
"""A year before the first week, and a few weeks: what the packet compares with."""

SUNDAYS = tuple(date(2026, 1, 4) + timedelta(weeks=week) for week in range(26))
"""The last days of the 26 weeks."""

OUTAGE = date(2026, 3, 22)
"""The pilot tracker was down for the week to this day: no export that Monday, and its runs are lost for good."""
GATES_FAIL = (date(2026, 3, 29), date(2026, 5, 10))
"""Weeks in which every second gate run fails, beside those of the sample's own story."""
UNANSWERED = date(2026, 5, 24)
"""The first exports of the week to this day lack four of five acceptances …"""
CORRECTED = date(2026, 6, 7)
"""… which the export of this Sunday brings."""


def read_sample(exports: Path) -> dict[str, list[Row]]:
    """The rows of the whole history with the lasting accidents: runs that were lost, gates that failed."""
    found = {name: list(_rows(exports / f"{name}.csv")) for name in BORN}
    recent = {name: [row for row in rows if name == "accounts" or row[BORN[name]] >= _FROM] for name, rows in found.items()}
    kept = [row for row in recent["gate_runs"] if week_of(row["run_on"]) != OUTAGE]
    recent["gate_runs"] = [_failing(row) if number % 2 else row for number, row in enumerate(kept)]
    return recent


def write_week(sample: dict[str, list[Row]], sunday: date, folder: Path) -> None:
    """The folder of exports that lies there on the Monday after."""
    folder.mkdir(parents=True)
    for name, rows in sample.items():
        if (name, sunday) != ("gate_runs", OUTAGE):
            delivered = [_as_of(row, BORN[name], sunday) for row in rows if row[BORN[name]][:10] <= sunday.isoformat()]
            _write(folder / f"{name}.csv", delivered)


def week_of(day: str) -> date:
    """The Sunday that ends the week of a day or moment."""
    found = date.fromisoformat(day[:10])
    return found + timedelta(days=6 - found.weekday())


def _failing(row: Row) -> Row:
    if week_of(row["run_on"]) not in GATES_FAIL or row["failed"] == "true":
        return row
    day = row["run_on"]
    return {**row, "failed": "true", "failed_at": f"{day} 15:00:00", "triaged_at": f"{day} 23:00:00"}


def _as_of(row: Row, born: str, sunday: date) -> Row:
    """The row as it stood at the end of a Sunday."""
    known = {
        column: "" if column not in (born, *_PLANNED) and _is_day(column) and value[:10] > sunday.isoformat() else value
        for column, value in row.items()
    }
    if "at_risk" in known:
        known["at_risk"] = "true" if known["at_risk_since_on"] else "false"
    if born == BORN["proposals"] and UNANSWERED <= sunday < CORRECTED and _is_late(known):
        known["accepted_on"] = ""
    return known


def _is_day(column: str) -> bool:
    return column.endswith(("_on", "_at"))


def _is_late(proposal: Row) -> bool:
    accepted = proposal["accepted_on"]
    return bool(accepted) and week_of(accepted) == UNANSWERED and int(proposal["proposal_id"][4:]) % 5 > 0


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _write(file: Path, rows: list[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
