"""The pre-read of a card's forum: who is to read the proposals in it, and whether one comes too late for it."""

from __future__ import annotations

from datetime import datetime

from decision_log.packet import packets
from kpi_engine.card import Card
from kpi_engine.contract import FORUMS

from .directory import load_directory
from .forum_calendar import next_meeting
from .forums import Forum, load_forums
from .people import Person
from .site import Site


def attendees(site: Site, card: Card) -> tuple[Person, ...]:
    """Who sits in the forum that reviews the card."""
    forum = _forum(site, card)
    return () if forum is None else load_directory(site)[0].holders(forum.audience)


def lateness(site: Site, card: Card, now: datetime) -> str:
    """Why a proposal at `now` comes late for the forum's next meeting; empty while it is in time.

    It is late once the pre-read for that meeting has gone out, and on the day of the meeting itself.
    """
    forum = _forum(site, card)
    meeting = None if forum is None else next_meeting(forum, now.date())
    if forum is None or meeting is None:
        return ""
    out = (packet.published for packet in packets(site.log().stream("packet")))
    if any((one.forum, one.meeting_on) == (forum.id, meeting) for one in out):
        return f"after the pre-read for {meeting.day} {meeting:%b %Y} went out"
    return "on the day of the meeting" if meeting == now.date() else ""


def _forum(site: Site, card: Card) -> Forum | None:
    """The forum that meets at the cadence of the card's contract."""
    cadence = next((cadence for cadence, name in FORUMS.items() if name == card.forum), None)
    return next((forum for forum in load_forums(site)[0] if forum.cadence == cadence), None)
