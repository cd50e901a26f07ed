"""The brief: what breached, what of it is decided, and what still needs a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from decision_log.closeout import DecisionClosed, closeout_of
from decision_log.decision import Decision, decisions
from decision_log.entry import Entry
from decision_log.episode import Episode
from decision_log.proposal import Proposal, proposals
from kpi_engine.card import Assessment, Card
from kpi_engine.problem import Problem

from .episodes import Phase, all_episodes, decision_on, episode_of, phase
from .people import Person, require
from .publication import assessed
from .scope import is_theirs, their_part
from .site import Site


@dataclass(frozen=True, slots=True)
class Item:
    """A card, the episode of its breach, what is proposed on it and the decision that stands, if any.

    `life` is the episode as the log tells it, None until the next tick records the breach; `episode` is the
    id that it has, or will have then. `verdict` is what data said of the decision at its check date.
    """

    card: Card
    decision: Decision | None
    episode: str = ""
    proposal: Proposal | None = None
    life: Episode | None = None
    verdict: DecisionClosed | None = None

    @property
    def phase(self) -> Phase:
        """How far the episode has come."""
        return phase(self.life, self.proposal, self.decision)

    @property
    def settled(self) -> bool:
        """Whether a decision stands: taken, and not found by data to have missed what it was to reach."""
        return self.decision is not None and (self.verdict is None or self.verdict.outcome != "not met")


@dataclass(frozen=True, slots=True)
class Brief:
    """An assessment joined with the decision log; items keep the rank of the cards.

    `quiet` are the running episodes without a card: they recover, or could not be evaluated of late.
    """

    assessment: Assessment
    items: tuple[Item, ...]
    quiet: tuple[Episode, ...] = ()

    @property
    def to_decide(self) -> tuple[Item, ...]:
        """Reds on which no decision stands. Yellow is watched, a folded card is explained by a known issue."""
        return tuple(i for i in self.items if i.card.status == "red" and not i.card.folded and not i.settled)

    @property
    def decided(self) -> tuple[Item, ...]:
        """Cards with a decision that stands."""
        return tuple(i for i in self.items if i.settled and not i.card.folded)

    @property
    def to_watch(self) -> tuple[Item, ...]:
        """Yellows, decided ones left out."""
        return tuple(i for i in self.items if i.card.status == "yellow" and not i.card.folded and not i.settled)

    @property
    def folded(self) -> tuple[Item, ...]:
        """Cards that a known issue explains."""
        return tuple(i for i in self.items if i.card.folded)


def brief(site: Site, person: Person, as_of: date | None = None) -> tuple[Brief | None, tuple[Problem, ...]]:
    """The brief for a day (default: the data date); None without problems means that no data is there yet."""
    require(person, "view", keeps_scope=True)
    assessment, problems = assessed(site, as_of)
    if assessment is None:
        return None, problems
    found = joined(site, their_part(person, assessment))
    theirs = (one for one in found.quiet if is_theirs(person, one.opened.dimension, one.opened.slice))
    return replace(found, quiet=tuple(theirs)), ()


def joined(site: Site, assessment: Assessment, up_to: int | None = None) -> Brief:
    """The assessment with what the log says of its cards; with `up_to`, as the log was at that size."""
    stream = site.log().stream("decision", up_to)
    taken = decisions(stream)
    proposed = proposals(site.log().stream("proposal", up_to))
    known = all_episodes(site, up_to)
    items = tuple(_item(card, episode_of(card, known), taken, proposed) for card in assessment.cards)
    items = tuple(replace(one, verdict=_verdict(one.decision, stream)) for one in items)
    with_card = {item.episode for item in items}
    quiet = (
        one
        for one in known.values()
        if one.closed is None and one.id not in with_card and one.opened.period_end <= assessment.as_of
    )
    return Brief(assessment, items, tuple(quiet))


def _item(card: Card, life: Episode | None, taken: tuple[Decision, ...], proposed: Mapping[str, Proposal]) -> Item:
    episode = card.key if life is None else life.id
    if life is not None:
        # The log knows which periods were published as red; the engine only what they read like today.
        told = life.escalated is not None and life.escalated.period_end <= card.period_end
        card = replace(card, escalated=told)
    decision = (decision_on(life, taken) if life else None) or _standing(card, taken)
    return Item(card, decision, episode, proposed.get(episode), life)


def _verdict(decision: Decision | None, stream: dict[str, tuple[Entry, ...]]) -> DecisionClosed | None:
    found = closeout_of(stream[decision.subject]) if decision else None
    return found.verdict if found else None


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
