"""What open controls, known issues and dirty rows do to a card."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kpi_engine.engine import Engine
from kpi_engine.known_issue import KnownIssue
from kpi_engine.memory_snapshot import snapshot_of_rows
from kpi_engine.quality.folder import load_checks
from kpi_engine.quality.formulas import FormulaEdit

from ..rules.judging import ACTION, AS_OF, BANDS, COMPANY, deals, kpi, sunday
from .looking import written

LOST = {"table": "opportunities", "date": "closed_on", "where": [{"column": "status", "is": "lost"}]}
CONTROL = "table: opportunities\nfields: [amount, owner]"
KEY = {"id": "late", "scope": {"table": "opportunities"}, "owner": "RevOps", "note": "Late.",
       "since": date(2026, 1, 1), "until": date(2026, 12, 31)}  # fmt: skip


def assess(folder: Path, rows, *contracts, issues=(), edits=(), checks=None):
    snapshot, problems = snapshot_of_rows({"opportunities": rows}, folder / "data", COMPANY, AS_OF)
    assert snapshot, problems
    found = load_checks(checks, COMPANY)
    assert found[1] == ()
    known = tuple(KnownIssue.model_validate(issue) for issue in issues)
    engine = Engine(COMPANY, {one.id: one for one in contracts}, known, checks=found[0], edits=tuple(edits))
    return engine.assess(snapshot, AS_OF)


def red(**changes):
    """A KPI that reads 50, red below 60."""
    return kpi(BANDS, **changes)


@pytest.fixture
def control(tmp_path):
    return written(tmp_path / "config", "controls", "required_fields", CONTROL)


def test_an_open_control_lowers_confidence_and_says_why(tmp_path, control):
    rows = [*deals([50, 50], owner="Kim"), {**deals([50], "E")[0], "amount": None, "owner": "Kim"}]
    (card,) = assess(tmp_path, rows, red(), checks=control).cards

    assert card.confidence == "medium"
    assert "Lowered from high: required_fields control open (1 of 3 opportunities)." in card.confidence_note


def test_a_control_on_a_column_the_kpi_does_not_read_touches_nothing(tmp_path, control):
    found = assess(
        tmp_path, deals([50, 50], owner=None), red(), checks=control
    )  # owners are missing, amounts are there
    (card,) = found.cards

    assert card.confidence == "high"
    assert found.trust[0].reasons == ()


def test_a_control_that_holds_never_raises_confidence(tmp_path, control):
    (card,) = assess(
        tmp_path, deals([50], owner="Kim"), red(confidence={"level": "low", "note": "By hand."}), checks=control
    ).cards
    assert (card.confidence, card.confidence_note) == ("low", "By hand.")


def test_a_known_issue_and_a_control_lower_by_two(tmp_path, control):
    rows = [*deals([50, 50], owner="Kim"), {**deals([50], "E")[0], "amount": None, "owner": "Kim"}]
    issue = KEY | {"effect": "qualify"}
    found = assess(tmp_path, rows, red(), issues=[issue], checks=control)
    (trust,) = found.trust

    assert (trust.stated, trust.level) == ("high", "low")
    assert trust.reasons[1] == "known issue late"


def test_a_stale_source_lowers_confidence(tmp_path, control):
    refresh = {"final": "Monday", "stale_after_days": 10}
    found = assess(tmp_path, deals([50, 50, None, None], owner="Kim"), red(refresh=refresh), checks=control)
    (trust,) = found.trust
    assert (trust.level, trust.reasons) == ("medium", ("source 18 days old, stale after 10",))


def test_an_unapproved_formula_edit_lowers_its_own_kpi_only(tmp_path):
    checks = written(tmp_path / "config", "controls", "approved_formulas", "")
    first, second = red(id="first", name="First"), red(id="second", name="Second")
    found = assess(
        tmp_path,
        deals([50], owner="Kim"),
        first,
        second,
        edits=[FormulaEdit("first", "First", 1, "RevOps")],
        checks=checks,
    )
    assert {one.kpi: one.level for one in found.trust} == {"first": "medium", "second": "high"}


def lost(number: int, back: int, **columns):
    day = sunday(back) - timedelta(days=4)
    return {
        "opportunity_id": f"L{back}-{number}", "status": "lost", "stage": "Closed Lost", "amount": 10, "owner": "Kim",
        "closed_on": day, "loss_reason": "Price",
    } | columns  # fmt: skip


MANY = {"kind": "bands", "window": "week", "red_above": 5, "green_below": 3, "action": ACTION}
COUNT = {"kind": "count", "of": LOST}


def test_a_red_that_only_dirty_rows_make_is_a_matter_of_records(tmp_path):
    checks = written(tmp_path / "config", "hygiene", "loss_reason", "")
    rows = [lost(n, 0, loss_reason=None if n < 5 else "Price") for n in range(7)] + [lost(0, 1)]
    (card,) = assess(tmp_path, rows, kpi(MANY, metric=COUNT), checks=checks).cards

    assert (card.value, card.status) == (7, "red")
    assert (card.dirt.value, card.dirt.n, card.dirt.status, card.dirt.rows) == (2, 2, "green", 5)
    assert card.dirt.rules == (("loss_reason", "loss_reason", 5),)


def test_a_red_that_stays_red_without_them_is_not(tmp_path):
    checks = written(tmp_path / "config", "hygiene", "loss_reason", "")
    rows = [lost(n, 0, loss_reason=None if n < 1 else "Price") for n in range(9)]
    (card,) = assess(tmp_path, rows, kpi(MANY, metric=COUNT), checks=checks).cards
    assert (card.dirt.value, card.dirt.status) == (8, "red")


def test_dirt_that_does_not_reach_the_number_is_not_told(tmp_path):
    checks = written(tmp_path / "config", "hygiene", "loss_reason", "")
    rows = [lost(n, 0) for n in range(9)] + [lost(0, 1, loss_reason=None)]  # the week before
    (card,) = assess(tmp_path, rows, kpi(MANY, metric=COUNT), checks=checks).cards
    assert card.dirt is None


@pytest.mark.parametrize(("acknowledged", "folded"), [(50, True), (49, True), (51, False)])
def test_an_acknowledged_breach_returns_when_it_worsens(tmp_path, acknowledged, folded):
    contract = red(id="kpi_one")
    issue = KEY | {"effect": "explain", "scope": {"kpis": ["kpi_one"]}, "unless_worse_than": acknowledged}
    (card,) = assess(tmp_path, deals([50]), contract, issues=[issue], checks=tmp_path / "none").cards
    assert card.folded == folded
    assert card.known_issues[0].worsened == (not folded)


@pytest.mark.parametrize(("closed", "folded"), [(AS_OF, False), (AS_OF + timedelta(days=1), True)])
def test_a_closed_issue_holds_no_more(tmp_path, closed, folded):
    issue = KEY | {"effect": "explain", "closed": closed}
    (card,) = assess(tmp_path, deals([50]), red(), issues=[issue], checks=tmp_path / "none").cards
    assert card.folded == folded
