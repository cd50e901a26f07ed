"""The rule report card: whether a contract's rules earn the attention they ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from decision_log.decision import Decision, decisions
from decision_log.episode import Episode

from .episodes import all_episodes, decision_on
from .people import Person, require
from .site import Site


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What came of a contract's rules: how many episodes turned red, and what people did about them.

    `decided`, `false_alarms` and `undecided` are of the red ones; `watched` never turned red. The last
    counts decisions on the KPI that no red had asked for: what the rules may be missing.
    """

    kpi: str
    reds: int
    decided: int
    false_alarms: int
    undecided: int
    watched: int
    decisions_without_red: int


def rule_reports(site: Site, person: Person) -> dict[str, RuleReport]:
    """The report card of every KPI that had an episode or a decision, by the KPI's id."""
    require(person, "view")
    known = tuple(all_episodes(site).values())
    taken = decisions(site.log().stream("decision"))
    kpis = sorted({one.opened.kpi for one in known} | {one.taken.kpi for one in taken})
    return {
        kpi: _report(
            kpi, [one for one in known if one.opened.kpi == kpi], [one for one in taken if one.taken.kpi == kpi]
        )
        for kpi in kpis
    }


def _report(kpi: str, known: list[Episode], taken: list[Decision]) -> RuleReport:
    red = [one for one in known if one.was_red]
    asked_for = {one.id for one in red}
    decided = [one for one in red if decision_on(one, taken)]
    false_alarms = [one for one in red if one.feedback and one.feedback[-1].opinion == "false_alarm"]
    answered = {one.id for one in (*decided, *false_alarms)}
    return RuleReport(
        kpi=kpi,
        reds=len(red),
        decided=len(decided),
        false_alarms=len(false_alarms),
        undecided=len(asked_for - answered),
        watched=len(known) - len(red),
        decisions_without_red=_unasked(taken, asked_for),
    )


def _unasked(taken: Iterable[Decision], asked_for: set[str]) -> int:
    """Decisions that neither an episode with a red nor a red card had asked for."""
    return sum(one.taken.episode not in asked_for and one.taken.breach != "red" for one in taken)
