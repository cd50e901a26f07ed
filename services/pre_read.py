"""The pre-read of a card's forum: who is to read the proposals in it, and whether one comes too late for it."""

from __future__ import annotations

from datetime import datetime

from decision_log.packet import packets
from kpi_engine.card import Card
from kpi_engine.contract import FORUMS

from .directory import load_directory
from .forums import Forum, load_forums
from .people import Person
from .site import Site


def attendees(site: Site, card: Card) -> tuple[Person, ...]:
    """Who sits in the forum that reviews the card."""
    forum = _forum(site, card)
    return () if forum is None else load_directory(site)[0].holders(forum.audience)


def lateness(site: Site, card: Card, now: datetime) -> str:
    """What had happened already when a proposal came at `now`; empty while it is in time.

    It is late once the pre-read of a meeting that is still to come has gone out.
    """
    forum = _forum(site, card)
    out = packets(site.log().stream("packet")) if forum is not None else ()
    for packet in out:
        meeting = packet.published.meeting_on
        if forum is not None and packet.published.forum == forum.id and meeting >= now.date():
            return f"after the pre-read for {meeting.day} {meeting:%b %Y} went out"
    return ""


def _forum(site: Site, card: Card) -> Forum | None:
    """The forum that meets at the cadence of the card's contract."""
    cadence = next((cadence for cadence, name in FORUMS.items() if name == card.forum), None)
    return next((forum for forum in load_forums(site)[0] if forum.cadence == cadence), None)
