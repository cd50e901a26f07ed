"""An action as a calendar entry (RFC 5545): all day, on its due date."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from decision_log.action import ActionCreated


def uid(subject: str) -> str:
    """What calendars know the action by, however often it moves."""
    return f"{sha256(subject.encode()).hexdigest()[:32]}@revenue-command-center"


def calendar_entry(
    subject: str, created: ActionCreated, at: datetime, *, moves: int = 0, cancelled: bool = False
) -> bytes:
    """The `.ics` file; `created` carries the due date that counts, `moves` how often it has changed."""
    entry = Event()
    entry.add("uid", uid(subject))
    entry.add("dtstamp", at)
    entry.add("summary", created.text)
    entry.add("description", f"{created.context}\nAssignee: {created.assignee}")
    entry.add("dtstart", created.due_on)
    entry.add("dtend", created.due_on + timedelta(days=1))
    entry.add("sequence", moves + cancelled)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("prodid", "-//Revenue Command Center//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content
