"""Each planted story raises its card in its week and slice, and the rest of the company stays quiet."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

import pytest
import yaml

from kpi_engine.card import Assessment
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine, judged_windows
from kpi_engine.history import SliceHistory
from kpi_engine.importing import ImportResult
from kpi_engine.period import Period
from kpi_engine.sample import DATA_ON
from kpi_engine.snapshot import Snapshot

ROOT = Path(__file__).parents[2]
STORIES = yaml.safe_load((ROOT / "data" / "sample" / "stories.yaml").read_text(encoding="utf-8"))["stories"]
WITH_CARD = [story for story in STORIES if "card" in story]
HEALTHY = [date(2025, 7, 13) + timedelta(days=7 * week) for week in range(25)]


@pytest.fixture(scope="session")
def snapshot(imported: ImportResult) -> Snapshot:
    assert imported.problems == () and imported.snapshot
    return imported.snapshot


@pytest.fixture(scope="session")
def engine() -> Engine:
    config = ROOT / "config"
    engine, problems = Engine.load(config / "contracts", config / "company.yaml", config / "known_issues")
    assert problems == () and engine
    operating = {kpi: one for kpi, one in engine.contracts.items() if one.role == "operating" or _is_named(engine, kpi)}
    return Engine(engine.company, operating)


def _is_named(engine: Engine, kpi: str) -> bool:
    """Whether an operating contract shows this one beside its own number or takes its cost from it."""
    return any(
        kpi in one.beside or (one.cost and one.cost.of_kpi == kpi)
        for one in engine.contracts.values()
        if one.role == "operating"
    )


@pytest.fixture(scope="session")
def assessments(engine: Engine, snapshot: Snapshot) -> dict[date, Assessment]:
    """One assessment for each week in which a story must show."""
    weeks = {sunday(story["card"]["week"]) for story in WITH_CARD} | {DATA_ON}
    return {week: engine.assess(snapshot, week) for week in sorted(weeks)}


def sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


@pytest.mark.parametrize("story", WITH_CARD, ids=lambda story: story["id"])
def test_the_story_becomes_a_card(story: dict[str, object], assessments: dict[date, Assessment]) -> None:
    told = story["card"]
    assert isinstance(told, dict)
    cards = [card for card in assessments[sunday(told["week"])].cards if card.kpi == told["kpi"]]
    found = {(card.dimension, card.slice): card.status for card in cards}
    assert found.get((told["dimension"], told["slice"])) == told["status"], found


def test_failed_gates_escalate_in_their_second_week(assessments: dict[date, Assessment]) -> None:
    cards = [card for card in assessments[date(2026, 3, 22)].cards if card.kpi == "failed_gate_frequency"]
    assert [card.escalated for card in cards] == [True]


def test_stale_spend_keeps_cac_payback_from_being_judged(assessments: dict[date, Assessment]) -> None:
    today = assessments[DATA_ON]
    checks = {check.kpi: check for check in today.checks}
    assert today.stale == ("cac_payback",)
    assert (checks["cac_payback"].status, checks["cac_payback"].reason) == ("not_evaluable", "source stale")
    assert [check.kpi for check in today.checks if check.status == "not_evaluable"] == ["cac_payback"]


def test_a_faster_setup_raises_no_card(assessments: dict[date, Assessment]) -> None:
    for assessment in assessments.values():
        assert "time_to_first_value_days" not in {card.kpi for card in assessment.cards}


def test_the_last_week_tells_one_story_with_reds_first(assessments: dict[date, Assessment]) -> None:
    cards = assessments[DATA_ON].cards
    assert 5 <= len(cards) <= 8
    assert [card.status for card in cards] == sorted(card.status for card in cards)


def test_where_the_last_week_s_breaches_concentrate(assessments: dict[date, Assessment]) -> None:
    (card,) = [card for card in assessments[DATA_ON].cards if card.kpi == "discovery_completion_rate"]
    assert "Americas" in {share.slice for share in card.concentrates}


@pytest.fixture(scope="session")
def breaches(engine: Engine, snapshot: Snapshot) -> dict[date, list[tuple[str, str, str]]]:
    """KPI, slice and status of every breach as it stood at the end of each week, from one computation."""
    found: dict[date, list[tuple[str, str, str]]] = {week: [] for week in (*HEALTHY, date(2026, 3, 22))}
    for contract in engine.contracts.values():
        if contract.role != "operating":
            continue
        series = engine.series(
            snapshot, DATA_ON, kpis=[contract.id], by=_scopes(contract), windows=judged_windows(contract)
        )
        windows = {one.window: one for one in series}
        slices = next(iter(windows.values())).slices
        for week, breached in found.items():
            for rule in contract.rules:
                for slice_ in slices:
                    if slice_[0] != rule.scope or slice_[1] == "(none)":
                        continue
                    history = SliceHistory(windows, slice_, None)
                    period = _final(contract, windows[rule.window].periods, week)
                    verdict = rule.judge(history, period.last)
                    if verdict.status in ("red", "yellow"):
                        breached.append((contract.id, slice_[1], verdict.status))
    return found


def _scopes(contract: Contract) -> list[str]:
    return sorted({rule.scope for rule in contract.rules} - {"total"})


def _final(contract: Contract, periods: tuple[Period, ...], as_of: date) -> Period:
    """The latest period that was final on a day."""
    metric = contract.variants[contract.variant].metric
    wait = timedelta(days=contract.refresh.sla_days + int(getattr(metric, "follow_up_days", 0)))
    return [period for period in periods if period.end + wait <= as_of][-1]


def test_one_computation_tells_the_same_as_an_assessment(
    breaches: dict[date, list[tuple[str, str, str]]], assessments: dict[date, Assessment]
) -> None:
    week = date(2026, 3, 22)
    assert sorted(breaches[week]) == sorted((card.kpi, card.slice, card.status) for card in assessments[week].cards)


def test_a_healthy_stretch_raises_fewer_than_three_cards_a_week(
    breaches: dict[date, list[tuple[str, str, str]]], record_property: pytest.RecordProperty
) -> None:
    per_week = [len(breaches[week]) for week in HEALTHY]
    record_property("cards_per_week", mean(per_week))
    assert len(HEALTHY) >= 20
    assert mean(per_week) < 3, Counter(breach for week in HEALTHY for breach in breaches[week])
    assert max(per_week) <= 5
