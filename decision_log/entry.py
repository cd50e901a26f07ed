"""An entry: an event in its place in the log, chained to the entry before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from .event import Event

GENESIS = "0" * 64
"""What the first entry names as the one before it."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What somebody wants to add to the log.

    `subject` is what the event happened to ("decision/…"). `key` names the intent: sent again under its
    key, an addition is the entry it first became. `version` is the place among the subject's entries that
    the writer expects to get, counted from 1; None takes the next, whatever others wrote meanwhile.
    """

    subject: str
    event: Event
    key: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: `seq` counts all entries from 1, `version` those of the subject; `at` is UTC.

    `hash` is SHA-256 over everything else in it, `previous` (the hash of the entry before) included.
    """

    seq: int
    at: datetime
    by: str
    subject: str
    version: int
    key: str
    event: Event
    previous: str
    hash: str


class Conflict(Exception):
    """Somebody else has written to the subject since the writer looked; `standing` are its entries now."""

    def __init__(self, subject: str, standing: tuple[Entry, ...]) -> None:
        super().__init__(f"{subject} has changed: it now has {len(standing)} entries")
        self.subject = subject
        self.standing = standing


def moment(at: datetime) -> str:
    """A moment as the log stores it: UTC to the microsecond; one without time zone is the programmer's mistake."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def body(event: Event) -> str:
    """The event as the log stores it: JSON, one spelling for each content."""
    return json.dumps(event.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def chained(previous: str, seq: int, at: str, by: str, subject: str, version: int, key: str, body: str) -> str:
    """The hash of an entry."""
    parts = [previous, seq, at, by, subject, version, key, body]
    return sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
