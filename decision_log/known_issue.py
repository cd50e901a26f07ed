"""Known issues in the log: who filed, renewed or closed which, when. The issues themselves are files."""

from __future__ import annotations

from datetime import date
from typing import Literal

from .event import Event


class KnownIssueChanged(Event):
    """A known issue as it reads from now on."""

    kind: Literal["known_issue.changed"] = "known_issue.changed"
    how: Literal["filed", "renewed", "closed"]
    effect: Literal["explain", "qualify", "exclude"]
    since: date
    until: date
    note: str


def subject_of(issue: str) -> str:
    """The log's subject of a known issue."""
    return f"known_issue/{issue}"
