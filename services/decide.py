"""Deciding on a card. The only place where the engine's words become the log's words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from decision_log.decision import ActionKind, Decision, DecisionTaken, decisions, subject_of
from decision_log.entry import Addition, Conflict
from kpi_engine.card import Card
from kpi_engine.problem import Problem

from .people import Person, require
from .site import Site

_FORM = "decision form"
_LONGEST = 4000
_REQUIRED = {
    "forum": "Name the forum that decided.",
    "decision_owner": "Name who owns the decision.",
    "action_text": "Say what will be done.",
    "why": "Say why, so that the closeout can learn from it.",
    "assignee": "Name who carries it out.",
    "expected_impact": "Say what should change.",
    "closeout_criteria": "Say when the matter counts as closed.",
}
_CARD = TypeAdapter(Card)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person fills in on the decision form."""

    decided_on: date
    forum: str
    decision_owner: str
    action: ActionKind
    action_text: str
    why: str
    rejected_options: str
    assignee: str
    due_on: date
    expected_impact: str
    impact_by: date
    metric_target: float | None
    check_on: date
    closeout_criteria: str
    link: str


def proposed(card: Card, today: date) -> Choice:
    """The form as the card fills it in: the contract's default action, its SLA and its check date."""
    check_on = today + timedelta(days=card.check_after_days)
    side = "at or above" if card.direction == "higher_is_better" else "at or below"
    return Choice(
        decided_on=today,
        forum=card.forum[:1].upper() + card.forum[1:],
        decision_owner=card.decision_owner,
        action=card.action,
        action_text=card.action_text,
        why="",
        rejected_options="",
        assignee=card.owners[0] if card.owners else "",
        due_on=today + timedelta(days=-(-card.action_sla_hours // 24)),
        expected_impact="",
        impact_by=check_on,
        metric_target=card.limit if card.red_limit is None else card.red_limit,
        check_on=check_on,
        closeout_criteria=f"{card.name} is {side} its target on the check date.",
        link="",
    )


def decide(
    site: Site, person: Person, card: Card, choice: Choice, *, idempotency_key: str, now: datetime
) -> tuple[Decision | None, tuple[Problem, ...]]:
    """Log the choice; give the decision back once it is safely stored, or what to mend in the form."""
    require(person, "decide")
    problems = _problems(choice)
    if problems:
        return None, problems
    log = site.log()
    subject = subject_of(card.key)
    try:
        log.add([Addition(subject, _taken(card, choice), idempotency_key, version=1)], person.id, now)
    except Conflict as refusal:
        return None, (_already_decided(refusal),)
    return next(one for one in decisions(log.stream("decision")) if one.taken.card_key == card.key), ()


def _already_decided(refusal: Conflict) -> Problem:
    first = refusal.standing[0]
    taken = first.event
    assert isinstance(taken, DecisionTaken), "a decision begins with being taken"
    return Problem(
        _FORM,
        f"{first.by} has already decided this card: {taken.action_text}",
        "Close the form; the decision log shows it.",
    )


def _taken(card: Card, choice: Choice) -> DecisionTaken:
    facts: dict[str, Any] = _CARD.dump_python(card, mode="json")
    return DecisionTaken(
        card_key=card.key,
        kpi=card.kpi,
        dimension=card.dimension,
        slice=card.slice,
        rule=card.rule,
        period_end=card.period_end,
        context=card.trigger,
        facts=facts,
        metric_kpi=card.kpi,
        metric_dimension=card.dimension,
        metric_slice=card.slice,
        **asdict(choice),
    )


def _problems(choice: Choice) -> tuple[Problem, ...]:
    found = []
    values = asdict(choice)
    for field, remedy in _REQUIRED.items():
        if not values[field].strip():
            found.append(Problem(_FORM, "is empty", remedy, column=field))
    for field, value in values.items():
        if isinstance(value, str) and len(value) > _LONGEST:
            found.append(Problem(_FORM, "is too long", f"Keep it under {_LONGEST} characters.", column=field))
    for field in ("due_on", "impact_by", "check_on"):
        if values[field] < choice.decided_on:
            found.append(Problem(_FORM, "lies before the decision", "Choose a later day.", column=field))
    if choice.link and not _is_web_address(choice.link):
        found.append(Problem(_FORM, "is not a web address", "Start it with https:// or http://.", column="link"))
    return tuple(found)


def _is_web_address(text: str) -> bool:
    if any(character.isspace() or not character.isprintable() for character in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
