"""Proposing: what a KPI owner files on an exception before the meeting, and who has read it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from decision_log.entry import Addition, Conflict
from decision_log.proposal import (
    Proposal,
    ProposalFiled,
    ProposalRead,
    ProposalText,
    proposals,
    receipts_of,
    subject_of,
)
from kpi_engine.card import Card
from kpi_engine.problem import Problem

from .brief import Item, brief
from .check_proposal import FORM, problems_of
from .culture import has_turn
from .directory import load_directory
from .people import Denied, Person, allowed, require
from .pre_read import attendees, lateness
from .site import Site
from .work_on_episode import met

_CARD = TypeAdapter(Card)


def why_not(site: Site, person: Person, card: Card, today: date | None = None) -> str:
    """Why the person may not propose on a card.

    Empty for who may: its KPI owners, those above them, and whose turn it is to own the KPI today.
    """
    if allowed(person, "propose", own=_is_own(site, person, card, today)):
        return ""
    directory, _ = load_directory(site)
    names = ", ".join(holder.name for holder in directory.holders(card.owners))
    owners = " + ".join(card.owners)
    return f"{owners} ({names}) proposes here." if names else f"{owners} proposes here."


def propose(
    site: Site,
    person: Person,
    item: Item,
    text: ProposalText,
    *,
    expected: int,
    idempotency_key: str,
    now: datetime,
) -> tuple[Proposal | None, tuple[Problem, ...]]:
    """File a version of the proposal on a card's episode; `expected` is the version it replaces, 0 for none.

    Raises:
        Denied: the person holds neither the right nor a title that owns the KPI.
    """
    refusal = why_not(site, person, item.card, now.date())
    if refusal:
        raise Denied(f"{person.name} may not propose on {item.card.name}. {refusal}")
    episode, log = item.episode, site.log()
    subject = subject_of(episode)
    if any(entry.key == idempotency_key for entry in log.of(subject)):
        return proposal_on(site, person, episode), ()
    problems = problems_of(site, person, item.card.kpi, text, now.date())
    if problems:
        return None, problems
    facts: dict[str, Any] = _CARD.dump_python(item.card, mode="json")
    late = lateness(site, item.card, now)
    filed = ProposalFiled(episode=episode, card_key=item.card.key, facts=facts, late=late, **dict(text))
    additions = [Addition(subject, filed, idempotency_key, version=expected + 1)]
    additions += met(site, episode, "root_cause", f"Proposed: {text.hypotheses[0].cause}")
    try:
        log.add(additions, person.id, now)
    except Conflict as refusal_of_log:
        return None, (_filed_meanwhile(site, refusal_of_log),)
    return proposal_on(site, person, episode), ()


def proposal_on(site: Site, person: Person, episode: str) -> Proposal | None:
    """What is proposed on an episode."""
    require(person, "view")
    return proposals(site.log().stream("proposal")).get(episode)


def mark_read(site: Site, person: Person, proposal: Proposal, *, now: datetime) -> None:
    """Note that the person has opened the version that counts: once, and not for who wrote it."""
    require(person, "view")
    version = proposal.current
    if person.id == version.by or any(one.person == person.id for one in proposal.readers):
        return
    event = ProposalRead(episode=proposal.episode, version=version.number)
    key = f"read/{proposal.episode}/{version.number}/{person.id}"
    site.log().add([Addition(receipts_of(proposal.episode), event, key)], person.id, now)


def not_read_by(site: Site, person: Person, card: Card, proposal: Proposal) -> tuple[Person, ...]:
    """Who sits in the card's forum and has not opened the version that counts."""
    require(person, "view")
    done = {proposal.current.by, *(one.person for one in proposal.readers)}
    return tuple(one for one in attendees(site, card) if one.id not in done)


def exceptions_without_proposal(site: Site, person: Person, as_of: date | None = None) -> tuple[Card, ...]:
    """The reds that still need a decision and on which nothing has been proposed, in the order of their rank."""
    found, _ = brief(site, person, as_of)
    return () if found is None else tuple(item.card for item in found.to_decide if item.proposal is None)


def _is_own(site: Site, person: Person, card: Card, today: date | None) -> bool:
    directory, _ = load_directory(site)
    owns = any(directory.stands_for(person, owner) for owner in card.owners)
    return owns or (today is not None and has_turn(site, person, card.kpi, today))


def _filed_meanwhile(site: Site, refusal: Conflict) -> Problem:
    name = load_directory(site)[0].name_of(refusal.standing[-1].by)
    remedy = "Your text is kept. Read that version, then send yours again."
    return Problem(FORM, f"{name} has filed version {len(refusal.standing)} meanwhile", remedy)
