"""The exceptions of a packet: the brief's cards with what is proposed, decided and escalated on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from decision_log.decision import Decision
from decision_log.episode import CLOCK_HOURS, Episode
from decision_log.proposal import Proposal
from kpi_engine.card import Card
from kpi_engine.contract import FORUMS
from rendering.reasons import reason_in_words
from rendering.units import WINDOWS, card_quantity, change, day, hours, in_short, quantity, where

from ..brief import Item
from ..directory import Directory
from .content import Breach, Cause, Caveat, Choice, Delta, Proposed, Share
from .summary import period_in_words

_CLOCKS = {"root_cause": "root cause", "corrective_plan": "corrective plan", "intervention": "intervention"}
_ORDER = tuple(FORUMS.values())
# Longer texts are shortened in the packet; the proposal's page has them whole.
_NARRATIVE, _LINE = 700, 260
_MOST_OPTIONS, _MOST_CAUSES, _MOST_SHARES = 4, 3, 4


def on_the_table(items: Iterable[Item], forum: str) -> list[Item]:
    """What a forum talks about: cards of its own KPIs and of those reviewed more rarely, the folded ones left out."""
    mine = _ORDER.index(forum) if forum in _ORDER else 0
    return [
        item
        for item in items
        if not item.card.folded and (item.card.forum not in _ORDER or _ORDER.index(item.card.forum) >= mine)
    ]


def breach(rank: int, item: Item, directory: Directory, now: datetime) -> Breach:
    """One exception."""
    card, episode = item.card, item.life
    return Breach(
        rank=rank,
        key=card.key,
        name=card.name,
        where=where(card.dimension, card.slice),
        status=card.status,
        value=card.value,
        shown=card_quantity(card.value, card),
        n=card.n,
        limit_text=card.limit_text,
        limit=card.limit,
        limit_shown=card_quantity(card.limit, card),
        period=period_in_words(card.window, card.period_end),
        at_risk="" if card.money_at_risk is None else f"{quantity(card.money_at_risk, 'money', card.currency)} at risk",
        age="new this period" if card.age_periods <= 1 else f"{card.age_periods} periods, since {day(card.since)}",
        owners=" + ".join(card.owners),
        decides=card.decision_owner,
        escalated=_escalated(card, episode, directory),
        overdue=_overdue(episode, now),
        deltas=tuple(_delta(card, index) for index in range(len(card.changes))),
        shares=_shares(card),
        points=card.points,
        caveats=_caveats(card),
        default_action=f"{card.action.capitalize()} within {hours(card.action_sla_hours)}: {card.action_text}",
        proposal=None if item.proposal is None else _proposed(item.proposal, card, directory),
        decision="" if item.decision is None else _decided(item.decision, directory),
    )


def recovering(quiet: Iterable[Episode]) -> tuple[Caveat, ...]:
    """Episodes that run on without a card, and how far they are from closing."""
    return tuple(
        Caveat(f"{one.opened.name} · {where(one.opened.dimension, one.opened.slice)}", _progress(one)) for one in quiet
    )


def _progress(episode: Episode) -> str:
    opened = f"breached on {day(episode.opened.period_end)}"
    if not episode.good_periods:
        return f"Not evaluable of late, {opened}."
    return f"{episode.good_periods} of {episode.opened.recover_after} good periods, {opened}."


def _escalated(card: Card, episode: Episode | None, directory: Directory) -> str:
    if episode is not None and episode.escalated is not None:
        told = ", ".join(directory.name_of(person) for person in episode.escalated.told)
        after = f"after {episode.escalated.red_periods} red periods"
        return f"Escalated to {' + '.join(episode.escalated.audience)}{f' ({told})' if told else ''} {after}"
    return f"Escalated to {card.escalation_audience}" if card.escalated else ""


def _overdue(episode: Episode | None, now: datetime) -> tuple[str, ...]:
    late = (clock for clock in (episode.clocks if episode else ()) if clock.met is None and clock.due_at < now)
    return tuple(f"{_CLOCKS[clock.name]} overdue ({CLOCK_HOURS[clock.name]} h)" for clock in late)


def _delta(card: Card, index: int) -> Delta:
    one = card.changes[index]
    was = reason_in_words(one.reason) or card_quantity(one.before, card)
    return Delta(one.against, change(one.relative).lstrip("▲▼→\u00a0"), was)


def _shares(card: Card) -> tuple[Share, ...]:
    known = [one for one in card.concentrates if one.share is not None and one.share > 0]
    return tuple(
        Share(
            where(one.dimension, one.slice),
            f"{card_quantity(one.value, card)}, n = {one.n:,}",
            f"{(one.share or 0) * 100:.0f}\u00a0%",
        )
        for one in known[:_MOST_SHARES]
    )


def _caveats(card: Card) -> tuple[str, ...]:
    issues = (f"{note.note} ({note.owner}, until {day(note.until)})" for note in card.known_issues)
    trust = f"Confidence {card.confidence}: {card.confidence_note}" if card.confidence != "high" else ""
    left_out = f"{card.left_out:,} rows left out for an empty cell" if card.left_out else ""
    return tuple(text for text in (*issues, card.disagreement, trust, left_out) if text)


def _proposed(proposal: Proposal, card: Card, directory: Directory) -> Proposed:
    current = proposal.current
    filed, effect = current.filed, current.filed.effect
    start, to = (
        card_quantity(value, card) if effect.kpi == card.kpi else _plain(value) for value in (effect.start, effect.to)
    )
    kpi, window = card.name if effect.kpi == card.kpi else effect.kpi, WINDOWS.get(effect.window, effect.window)
    return Proposed(
        by=directory.name_of(current.by),
        version=current.number,
        late=filed.late,
        narrative=_short(filed.narrative, _NARRATIVE),
        causes=tuple(
            Cause(_short(one.cause), tuple(map(_source, one.evidence))) for one in filed.hypotheses[:_MOST_CAUSES]
        ),
        fewer_causes=_short(filed.fewer_hypotheses),
        options=tuple(
            Choice(_short(one.what), _short(one.effect), number == filed.preferred)
            for number, one in enumerate(filed.options)
            if number < _MOST_OPTIONS or number == filed.preferred
        ),
        because=_short(filed.preferred_because),
        effect=f"{kpi}, {where(effect.dimension, effect.slice)}, {window}: from {start} to {to} by {day(effect.by)}",
        forecast=_short(filed.forecast_implication),
    )


def _source(address: str) -> str:
    """An address as it reads on paper."""
    return "drill-down" if address.startswith("/") else _short(address, 60)


def _plain(value: float | None) -> str:
    return "—" if value is None else f"{value:,.4g}"


def _decided(decision: Decision, directory: Directory) -> str:
    taken = decision.taken
    return (
        f"Decided by {directory.name_of(decision.decided_by)} on {day(taken.decided_on)}: "
        f"{_sentence(_short(taken.action_text))} Checked on {day(taken.check_on)}."
    )


def _sentence(text: str) -> str:
    """People end what they write with a full stop, or do not."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _short(text: str, most: int = _LINE) -> str:
    return in_short(text, most)
