"""The brief: what breached, what of it is decided, and what still needs a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from decision_log.decision import Decision, decisions
from decision_log.proposal import Proposal, proposals
from kpi_engine.card import Assessment, Card
from kpi_engine.problem import Problem

from .people import Person, require
from .publication import published
from .site import Site


@dataclass(frozen=True, slots=True)
class Item:
    """A card, the episode of its breach, what is proposed on it and the decision that stands, if any."""

    card: Card
    decision: Decision | None
    episode: str = ""
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """An assessment joined with the decision log; items keep the rank of the cards."""

    assessment: Assessment
    items: tuple[Item, ...]

    @property
    def to_decide(self) -> tuple[Item, ...]:
        """Reds nobody has decided on. Yellow is watched, a folded card is explained by a known issue."""
        return tuple(i for i in self.items if i.card.status == "red" and not i.card.folded and i.decision is None)

    @property
    def decided(self) -> tuple[Item, ...]:
        """Cards with a decision."""
        return tuple(i for i in self.items if i.decision is not None and not i.card.folded)

    @property
    def to_watch(self) -> tuple[Item, ...]:
        """Yellows, decided ones left out."""
        return tuple(i for i in self.items if i.card.status == "yellow" and not i.card.folded and i.decision is None)

    @property
    def folded(self) -> tuple[Item, ...]:
        """Cards that a known issue explains."""
        return tuple(i for i in self.items if i.card.folded)


def brief(site: Site, person: Person, as_of: date | None = None) -> tuple[Brief | None, tuple[Problem, ...]]:
    """The brief for a day (default: the data date); None without problems means that no data is there yet."""
    require(person, "view")
    publication, problems = published(site, as_of)
    if publication is None:
        return None, problems
    return joined(site, publication.assessment), ()


def joined(site: Site, assessment: Assessment, up_to: int | None = None) -> Brief:
    """The assessment with what the log says of its cards; with `up_to`, as the log was at that size."""
    taken = decisions(site.log().stream("decision", up_to))
    proposed = proposals(site.log().stream("proposal", up_to))
    episodes = {card.key: episode_of(card) for card in assessment.cards}
    items = (
        Item(card, _standing(card, taken), episodes[card.key], proposed.get(episodes[card.key]))
        for card in assessment.cards
    )
    return Brief(assessment, tuple(items))


def episode_of(card: Card) -> str:
    """The episode that a card belongs to: the key of the card with which its breach began."""
    return f"{card.key.rpartition(' ')[0]} {card.since.isoformat()}"


def _standing(card: Card, newest_first: tuple[Decision, ...]) -> Decision | None:
    """The newest decision on this breach: the same rule on the same slice, taken since the breach began."""
    for decision in newest_first:
        taken = decision.taken
        same = (taken.kpi, taken.dimension, taken.slice, taken.rule) == (
            card.kpi,
            card.dimension,
            card.slice,
            card.rule,
        )
        if same and card.since <= taken.period_end <= card.period_end:
            return decision
    return None
