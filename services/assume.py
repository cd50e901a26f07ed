"""Assumptions of a plan: written down with a KPI and a day, and confronted with the readings of that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal, get_args

from decision_log.assumption import (
    Assumption,
    AssumptionConfronted,
    AssumptionNoted,
    AssumptionWithdrawn,
    Held,
    assumptions,
)
from decision_log.entry import Addition, Conflict
from kpi_engine.closeout import Outcome, Success
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.problem import Problem
from rendering.reasons import reason_in_words

from .configuration import contracts, load_engine
from .directory import load_directory
from .outbox import message
from .people import CLOCKWORK, Person, allowed, require
from .publication import Publication, published
from .site import Site
from .verdicts import answered, name_and_values
from .written import problems_of_text

_FORM = "assumption"
Step = Literal["targets", "capacity", "pipeline", "budget"]
STEPS = get_args(Step)
"""The parts of the quarterly loop that an assumption may belong to."""
_HELD: dict[Outcome, Held] = {"met": "held", "not met": "did not hold", "not evaluable": "not evaluable"}


@dataclass(frozen=True, slots=True)
class Standing:
    """An assumption with the names it needs on a page; `contract` is None for a KPI that is no longer there."""

    assumption: Assumption
    contract: Contract | None
    currency: str
    owner: str
    noted_by: str
    may_withdraw: bool


def all_assumptions(site: Site, person: Person, forum: str) -> tuple[Standing, ...]:
    """The forum's assumptions, withdrawn ones left out: those that reality has answered first, the earliest first."""
    require(person, "view")
    engine, _ = load_engine(site)
    directory, _ = load_directory(site)
    found = [
        Standing(
            one,
            None if engine is None else engine.contracts.get(one.noted.kpi),
            "USD" if engine is None else engine.company.currency,
            directory.name_of(one.noted.owner),
            directory.name_of(one.by),
            one.is_waiting and allowed(person, "narrate", own=_is_own(person, one)),
        )
        for one in assumptions(site.log().stream("assumption"))
        if one.noted.forum == forum and one.withdrawn is None
    ]
    return tuple(sorted(found, key=lambda one: one.assumption.is_waiting))


def note_assumption(
    site: Site, person: Person, noted: AssumptionNoted, *, idempotency_key: str, now: datetime
) -> tuple[Problem, ...]:
    """Write an assumption down."""
    require(person, "narrate", own=person.id == noted.owner or _owns(site, person, noted.kpi))
    problems = tuple(_problems(site, noted))
    if not problems:
        subject = f"assumption/{sha256(idempotency_key.encode()).hexdigest()[:16]}"
        site.log().add([Addition(subject, noted, idempotency_key)], person.id, now)
    return problems


def withdraw_assumption(site: Site, person: Person, subject: str, reason: str, now: datetime) -> tuple[Problem, ...]:
    """Say that the plan no longer builds on it; not after reality has answered.

    Raises:
        Denied: the assumption is neither the person's own nor theirs to govern.
    """
    require(person, "narrate")
    known = assumptions({subject: site.log().of(subject)})
    if not known or not known[0].is_waiting:
        return (Problem(_FORM, "has been answered or withdrawn", "Look again."),)
    require(person, "narrate", own=_is_own(person, known[0]))
    problems = tuple(problems_of_text(_FORM, {"reason": reason}, {"reason": "Say why."}))
    if not problems:
        event = AssumptionWithdrawn(reason=reason.strip())
        site.log().add([Addition(subject, event, f"{subject}/withdrawn")], person.id, now)
    return problems


def confront(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
    """Hold every assumption whose day has come against the published readings, each once: a step of the tick."""
    found = assumptions(site.log().stream("assumption"))
    due = [one for one in found if one.is_waiting and one.noted.by <= as_of]
    engine, _ = load_engine(site)
    publication, _ = published(site, as_of) if due else (None, ())
    if engine is None or publication is None:
        return ()
    done = []
    for one in due:
        answer = _answer(engine, publication, one.noted)
        if answer is None:
            continue
        place = one.entries + 1
        told = message(
            f"{one.subject}/confronted",
            (one.noted.owner, one.by),
            f"Assumption {answer.outcome}: {one.noted.text}",
            _told(engine, one.noted, answer),
            topic="closeout",
        )
        try:
            site.log().add([Addition(one.subject, answer, f"{one.subject}/confronted", place), told], CLOCKWORK, now)
        except Conflict:
            continue  # somebody has just withdrawn it
        done.append(f"Assumption {answer.outcome}: {one.noted.text}")
    return tuple(done)


def _answer(engine: Engine, publication: Publication, noted: AssumptionNoted) -> AssumptionConfronted | None:
    """What the readings say; None while it is too early."""
    found = answered(engine, publication, noted.kpi, lambda contract: _success_of(noted, contract))
    return None if found is None else AssumptionConfronted(outcome=_HELD[found.outcome], **found.reading)


def _success_of(noted: AssumptionNoted, contract: Contract) -> Success:
    """The expected value as the engine judges it: itself it counts as held."""
    window = next((one for one in contract.windows if one == noted.window), contract.judged_window)
    return Success(noted.dimension, noted.slice, window, noted.expected, contract.direction, noted.noted_on, noted.by)


def _told(engine: Engine, noted: AssumptionNoted, answer: AssumptionConfronted) -> str:
    """The answer as its owner reads it in a message."""
    name, expected, read = name_and_values(engine, noted.kpi, noted.expected, answer.value)
    why = reason_in_words(answer.reason, engine.contracts.get(noted.kpi)).capitalize()
    because = f"\n{why}." if why else ""
    return (
        f"{name}, {noted.slice}\nExpected: {expected} by {noted.by}\n"
        f"Read: {read} to {answer.period_end or '–'}, n = {answer.n:,}{because}"
    )


def _is_own(person: Person, one: Assumption) -> bool:
    return person.id in (one.by, one.noted.owner)


def _owns(site: Site, person: Person, kpi: str) -> bool:
    contract = contracts(site, person)[0].get(kpi)
    directory, _ = load_directory(site)
    return contract is None or any(directory.stands_for(person, title) for title in contract.owners)


def _problems(site: Site, noted: AssumptionNoted) -> list[Problem]:
    found = [*problems_of_text(_FORM, {"text": noted.text}, {"text": "Say what the plan builds on."})]
    engine, _ = load_engine(site)
    if engine is None or noted.kpi not in engine.contracts:
        found.append(Problem(_FORM, "is no KPI of the contracts", "Choose one of the list.", column="kpi"))
    if noted.by <= noted.noted_on:
        found.append(Problem(_FORM, "is not a day to come", "Choose the day on which it is to be read.", column="by"))
    if load_directory(site)[0].person(noted.owner) is None:
        found.append(Problem(_FORM, "is nobody of the directory", "Choose who answers for it.", column="owner"))
    return found
