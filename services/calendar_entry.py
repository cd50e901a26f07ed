"""An action as a calendar entry (RFC 5545): all day, on its due date."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from decision_log.action import Action

from .download import Download


def calendar_entry(action: Action, assignee: str) -> Download:
    """The action's `.ics` file; the same action always has the same UID, each change a higher sequence number."""
    name = sha256(action.subject.encode()).hexdigest()[:32]
    entry = Event()
    entry.add("uid", f"{name}@revenue-command-center")
    entry.add("dtstamp", action.changed_at)
    entry.add("summary", action.created.text)
    entry.add("description", f"{action.created.context}\nAssignee: {assignee}")
    entry.add("dtstart", action.due_on)
    entry.add("dtend", action.due_on + timedelta(days=1))
    entry.add("sequence", action.version - 1)
    entry.add("status", "CANCELLED" if action.state == "cancelled" else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("prodid", "-//Revenue Command Center//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return Download(f"action-{name[:8]}-{action.version}.ics", calendar.to_ical())
