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
_FROM = "2025-06-02"
"""Half a year before the first week: what the packet draws and compares with."""

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
    found = {name: [row for row in _rows(exports / f"{name}.csv") if _is_told(name, row)] for name in BORN}
    kept = [row for row in found["gate_runs"] if week_of(row["run_on"]) != OUTAGE]
    found["gate_runs"] = [_failing(row) if number % 2 else row for number, row in enumerate(kept)]
    return found


def write_week(sample: dict[str, list[Row]], sunday: date, folder: Path) -> None:
    """The folder of exports that lies there on the Monday after."""
    folder.mkdir(parents=True)
    for name, rows in sample.items():
        if (name, sunday) != ("gate_runs", OUTAGE):
            _write(folder / f"{name}.csv", _delivered(name, rows, sunday))


def week_of(day: str) -> date:
    """The Sunday that ends the week of a day or moment."""
    found = date.fromisoformat(day[:10])
    return found + timedelta(days=6 - found.weekday())


def _failing(row: Row) -> Row:
    if week_of(row["run_on"]) not in GATES_FAIL or row["failed"] == "true":
        return row
    day = row["run_on"]
    return {**row, "failed": "true", "failed_at": f"{day} 15:00:00", "triaged_at": f"{day} 23:00:00"}


def _delivered(name: str, rows: list[Row], sunday: date) -> Iterator[Row]:
    """The rows as they stood at the end of a Sunday."""
    born, until = BORN[name], f"{sunday}~"  # sorts after every moment of the day
    happens = [column for column in rows[0] if column.endswith(("_on", "_at")) and column not in (born, *_PLANNED)]
    for row in rows:
        if row[born] > until:
            continue
        unknown = [column for column in happens if row[column] > until]
        if name == "proposals" and UNANSWERED <= sunday < CORRECTED and _is_late(row):
            unknown.append("accepted_on")
        if "at_risk_since_on" in unknown:
            yield {**row, **dict.fromkeys(unknown, ""), "at_risk": "false"}
        else:
            yield {**row, **dict.fromkeys(unknown, "")} if unknown else row


def _is_told(name: str, row: Row) -> bool:
    """Recent enough to be compared with; of the accounts, those of the CRM."""
    return row["account_id"].startswith("ACC-") if name == "accounts" else row[BORN[name]] >= _FROM


def _is_late(proposal: Row) -> bool:
    accepted = proposal["accepted_on"]
    return bool(accepted) and week_of(accepted) == UNANSWERED and int(proposal["proposal_id"][4:]) % 5 > 0


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _write(file: Path, rows: Iterator[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for number, row in enumerate(rows):
            if number == 0:
                writer.writerow(row)
            writer.writerow(row.values())
