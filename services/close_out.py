"""Closing decisions out: data says whether they worked; people may comment, or ask for a later check date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from decision_log.closeout import Closeout, DecisionClosed, DecisionCommented, DecisionExtended, closeout_of
from decision_log.decision import Decision, DecisionTaken, decisions
from decision_log.entry import Addition, Conflict
from kpi_engine.closeout import Success
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.period import WindowName
from kpi_engine.problem import Problem
from rendering.reasons import reason_in_words

from .configuration import load_engine
from .directory import Directory, load_directory
from .outbox import message
from .people import CLOCKWORK, Person, allowed, require
from .publication import Publication, published
from .site import Site
from .verdicts import answered, name_and_values
from .written import unfit

_FORM = "closeout"


def settle(site: Site, as_of: date, now: datetime) -> tuple[str, ...]:
    """Write the verdict of every decision whose check date has come and whose period is final; each once."""
    waiting = [one for one in _standing(site) if one[1].verdict is None and one[1].check_on <= as_of]
    engine, _ = load_engine(site)
    publication, _ = published(site, as_of) if waiting else (None, ())
    if engine is None or publication is None:
        return ()
    directory, _ = load_directory(site)
    done = []
    for decision, closeout in waiting:
        closed = _closed(engine, publication, decision.taken, closeout.check_on)
        if closed is None:
            continue
        place = decision.entries + 1
        additions = (
            Addition(decision.subject, closed, f"{decision.subject}/closed/{place}", place),
            _told(engine, directory, decision, closed),
        )
        try:
            site.log().add(additions, CLOCKWORK, now)
        except Conflict:
            continue  # somebody has just extended or commented: the next run looks again
        done.append(f"Closed, {closed.outcome}: {decision.taken.action_text}")
    return tuple(done)


def success_of(taken: DecisionTaken, contract: Contract, check_on: date) -> Success:
    """A decision's success metric as the engine judges it.

    The window is that of the card decided on, since its limits are what the target was set against.
    """
    seen: WindowName | None = taken.facts.get("window") if taken.metric_kpi == taken.kpi else None
    return Success(
        dimension=taken.metric_dimension,
        slice=taken.metric_slice,
        window=seen if seen in contract.windows else contract.judged_window,
        target=taken.metric_target,
        direction=contract.direction,
        decided_on=taken.decided_on,
        check_on=check_on,
    )


def comment(
    site: Site, person: Person, subject: str, text: str, *, idempotency_key: str, now: datetime
) -> tuple[Problem, ...]:
    """Say something about a decision's outcome; it changes nothing."""
    require(person, "comment")
    problems = unfit(_FORM, "text", text, "Say something.")
    if not problems:
        said = DecisionCommented(text=text.strip())
        site.log().add([Addition(subject, said, idempotency_key)], person.id, now)
    return problems


def extend(
    site: Site,
    person: Person,
    subject: str,
    check_on: date,
    reason: str,
    *,
    version: int,
    idempotency_key: str,
    now: datetime,
) -> tuple[Problem, ...]:
    """Have the success metric read on a later day; the target stays, and so do earlier verdicts.

    `version` is the number of entries that the person saw.

    Raises:
        Denied: the person holds neither the right nor a title for this decision.
    """
    directory, _ = load_directory(site)
    decision, closeout = next(one for one in _standing(site) if one[0].subject == subject)
    require(person, "extend_closeout", own=_is_own(directory, person, decision))
    if any(entry.key == idempotency_key for entry in site.log().of(subject)):
        return ()
    problems = list(unfit(_FORM, "reason", reason, "Say why it needs more time."))
    if closeout.verdict is not None and closeout.verdict.outcome == "met":
        problems.append(Problem(_FORM, "has been met", "It is closed."))
    if check_on <= max(closeout.check_on, now.date()):
        problems.append(Problem(_FORM, "is not a later day", "Choose a day to come.", column="check_on"))
    if problems:
        return tuple(problems)
    extended = DecisionExtended(check_on=check_on, reason=reason.strip())
    try:
        site.log().add([Addition(subject, extended, idempotency_key, version + 1)], person.id, now)
    except Conflict:
        return (Problem(_FORM, "has changed meanwhile", "Look again, then decide."),)
    return ()


def may_extend(site: Site, person: Person, decision: Decision, closeout: Closeout) -> bool:
    """Whether the person may ask for a later check date."""
    met = closeout.verdict is not None and closeout.verdict.outcome == "met"
    directory, _ = load_directory(site)
    return not met and allowed(person, "extend_closeout", own=_is_own(directory, person, decision))


@dataclass(slots=True)
class Record:
    """How a decision owner's decisions turned out; `extended` counts later check dates that were asked for."""

    owner: str
    met: int = 0
    not_met: int = 0
    not_evaluable: int = 0
    waiting: int = 0
    extended: int = 0


def closeout_record(site: Site, person: Person) -> tuple[Record, ...]:
    """The record of every decision owner (a title), in order of the titles."""
    require(person, "view")
    found: dict[str, Record] = {}
    for decision, closeout in _standing(site):
        record = found.setdefault(decision.taken.decision_owner, Record(decision.taken.decision_owner))
        record.extended += sum(isinstance(entry.event, DecisionExtended) for entry in closeout.remarks)
        match closeout.verdict:
            case None:
                record.waiting += 1
            case DecisionClosed(outcome="met"):
                record.met += 1
            case DecisionClosed(outcome="not met"):
                record.not_met += 1
            case _:
                record.not_evaluable += 1
    return tuple(found[owner] for owner in sorted(found))


def _standing(site: Site) -> Iterator[tuple[Decision, Closeout]]:
    stream = site.log().stream("decision")
    for decision in decisions(stream):
        closeout = closeout_of(stream[decision.subject])
        if closeout is not None:
            yield decision, closeout


def _is_own(directory: Directory, person: Person, decision: Decision) -> bool:
    owner = decision.taken.facts.get("decision_owner") or decision.taken.decision_owner
    return directory.stands_for(person, str(owner))


def _closed(engine: Engine, publication: Publication, taken: DecisionTaken, check_on: date) -> DecisionClosed | None:
    """The verdict as the log keeps it; None while it is too early."""
    found = answered(engine, publication, taken.metric_kpi, lambda contract: success_of(taken, contract, check_on))
    if found is None:
        return None
    return DecisionClosed(
        check_on=check_on,
        outcome=found.outcome,
        metric_kpi=taken.metric_kpi,
        metric_dimension=taken.metric_dimension,
        metric_slice=taken.metric_slice,
        target=taken.metric_target,
        window=found.window,
        **found.reading,
    )


def _told(engine: Engine, directory: Directory, decision: Decision, closed: DecisionClosed) -> Addition:
    """The message about a verdict, to who took the decision and whose it is."""
    taken = decision.taken
    name, target, value = name_and_values(engine, closed.metric_kpi, closed.target, closed.value)
    owners = (person.id for person in directory.holders([taken.decision_owner]))
    because = f" ({reason_in_words(closed.reason, engine.contracts.get(closed.metric_kpi))})" if closed.reason else ""
    return message(
        f"{decision.subject}/closed/{decision.entries + 1}",
        (*owners, decision.decided_by),
        f"Closed, {closed.outcome}{because}: {taken.action_text}",
        f"{name}, {closed.metric_slice}\nTarget: {target} on {closed.check_on}\n"
        f"Read: {value} to {closed.period_end or '–'}, n = {closed.n:,}\n"
        f"Decided on {taken.decided_on}: {taken.context}",
        topic="closeout",
    )
