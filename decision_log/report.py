"""A standard report of a forum as it was published: on which data and log, and what its three outputs hash to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .entry import Entry
from .published import Published


class ReportPublished(Published):
    """An edition of a forum's report for a day's data."""

    kind: Literal["report.published"] = "report.published"
    headline: str


@dataclass(frozen=True, slots=True)
class Report:
    """One edition: who published it and when (UTC)."""

    id: str
    subject: str
    key: str
    at: datetime
    by: str
    published: ReportPublished


def name_of(forum: str, as_of: date, edition: int) -> str:
    """The id of an edition, as addresses and file names carry it."""
    return f"report-{forum}-{as_of.isoformat()}-{edition}"


def subject_of(forum: str, as_of: date) -> str:
    """The log's subject of a forum's reports on a day's data."""
    return f"report/{forum}/{as_of.isoformat()}"


def reports(subjects: Mapping[str, tuple[Entry, ...]]) -> tuple[Report, ...]:
    """Every edition of the stream, newest first."""
    entries = sorted((entry for lines in subjects.values() for entry in lines), key=lambda entry: -entry.seq)
    return tuple(
        Report(name_of(said.forum, said.as_of, said.edition), entry.subject, entry.key, entry.at, entry.by, said)
        for entry in entries
        if isinstance(said := entry.event, ReportPublished)
    )
