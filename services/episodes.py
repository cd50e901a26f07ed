"""Episodes as people meet them: the one behind a card, the ones that recover, and how far each has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from decision_log.decision import Decision
from decision_log.episode import Episode, episodes
from decision_log.proposal import Proposal
from kpi_engine.card import Card

from .site import Site

Phase = Literal["not yet recorded", "open", "proposed", "decided", "recovering", "closed"]


def all_episodes(site: Site, up_to: int | None = None) -> dict[str, Episode]:
    """Every episode by its id, in the order in which they were opened; with `up_to`, as the log was at that size."""
    return episodes(site.log().stream("episode", up_to))


def episode_of(card: Card, known: Mapping[str, Episode]) -> Episode | None:
    """The episode of a card's breach that was running in the card's period; None before it is recorded."""
    breach = (card.kpi, card.dimension, card.slice, card.rule)
    for episode in reversed(tuple(known.values())):
        begun = episode.breach == breach and episode.periods[0].published.end <= card.period_end
        if begun and (episode.closed is None or card.period_end <= episode.closed.period_end):
            return episode
    return None


def decision_on(episode: Episode, newest_first: Iterable[Decision]) -> Decision | None:
    """The newest decision on an episode."""
    return next((one for one in newest_first if one.taken.episode == episode.id), None)


def phase(episode: Episode | None, proposal: Proposal | None, decision: Decision | None) -> Phase:
    """How far it has come: people first bring it from open to decided, then the data from recovering to closed."""
    if episode is None:
        return "not yet recorded"
    if episode.phase != "open":
        return episode.phase
    return "decided" if decision else "proposed" if proposal else "open"
