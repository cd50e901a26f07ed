"""Gathering a packet: an assessment and the log as it was, turned into its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from decision_log.memo import memos
from decision_log.packet import name_of, packets
from kpi_engine.card import Assessment
from kpi_engine.contract import FORUMS
from kpi_engine.engine import Engine
from rendering.units import day, in_short

from ..brief import Item, joined
from ..directory import load_directory
from ..forums import Forum
from ..site import Site
from .content import Content, Provenance
from .exceptions import breach, on_the_table, recovering
from .follow_up import caveats, checks, confidence, tasks
from .summary import counts, groups, movers

# The question of the meeting before, shortened so that the first page still holds every KPI.
_ASKED = 400


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which packet it is: the forum and its meeting, the edition, the moment it is published."""

    forum: Forum
    meeting_on: date
    edition: int
    published_at: datetime


def gather(site: Site, engine: Engine, assessment: Assessment, occasion: Occasion, provenance: Provenance) -> Content:
    """The content, whole. `site` holds the archived configuration; the log is read up to the provenance's size."""
    log, up_to = site.log(), provenance.log_size
    directory, _ = load_directory(site, up_to)
    forum = FORUMS[occasion.forum.cadence]
    local = occasion.published_at.astimezone(ZoneInfo(engine.company.time_zone))
    currency = engine.company.currency
    brief = joined(site, assessment, up_to)
    found = on_the_table(brief.items, forum)
    rows, more = groups(assessment.checks, assessment.cards, engine.contracts, forum, currency)
    return Content(
        id=name_of(occasion.forum.id, occasion.meeting_on, occasion.edition),
        company=engine.company.name,
        forum=occasion.forum.name,
        meeting_on=occasion.meeting_on,
        edition=occasion.edition,
        as_of=assessment.as_of,
        data_on=assessment.data_on,
        published=f"{day(local.date())}, {local:%H:%M} {local.tzname()}",
        headline=_headline(found),
        counts=counts(assessment.checks),
        asked=_asked(site, occasion, up_to),
        groups=rows,
        more_slices=more,
        breaches=tuple(breach(rank, item, directory, occasion.published_at) for rank, item in enumerate(found, 1)),
        recovering=recovering(brief.quiet),
        movers=movers(assessment.checks, engine.contracts, currency),
        caveats=tuple(caveats(assessment, engine.contracts)),
        confidence=confidence(assessment.trust),
        tasks=tasks(log.stream("action", up_to), directory, local.date()),
        checks=checks(log.stream("decision", up_to), directory, occasion.meeting_on, _before(site, occasion, up_to)),
        cut=(),
        provenance=provenance,
    )


def _headline(items: Sequence[Item]) -> str:
    """The answer first: how much is to be decided, and on how much of it there is a proposal."""
    open_ = [item for item in items if item.card.status == "red" and not item.settled]
    if not open_:
        return "Nothing needs a decision" if not items else "Every red is decided"
    proposed = sum(item.proposal is not None for item in open_)
    one = len(open_) == 1
    told = "with a proposal" if one else f"{proposed} of them with a proposal"
    return f"{len(open_)} {'exception needs' if one else 'exceptions need'} a decision, " + (
        told if proposed else "none with a proposal" if not one else "without a proposal"
    )


def _asked(site: Site, occasion: Occasion, up_to: int) -> str:
    """What the forum's last meeting wants this packet to answer."""
    told = memos(site.log().stream("memo", up_to))
    asked = (one.published.next_pre_read for one in told if one.published.forum == occasion.forum.id)
    return in_short(next(asked, ""), _ASKED)


def _before(site: Site, occasion: Occasion, up_to: int) -> int:
    """The size of the log at the packet of the forum's meeting before; 0 for the first."""
    earlier = (
        one.published.log_size
        for one in packets(site.log().stream("packet", up_to))
        if one.published.forum == occasion.forum.id and one.published.meeting_on < occasion.meeting_on
    )
    return next(earlier, 0)
