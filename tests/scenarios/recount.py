"""Counting again what the services counted in the half year: from CSV files and rows of the log, in plain Python."""

from __future__ import annotations

import csv
import json
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the log's table, its body read as JSON."""

    seq: int
    at: str
    by: str
    subject: str
    version: int
    key: str
    body: str
    previous: str
    hash: str

    @property
    def event(self) -> dict[str, Any]:
        """What happened."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def kind(self) -> str:
        """Its kind."""
        return str(self.event["kind"])

    @property
    def day(self) -> str:
        """The day, UTC."""
        return self.at[:10]


def lines_of(database: Path) -> list[Line]:
    """The whole log."""
    columns = 'seq, at, "by", subject, version, key, body, previous, hash'
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return [Line(*row) for row in connection.execute(f"SELECT {columns} FROM entries ORDER BY seq")]
    finally:
        connection.close()


def broken_links(lines: list[Line]) -> list[int]:
    """The numbers of the entries whose hash does not follow from their content and the entry before."""
    broken, previous = [], "0" * 64
    for number, line in enumerate(lines, 1):
        parts = [previous, line.seq, line.at, line.by, line.subject, line.version, line.key, line.body]
        content = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        if (line.seq, line.previous) != (number, previous) or sha256(content.encode()).hexdigest() != line.hash:
            broken.append(number)
        previous = line.hash
    return broken


def counted(exports: Path, kpi: str, sunday: date) -> tuple[float, int]:
    """The value of a weekly KPI for the week to a Sunday and its n, counted in a folder of exports."""

    days = {(sunday - timedelta(days=back)).isoformat() for back in range(7)}

    def of(table: str, column: str, **where: str) -> int:
        with (exports / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            place = {name: at for at, name in enumerate(next(rows))}
            there = [row for row in rows if row[place[column]][:10] in days]
        return sum(all(row[place[name]] in wanted.split() for name, wanted in where.items()) for row in there)

    match kpi:
        case "failed_gate_frequency":
            part, whole = of("gate_runs", "run_on", failed="true"), of("gate_runs", "run_on")
        case "discovery_completion_rate":
            part = of("activities", "held_on", type="discovery")
            whole = of("activities", "scheduled_on", type="discovery")
        case "proposal_acceptance_rate":
            part, whole = of("proposals", "accepted_on"), of("proposals", "sent_on")
        case "discovery_to_pilot_rate":
            part, whole = of("pilots", "kickoff_on"), of("accounts", "qualified_on")
        case "new_qualified_opps":
            whole = of("accounts", "qualified_on", tier="A B")
            return whole, whole
        case _:
            raise KeyError(kpi)
    return part / whole, whole


COUNTED = (
    "failed_gate_frequency",
    "discovery_completion_rate",
    "proposal_acceptance_rate",
    "discovery_to_pilot_rate",
    "new_qualified_opps",
)
"""The KPIs that can be counted in a line."""


def account(lines: list[Line]) -> list[str]:
    """What happened, for people: who did what to which KPI on which day; the weekly routine left out."""
    routine = {
        "tick.judged", "formula.sealed", "packet.opened", "meeting.opened", "meeting.entered", "meeting.joined",
        "meeting.ended", "memo.published", "message.queued", "message.attempted",
    }  # fmt: skip
    told = []
    for line in lines:
        event, what = line.event, line.kind
        if what in routine or (what == "packet.published" and event["edition"] == 1):
            continue
        about = line.subject.split("|")[0].partition("/")[2]
        told.append(" ".join(filter(None, (line.day, line.by, what, about, _detail(event)))))
    return told


def _detail(event: dict[str, Any]) -> str:
    match event["kind"]:
        case "episode.judged":
            return f"{event['reading']['end']} {event['reading']['status']}"
        case "episode.opened":
            return f"version {event['contract_version']}" + (" again" if event["earlier"] else "")
        case "episode.clock_met" | "episode.clock_missed":
            return str(event["clock"])
        case "episode.restated":
            return ", ".join(f"{one['end']} {one['status']}" for one in event["readings"])
        case "episode.feedback":
            return str(event["opinion"])
        case "proposal.filed":
            return "late" if event["late"] else ""
        case "decision.taken":
            return "corrected" if event["correction"] else str(event["stance"])
        case "decision.closed":
            return str(event["outcome"])
        case "decision.extended":
            return f"to {event['check_on']}"
        case "packet.published":
            return f"edition {event['edition']}"
    return ""
