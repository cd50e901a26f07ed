"""What is to mend in a decision before it is logged: empty, too long, impossible days, an unknown slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from decision_log.decision import Assignment, Choice
from decision_log.proposal import Proposal
from kpi_engine.problem import Problem

from .act import people_of
from .directory import load_directory
from .measurable import measurable
from .people import Person
from .site import Site
from .written import is_web_address, problems_of_text

FORM = "decision form"
_REQUIRED = {
    "forum": "Name the forum that decided.",
    "decision_owner": "Name who owns the decision.",
    "action_text": "Say what will be done.",
    "why": "Say why, so that the closeout can learn from it.",
    "expected_impact": "Say what should change.",
    "closeout_criteria": "Say when the matter counts as closed.",
}


def problems_of(
    site: Site,
    person: Person,
    kpi: str,
    choice: Choice,
    proposal: Proposal | None,
    assignments: Sequence[Assignment],
) -> tuple[Problem, ...]:
    """Everything to mend in a new decision on a KPI, whose proposal is `proposal`."""
    return (
        *problems_of_wording(site, person, kpi, choice, proposal),
        *_against_proposal(choice, proposal),
        *_in_assignments(site, choice, assignments),
    )


def problems_of_wording(
    site: Site, person: Person, kpi: str, choice: Choice, proposal: Proposal | None
) -> tuple[Problem, ...]:
    """Everything to mend in the wording of a decision on a KPI, whose proposal is `proposal`."""
    return (
        *problems_of_text(FORM, choice.model_dump(), _REQUIRED),
        *_in_days(choice),
        *_in_link(choice),
        *_in_metric(site, person, kpi, choice),
        *_in_stance(choice, proposal),
    )


def _in_days(choice: Choice) -> Iterator[Problem]:
    for field in ("impact_by", "check_on"):
        if getattr(choice, field) < choice.decided_on:
            yield Problem(FORM, "lies before the decision", "Choose a later day.", column=field)


def _in_link(choice: Choice) -> Iterator[Problem]:
    if choice.link and not is_web_address(choice.link):
        yield Problem(FORM, "is not a web address", "Start it with https:// or http://.", column="link")


def _in_metric(site: Site, person: Person, kpi: str, choice: Choice) -> Iterator[Problem]:
    """The matter's own KPI has just been read; another one must be there to be read at the check date."""
    if choice.metric_kpi == kpi:
        return
    measured = measurable(site, person, choice.metric_kpi)
    if measured is None or (choice.metric_dimension, choice.metric_slice) not in measured.latest:
        yield Problem(FORM, "has no readings", "Choose a KPI and slice that the data knows.", column="metric_kpi")


def preferred(proposal: Proposal | None, version: int) -> str:
    """What a version of the proposal would have done; empty where there is no such version."""
    if proposal is None or not 0 < version <= len(proposal.versions):
        return ""
    filed = proposal.versions[version - 1].filed
    return filed.options[filed.preferred].what.strip()


def _in_stance(choice: Choice, proposal: Proposal | None) -> Iterator[Problem]:
    """Who follows a proposal does what it prefers; who wants something else overrides it, and says why."""
    proposed = preferred(proposal, choice.proposal)
    if choice.stance == "follows" and proposed and choice.action_text.strip() != proposed:
        remedy = f"Do what it prefers ({proposed}), or override it and say why."
        yield Problem(FORM, "is not what the proposal prefers", remedy, column="action_text")
    if choice.stance == "overrides" and not choice.override_reason.strip():
        remedy = "Say why the proposal is not followed."
        yield Problem(FORM, "is empty", remedy, column="override_reason")


def _against_proposal(choice: Choice, proposal: Proposal | None) -> Iterator[Problem]:
    version = 0 if proposal is None else proposal.current.number
    if choice.proposal != version:
        message = f"has become version {version} meanwhile" if version > 1 else "has been filed meanwhile"
        yield Problem(FORM, message, "Your text is kept. Read the proposal, then send again.", column="proposal")
    elif (choice.stance == "no proposal") != (version == 0):
        remedy = "Say whether the decision follows the proposal or overrides it."
        yield Problem(FORM, "does not fit the proposal", remedy, column="stance")


def _in_assignments(site: Site, choice: Choice, assignments: Sequence[Assignment]) -> Iterator[Problem]:
    directory, _ = load_directory(site)
    if not assignments:
        yield Problem(FORM, "are missing", "Ask at least one thing of somebody.", column="assignments")
    for number, one in enumerate(assignments):
        required = {"text": "Say what is to be done.", "assignee": "Name who carries it out."}
        yield from problems_of_text(FORM, one.model_dump(), required, f"assignments.{number}.")
        if one.due_on < choice.decided_on:
            column = f"assignments.{number}.due_on"
            yield Problem(FORM, "lies before the decision", "Choose a later day.", column=column)
        if directory.people and one.assignee.strip() and not people_of(directory, one.assignee):
            remedy = "Choose somebody from the directory."
            yield Problem(FORM, "is not known", remedy, column=f"assignments.{number}.assignee", value=one.assignee)
