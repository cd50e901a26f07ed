"""A packet's content made from hand-made cards, without an engine or a log."""

from datetime import UTC, date, datetime

from kpi_engine.card import Card
from services.brief import Item
from services.directory import Directory
from services.packet.content import Content, Group, Provenance
from services.packet.exceptions import breach
from services.packet.follow_up import caveats
from services.packet.summary import movers
from tests.pages.assessments import BUSY

NOW = datetime(2026, 6, 28, 9, 0, tzinfo=UTC)
PROVENANCE = Provenance("9f2c4a7be01d", 1, "c0ffee", "2", 1, 12, "abcdef0123456789")


def content(*cards: Card, **changed: object) -> Content:
    """The packet of these cards and nothing else, except what is `changed`."""
    items = [Item(card, None) for card in cards]
    fields: dict[str, object] = {
        "id": "weekly_revenue-2026-06-29-1", "company": "Example", "forum": "Weekly revenue meeting",
        "meeting_on": date(2026, 6, 29), "edition": 1, "as_of": BUSY.as_of, "data_on": BUSY.data_on,
        "published": "28 Jun 2026, 09:00 UTC", "headline": "2 exceptions need a decision", "counts": "31 checked",
        "asked": "",
        "groups": (Group("Weekly revenue", ()),), "more_slices": 0,
        "breaches": tuple(breach(rank, item, Directory(), NOW) for rank, item in enumerate(items, 1)),
        "recovering": (),
        "movers": movers((), {}, "USD"), "caveats": tuple(caveats(BUSY, {})), "confidence": (), "tasks": (),
        "checks": (),
        "cut": (), "provenance": PROVENANCE,
    }  # fmt: skip
    return Content(**{**fields, **changed})
