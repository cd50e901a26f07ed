"""A standard report of a forum as it was published: on which data and log, and what its three outputs hash to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .entry import Entry
from .event import Event


class ReportPublished(Event):
    """An edition of a forum's report for a day's data, and everything it can be rebuilt from.

    `published_at` is a moment with time zone in ISO form. `snapshots` counts the snapshots known then, the
    last of them is `snapshot`. `configuration` names the archived configuration, `log_size` and `log_root`
    the log as it was read. `content`, `html` and `pdf` are SHA-256 of the three outputs.
    """

    kind: Literal["report.published"] = "report.published"
    forum: str
    forum_name: str
    as_of: date
    edition: int
    headline: str
    published_at: str
    snapshot: str
    snapshots: int
    configuration: str
    engine: str
    layout: int
    log_size: int
    log_root: str
    content: str
    html: str
    pdf: str
    pages: int


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
