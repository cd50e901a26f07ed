"""Deciding on a card or, without a breach, on a KPI. The only place where the engine's words become the log's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from decision_log.closeout import closeout_of
from decision_log.decision import Assignment, Choice, Decision, DecisionTaken, decisions, subject_of
from decision_log.entry import Addition, Conflict
from decision_log.proposal import Option, Proposal, proposals
from kpi_engine.contract import Contract
from kpi_engine.problem import Problem

from .act import created
from .check_choice import FORM, problems_of, problems_of_wording
from .configuration import contracts
from .directory import Directory, load_directory
from .matter import Matter
from .people import Denied, Person, allowed
from .site import Site
from .work_on_episode import met
from .written import unfit


def suggested(matter: Matter, today: date, proposal: Proposal | None = None, *, follow: bool = True) -> Choice:
    """The choice as the contract fills it in, or, to follow a proposal, as its preferred option does."""
    check_on = today + timedelta(days=matter.check_after_days)
    side = "at or above" if matter.direction == "higher_is_better" else "at or below"
    choice = Choice(
        decided_on=today,
        forum=matter.forum[:1].upper() + matter.forum[1:],
        decision_owner=matter.decision_owner,
        action=matter.action,
        action_text=matter.action_text,
        why="",
        expected_impact="",
        impact_by=check_on,
        metric_kpi=matter.kpi,
        metric_dimension=matter.dimension,
        metric_slice=matter.slice,
        metric_target=matter.target,
        check_on=check_on,
        closeout_criteria=f"{matter.name} is {side} its target on the check date.",
    )
    if proposal is None:
        return choice
    return _following(choice, proposal) if follow else _overriding(choice, proposal)


def first_assignment(site: Site, matter: Matter, action_text: str, today: date) -> Assignment:
    """The action that the contract asks of the KPI owner within its time to act."""
    holders = load_directory(site)[0].holders(matter.owners)
    assignee = holders[0].id if holders else matter.owners[0] if matter.owners else ""
    return Assignment(text=action_text, assignee=assignee, due_on=today + timedelta(days=-(-matter.sla_hours // 24)))


def why_not(site: Site, person: Person, decision_owner: str) -> str:
    """Why the person may not decide what belongs to a title; empty for who may."""
    directory, _ = load_directory(site)
    if allowed(person, "decide", own=directory.stands_for(person, decision_owner)):
        return ""
    return f"{_deciders(directory, decision_owner)} or somebody above decides this."


def decidable(site: Site, person: Person) -> dict[str, Contract]:
    """The KPIs whose decisions are the person's, by id in the order of their names."""
    directory, _ = load_directory(site)
    catalogue, _ = contracts(site, person)
    return {
        key: one
        for key, one in catalogue.items()
        if allowed(person, "decide", own=directory.stands_for(person, one.decision_owner))
    }


def decide(
    site: Site,
    person: Person,
    matter: Matter,
    choice: Choice,
    assignments: Sequence[Assignment],
    *,
    idempotency_key: str,
    now: datetime,
) -> tuple[Decision | None, tuple[Problem, ...]]:
    """Log the choice with its actions; give the decision back once it is safely stored, or what to mend.

    Raises:
        Denied: the person holds neither the right nor a title for this decision.
    """
    _require_title(site, person, matter.decision_owner)
    subject = subject_of(matter.key or f"{matter.kpi}|{matter.dimension}={matter.slice}|{idempotency_key}")
    standing = site.log().of(subject)
    if any(entry.key == idempotency_key for entry in standing):
        return _decision(site, subject), ()
    problems = problems_of(site, person, matter.kpi, choice, _proposal(site, matter.episode), assignments)
    if problems:
        return None, problems
    taken = DecisionTaken(
        card_key=matter.key,
        episode=matter.episode,
        breach=matter.breach,
        kpi=matter.kpi,
        dimension=matter.dimension,
        slice=matter.slice,
        rule=matter.rule,
        period_end=matter.period_end,
        context=matter.context,
        facts=matter.facts,
        **choice.model_dump(),
    )
    additions = [Addition(subject, taken, idempotency_key, version=1)]
    additions += met(site, matter.episode, "corrective_plan", f"Decided: {choice.action_text}")
    directory, _ = load_directory(site)
    for number, one in enumerate(assignments, 1):
        additions += created(directory, subject, number, one.text, one.assignee, one.due_on, matter.context, now)
    try:
        site.log().add(additions, person.id, now)
    except Conflict as refusal:
        return None, (_already_decided(site, refusal),)
    return _decision(site, subject), ()


def correct(
    site: Site,
    person: Person,
    decision: Decision,
    choice: Choice,
    reason: str,
    *,
    expected: int,
    idempotency_key: str,
    now: datetime,
) -> tuple[Decision | None, tuple[Problem, ...]]:
    """Log another wording of a decision; the earlier ones stay.

    `expected` is how many entries the decision had when the person opened it: refused if somebody has
    changed it since. The success metric stands from the check date on.
    """
    before, lines = decision.taken, site.log().of(decision.subject)
    _require_title(site, person, str(before.facts.get("decision_owner", before.decision_owner)))
    if any(entry.key == idempotency_key for entry in lines):
        return _decision(site, decision.subject), ()
    problems = list(problems_of_wording(site, person, before.kpi, choice, _proposal(site, before.episode)))
    problems += unfit(FORM, "correction", reason, "Say what was wrong before.")
    if now.date() >= before.check_on and _metric(choice) != _metric(before):
        remedy = "The check date has come: extend the closeout instead."
        problems.append(Problem(FORM, "cannot be changed any more", remedy, column="metric_target"))
    if problems:
        return None, tuple(problems)
    closeout = closeout_of(lines)
    if closeout is not None and choice.check_on == before.check_on:
        choice = choice.model_copy(update={"check_on": closeout.check_on})  # an extension is not taken back
    event = before.model_copy(update={**dict(choice), "correction": reason.strip()})
    addition = Addition(decision.subject, event, idempotency_key, version=expected + 1)
    try:
        site.log().add([addition], person.id, now)
    except Conflict as refusal:
        return None, (_changed_meanwhile(site, refusal),)
    return _decision(site, decision.subject), ()


def _following(choice: Choice, proposal: Proposal) -> Choice:
    filed = proposal.current.filed
    chosen = filed.options[filed.preferred]
    others = (option for number, option in enumerate(filed.options) if number != filed.preferred)
    return choice.model_copy(
        update={
            "stance": "follows",
            "proposal": proposal.current.number,
            "action_text": chosen.what,
            "why": filed.preferred_because,
            "rejected_options": tuple(map(_in_a_line, others)),
            "expected_impact": chosen.effect,
            "impact_by": max(filed.effect.by, choice.decided_on),
            "metric_kpi": filed.effect.kpi,
            "metric_dimension": filed.effect.dimension,
            "metric_slice": filed.effect.slice,
            "metric_target": filed.effect.to,
            "check_on": max(filed.effect.by, choice.decided_on),
        }
    )


def _overriding(choice: Choice, proposal: Proposal) -> Choice:
    current = proposal.current
    turned_down = (_in_a_line(current.filed.options[current.filed.preferred]),)
    return choice.model_copy(
        update={"stance": "overrides", "proposal": current.number, "rejected_options": turned_down}
    )


def _in_a_line(option: Option) -> str:
    return f"{option.what} ({option.effect})"


def _require_title(site: Site, person: Person, decision_owner: str) -> None:
    refusal = why_not(site, person, decision_owner)
    if refusal:
        raise Denied(f"{person.name} may not decide this. {refusal}")


def _deciders(directory: Directory, title: str) -> str:
    names = ", ".join(person.name for person in directory.holders([title]))
    return f"{title} ({names})" if names else title


def _proposal(site: Site, episode: str) -> Proposal | None:
    return proposals(site.log().stream("proposal")).get(episode) if episode else None


def _decision(site: Site, subject: str) -> Decision:
    return next(one for one in decisions(site.log().stream("decision")) if one.subject == subject)


def _metric(choice: Choice) -> tuple[object, ...]:
    return choice.metric_kpi, choice.metric_dimension, choice.metric_slice, choice.metric_target, choice.check_on


def _already_decided(site: Site, refusal: Conflict) -> Problem:
    first = refusal.standing[0]
    assert isinstance(first.event, DecisionTaken), "a decision begins with being taken"
    name = load_directory(site)[0].name_of(first.by)
    return Problem(
        FORM,
        f"{name} has already decided this: {first.event.action_text}",
        "Your text is kept. To change the decision, correct it on the decisions page.",
    )


def _changed_meanwhile(site: Site, refusal: Conflict) -> Problem:
    name = load_directory(site)[0].name_of(refusal.standing[-1].by)
    remedy = "Your text is kept. Look at the decision as it stands, then send yours again."
    return Problem(FORM, f"{name} has changed this decision meanwhile", remedy)
