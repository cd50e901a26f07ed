"""Performance against target: the operating KPIs by focus area, and the objectives with their key results."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from decision_log.culture import GoalSet, culture
from kpi_engine.card import Assessment, Check
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.period import Calendar
from rendering.reasons import value_or_reason
from rendering.units import contract_quantity, where

from ..packet.summary import delta, period_in_words, threshold
from ..review_forum import ReadingsOf
from ..scorecards import load_objectives, progress
from ..site import Site
from .content import Area, KeyResult, Objective, Row

_TOTAL = "(all)"
_WORST = {"red": 0, "yellow": 1, "not_evaluable": 2, "green": 3}


def areas(site: Site, engine: Engine, assessment: Assessment, up_to: int) -> tuple[Area, ...]:
    """The KPIs that were checked, by focus area: the whole company, and beneath it the worst slice if that is worse."""
    calendar = Calendar.of(engine.company)
    goals = _goals(site, calendar.quarter_span(calendar.quarter(assessment.as_of))[0], up_to)
    by_kpi: dict[str, list[Check]] = {}
    for check in assessment.checks:
        by_kpi.setdefault(check.kpi, []).append(check)
    found: dict[str, list[Row]] = {}
    for kpi, checks in by_kpi.items():
        contract = engine.contracts[kpi]
        rows = found.setdefault(contract.focus_area, [])
        rows += [_row(one, contract, goals.get(kpi), engine.company.currency) for one in _told(checks)]
    return tuple(Area(name, tuple(rows)) for name, rows in sorted(found.items()))


def _told(checks: list[Check]) -> Iterable[Check]:
    head = next((one for one in checks if one.slice == _TOTAL), checks[0])
    worst = min(checks, key=lambda one: (_WORST[one.status], one is not head))
    return (head,) if worst is head or _WORST[worst.status] >= _WORST[head.status] else (head, worst)


def _goals(site: Site, quarter: date, up_to: int) -> dict[str, GoalSet]:
    """The quarter's goals by KPI; of two the later counts."""
    told = culture(site.log().stream("culture", up_to)).goals
    return {one.event.kpi: one.event for one in told if isinstance(one.event, GoalSet) and one.event.quarter == quarter}


def _row(check: Check, contract: Contract, goal: GoalSet | None, currency: str) -> Row:
    total = check.slice == _TOTAL
    return Row(
        name=check.name,
        where="" if total else where(check.dimension, check.slice),
        status=check.status,
        value=check.value,
        shown=value_or_reason(check.value, check.reason, contract, currency),
        n=check.n,
        period=period_in_words(check.window, check.period_end),
        threshold=threshold(contract, currency),
        target=_target(contract, currency),
        goal="" if goal is None or not total else contract_quantity(goal.target, contract, currency),
        before=delta(check.changes[0], contract, currency) if check.changes else None,
        points=check.points,
        owners=" + ".join(contract.owners),
    )


def _target(contract: Contract, currency: str) -> str:
    """The contract's target, else the edge from which it is green."""
    bands = contract.bands
    target = contract.target if contract.target is not None else None if bands is None else bands.edges[1]
    return "" if target is None else contract_quantity(target, contract, currency)


def objectives(site: Site, engine: Engine, readings_of: ReadingsOf, today: date) -> tuple[Objective, ...]:
    """The objectives of the configuration, with where their key results stand."""
    found, _ = load_objectives(site, engine.contracts)
    currency = engine.company.currency
    told = []
    for one in found:
        results = []
        for each in one.key_results:
            stands = progress(each, engine.contracts, readings_of, today)
            contract = stands.contract
            place = "" if each.slice == _TOTAL else f", {each.slice}"
            results.append(
                KeyResult(
                    f"{contract.name}{place}",
                    contract_quantity(stands.value, contract, currency),
                    contract_quantity(each.target, contract, currency),
                    each.by,
                    stands.state,
                )
            )
        told.append(Objective(one.objective, one.owner, tuple(results)))
    return tuple(told)
