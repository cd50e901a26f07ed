"""Adoption: how far the company runs on decisions, read from what is in the system; nothing here is ticked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kpi_engine.contract import Contract

from .people import Person, require
from .site import Site
from .traces import Traces, traces

WEEKLY_INSTANCES = 26
"""How many weekly instances make the KPI operating system complete."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing to be true: whether it is (None: no system can tell), and what was found."""

    claim: str
    met: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """What should hold by a day after the start; met once all of it does."""

    name: str
    due_on: date | None
    evidence: tuple[Evidence, ...]

    @property
    def met(self) -> bool:
        """Whether everything that a system can tell holds."""
        return all(one.met for one in self.evidence if one.met is not None)


@dataclass(frozen=True, slots=True)
class CoreKpi:
    """One of the twelve core KPIs: what of the operating system it has. `dashboard`: one that a forum looks at."""

    name: str
    dashboard: bool
    owner: bool
    threshold: bool
    runbook: bool

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.dashboard and self.owner and self.threshold and self.runbook


Stage = Literal["Foundational", "Emerging", "Established", "Advanced"]


@dataclass(frozen=True, slots=True)
class Adoption:
    """How far the company is; `weeks` are those with a weekly memo, of the `WEEKLY_INSTANCES` it takes.

    `core` are the KPIs with downstream decisions: the twelve cards.
    """

    started_on: date | None
    milestones: tuple[Milestone, ...]
    diagnostic: tuple[Evidence, ...]
    core: tuple[CoreKpi, ...]
    weeks: int
    stage: Stage
    stages: Mapping[Stage, tuple[Evidence, ...]]
    first_loop: tuple[Evidence, ...]


def adoption(site: Site, person: Person) -> Adoption:
    """Where the company stands, with the evidence for it."""
    require(person, "view")
    seen = traces(site, person)
    core = tuple(_core(seen, contract) for contract in seen.catalogue.values() if contract.downstream_decisions)
    stages = _stages(seen)
    return Adoption(
        seen.started_on,
        _milestones(seen),
        _diagnostic(seen),
        core,
        min(WEEKLY_INSTANCES, seen.forums_held("weekly")),
        _reached(stages),
        stages,
        _first_loop(seen),
    )


def _milestones(seen: Traces) -> tuple[Milestone, ...]:
    def by(weeks: int) -> date | None:
        return None if seen.started_on is None else seen.started_on + timedelta(weeks=weeks)

    followed = sum(task.state in ("done", "verified") for task in seen.tasks)
    moved = sum(decision.taken.action == "reallocate" for decision in seen.decided)
    return (
        Milestone("Week 2", by(2), (
            _decisions_listed(seen),
            Evidence("The initial KPI set is chosen", bool(seen.operating), f"{len(seen.operating)} operating KPIs"),
            _agenda(seen),
        )),
        Milestone("Week 4", by(4), (
            _contracts_written(seen), _owners_assigned(seen), _thresholds(seen),
        )),
        Milestone("Week 6", by(6), (
            Evidence("The decision log runs", bool(seen.decided), f"{len(seen.decided)} decisions"),
            Evidence("Follow-through is visible", followed > 0, f"{followed} of {len(seen.tasks)} actions done"),
        )),
        Milestone("Quarter end", by(13), (
            Evidence("The monthly cadence stands", seen.forums_held("monthly") > 0,
                     f"{seen.forums_held('monthly')} monthly reviews with a memo"),
            Evidence("The quarterly cadence stands", seen.forums_held("quarterly") > 0,
                     f"{seen.forums_held('quarterly')} quarterly reviews with a memo"),
            Evidence("Resources were reallocated by the KPIs", moved > 0, f"{moved} decisions to reallocate"),
        )),
    )  # fmt: skip


def _diagnostic(seen: Traces) -> tuple[Evidence, ...]:
    last = max(seen.published, key=lambda memo: memo.entry.at, default=None)
    tasks = [task for decision in last.published.decisions for task in decision.tasks] if last else []
    return (
        Evidence(
            "Every KPI is defined once, and known under its names",
            None if not seen.catalogue else True,
            f"{len(seen.catalogue)} contracts, one definition each, no name used twice; ask an executive to say it",
        ),
        _owners_assigned(seen),
        _thresholds(seen),
        Evidence(
            "Meetings end with written decisions, owners and due dates",
            bool(tasks) and all(task.assignee and task.due_on for task in tasks),
            "no memo yet" if last is None else f"the last memo has {len(tasks)} actions with assignee and due date",
        ),
        Evidence(
            "Last week's actions come before this week's numbers",
            bool(seen.forums) and all(forum.agenda[0].opens == "actions" for forum in seen.forums),
            f"{sum(forum.agenda[0].opens == 'actions' for forum in seen.forums)} of {len(seen.forums)} agendas do",
        ),
    )


def _stages(seen: Traces) -> dict[Stage, tuple[Evidence, ...]]:
    leading = sum(contract.indicator == "leading" for contract in seen.operating)
    weekly, answered = seen.forums_held("weekly"), sum(bool(one.answers) for one in seen.notes.questions)
    on_proposal = sum(decision.taken.stance in ("follows", "overrides") for decision in seen.decided)
    return {
        "Foundational": (Evidence("Metrics are tracked", bool(seen.catalogue), f"{len(seen.catalogue)} contracts"),),
        "Emerging": (
            _owners_assigned(seen),
            Evidence(
                "Leading indicators stand beside lagging ones",
                0 < leading < len(seen.operating),
                f"{leading} leading, {len(seen.operating) - leading} lagging among the operating KPIs",
            ),
            Evidence("Data is discussed in meetings", bool(seen.held), f"{len(seen.held)} meetings held here"),
        ),
        "Established": (
            Evidence("The weekly meeting is the norm", weekly >= 8, f"{weekly} weekly memos, 8 make a norm"),
            Evidence("Data corrects the course", on_proposal >= 4, f"{on_proposal} decisions on a proposal, of 4"),
            Evidence("Decisions are checked by data", seen.checked >= 3, f"{seen.checked} closeouts read, of 3"),
        ),
        "Advanced": (
            Evidence("It lasts", weekly >= WEEKLY_INSTANCES, f"{weekly} of {WEEKLY_INSTANCES} weekly memos"),
            Evidence("Numbers are questioned and answered", answered >= 5, f"{answered} questions answered, of 5"),
            Evidence(
                "Learning is shared",
                len(seen.notes.learnings) + len(seen.notes.retrospectives) >= 5,
                f"{len(seen.notes.learnings)} learnings, {len(seen.notes.retrospectives)} retrospectives, of 5",
            ),
        ),
    }


def _reached(stages: Mapping[Stage, tuple[Evidence, ...]]) -> Stage:
    """The last stage whose evidence, and that of all before it, is there."""
    reached: Stage = "Foundational"
    for stage, evidence in stages.items():
        if not all(one.met for one in evidence):
            break
        reached = stage
    return reached


def _first_loop(seen: Traces) -> tuple[Evidence, ...]:
    """One decision, pipeline coverage by segment, as a full loop."""
    contract = seen.catalogue.get("pipeline_coverage")
    by_segment = [rule for rule in contract.rules if rule.scope == "segment"] if contract else []
    owners = seen.directory.holders(contract.owners) if contract else ()
    mine = [one for one in seen.decided if one.taken.kpi == "pipeline_coverage"]
    logged = {one.subject for one in mine}
    tasks = [task for task in seen.tasks if task.created.decision in logged]
    return (
        Evidence("The metric has a contract", contract is not None, "config/contracts/pipeline_coverage.yaml"),
        Evidence("A threshold stands for each segment", bool(by_segment), f"rules by segment: {len(by_segment)}"),
        Evidence("An owner is assigned", bool(owners), ", ".join(one.name for one in owners) or "nobody yet"),
        Evidence("A weekly exceptions meeting was held", seen.forums_held("weekly") > 0,
                 f"{seen.forums_held('weekly')} with a memo"),
        Evidence("A decision on it is logged", bool(mine), f"{len(mine)} decisions"),
        Evidence("Its actions are followed", any(task.state in ("done", "verified") for task in tasks),
                 f"{len(tasks)} actions"),
    )  # fmt: skip


def _core(seen: Traces, contract: Contract) -> CoreKpi:
    runbook = contract.runbook
    return CoreKpi(
        contract.name,
        contract.id in seen.on_dashboards,
        bool(seen.directory.holders(contract.owners)),
        contract.bands is not None,
        bool(runbook.first_day and runbook.next_days and runbook.audience),
    )


def _decisions_listed(seen: Traces) -> Evidence:
    listed = 0 if seen.inventory is None else len(seen.inventory.decisions)
    return Evidence("The decision inventory is agreed", listed > 0, f"{listed} recurring decisions, ranked")


def _agenda(seen: Traces) -> Evidence:
    changed = [forum for forum in seen.forums if any(section.opens == "exceptions" for section in forum.agenda)]
    return Evidence("The meeting's agenda is changed", bool(changed), f"{len(changed)} agendas look at exceptions only")


def _contracts_written(seen: Traces) -> Evidence:
    written = len(seen.operating)
    return Evidence("Every operating KPI has a contract", written > 0, f"{written} contracts, all complete")


def _owners_assigned(seen: Traces) -> Evidence:
    orphans = [one.name for one in seen.operating if not seen.directory.holders(one.owners)]
    found = f"all {len(seen.operating)} owners are people of the directory"
    return Evidence(
        "Every operating KPI has an owner",
        bool(seen.operating) and not orphans,
        f"nobody for {', '.join(orphans[:3])}" if orphans else found,
    )


def _thresholds(seen: Traces) -> Evidence:
    rules = sum(len(contract.rules) for contract in seen.operating)
    return Evidence(
        "Every operating KPI has a threshold and a default action",
        bool(seen.operating) and all(contract.rules for contract in seen.operating),
        f"{rules} rules on {len(seen.operating)} KPIs, each with action and deadline",
    )
