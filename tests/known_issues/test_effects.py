"""What a known issue does to cards and numbers, and when it stops."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kpi_engine.card import KnownIssueNote
from kpi_engine.company import Company
from kpi_engine.engine import Engine
from kpi_engine.explain import explain
from kpi_engine.known_issue import KnownIssue
from kpi_engine.memory_snapshot import snapshot_of_rows

from ..rules.judging import AS_OF, BANDS, COMPANY, SUM, Judge, assert_breach, assert_quiet, deals, judging, kpi

BY_SEGMENT = BANDS | {"scope": "segment"}
SEGMENT = [{"name": "segment"}]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return judging(tmp_path)


def issue(effect: str = "qualify", since: date = AS_OF, until: date = AS_OF, **more: Any) -> dict[str, Any]:
    told = {"id": "caveat", "scope": {"kpis": ["kpi"]}, "owner": "Finance", "note": "Known."}
    return told | {"effect": effect, "since": since, "until": until} | more


def test_an_explained_card_is_folded_and_blocks_the_all_clear(judge: Judge) -> None:
    card = assert_breach(judge([10], kpi(BANDS), issues=[issue("explain")]), folded=True)
    assert [(note.id, note.effect, note.owner) for note in card.known_issues] == [("caveat", "explain", "Finance")]


def test_folded_cards_stand_last(judge: Judge) -> None:
    found = judge([10], kpi(BANDS), kpi(BANDS, id="other"), issues=[issue("explain")])
    assert [(card.kpi, card.folded) for card in found.cards] == [("other", False), ("kpi", True)]


@pytest.mark.parametrize(
    ("since", "until", "in_force"),
    [(0, 0, True), (-9, 9, True), (-9, 0, True), (0, 9, True), (-9, -1, False), (1, 9, False)],
)
def test_an_issue_is_in_force_from_since_to_until(since: int, until: int, in_force: bool, judge: Judge) -> None:
    dated = issue("explain", AS_OF + timedelta(days=since), AS_OF + timedelta(days=until))
    found = judge([10], kpi(BANDS), issues=[dated])
    assert_breach(found, folded=in_force)
    assert bool(found.known_issues) == in_force


def test_a_card_returns_by_itself_after_until(judge: Judge) -> None:
    explained = issue("explain")
    assert_breach(judge([10], kpi(BANDS), issues=[explained]), folded=True)
    assert_breach(judge([10], kpi(BANDS), issues=[explained], as_of=AS_OF + timedelta(days=1)), folded=False)


def test_a_qualified_card_is_marked_and_stays(judge: Judge) -> None:
    found = judge([10], kpi(BANDS), issues=[issue()])
    note = KnownIssueNote("caveat", "Known.", "Finance", AS_OF, "qualify")
    assert_breach(found, folded=False, known_issues=(note,))
    assert found.known_issues == (note,)


def test_an_issue_of_a_quiet_kpi_is_said_without_a_card(judge: Judge) -> None:
    found = judge([90], kpi(BANDS), issues=[issue("explain")])
    assert_quiet(found)
    assert [note.id for note in found.known_issues] == ["caveat"]


def test_an_issue_of_a_kpi_that_cannot_be_read_is_said(judge: Judge) -> None:
    found = judge([90, None], kpi(BANDS), issues=[issue()])
    assert_quiet(found, "no rows")
    assert [note.id for note in found.known_issues] == ["caveat"]


# --- Scope ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [{"kpis": ["other"]}, {"table": "leads"}, {"kpis": ["kpi"], "table": "leads"}])
def test_an_issue_of_something_else_touches_nothing(scope: dict[str, Any], judge: Judge) -> None:
    found = judge([10], kpi(BANDS), issues=[issue("explain", scope=scope)])
    assert_breach(found, folded=False, known_issues=())


@pytest.mark.parametrize("scope", [{"kpis": ["other", "kpi"]}, {"table": "opportunities"}])
def test_an_issue_of_the_kpi_or_its_table_touches_the_card(scope: dict[str, Any], judge: Judge) -> None:
    assert_breach(judge([10], kpi(BANDS), issues=[issue("explain", scope=scope)]), folded=True)


def test_an_issue_of_one_slice_leaves_the_others(judge: Judge) -> None:
    rows = [*deals([10], "a", segment="SMB"), *deals([10], "b", segment="Enterprise")]
    only = issue("explain", scope={"dimension": "segment", "value": "SMB"})
    found = judge(rows, kpi(BY_SEGMENT, dimensions=SEGMENT), issues=[only])
    assert {card.slice: card.folded for card in found.cards} == {"SMB": True, "Enterprise": False}


def test_an_issue_of_a_slice_touches_the_total_that_holds_it(judge: Judge) -> None:
    only = issue(scope={"dimension": "segment", "value": "SMB"})
    rows = deals([10], segment="SMB")
    assert assert_breach(judge(rows, kpi(BANDS, dimensions=SEGMENT), issues=[only])).known_issues
    assert not assert_breach(judge(rows, kpi(BANDS), issues=[only])).known_issues


# --- Excluded rows ----------------------------------------------------------------------------------------------


def exclude(*rows: dict[str, Any], table: str = "opportunities", **more: Any) -> dict[str, Any]:
    return issue("exclude", scope={"table": table}, rows=list(rows), **more)


def test_excluded_rows_change_the_value_and_are_counted(judge: Judge) -> None:
    rows = [*deals([90], "a"), *deals([10], "test"), *deals([90], "b")]
    test = exclude({"column": "opportunity_id", "is": "test 0"})
    assert_breach(judge(rows, kpi(BANDS)), "yellow", n=3)
    found = judge(rows, kpi(BANDS), issues=[test])
    assert_quiet(found)
    assert [(note.id, note.rows_excluded) for note in found.known_issues] == [("caveat", 1)]


def test_rows_come_back_after_until(judge: Judge) -> None:
    rows = [*deals([90], "a"), *deals([10], "test")]
    test = exclude({"column": "amount", "below": 20})
    assert_quiet(judge(rows, kpi(BANDS), issues=[test]))
    assert_breach(judge(rows, kpi(BANDS), issues=[test], as_of=AS_OF + timedelta(days=1)))


def test_a_row_must_pass_all_conditions_of_one_issue(judge: Judge) -> None:
    rows = [*deals([90], "a", owner="Kim"), *deals([10], "b", owner="Kim"), *deals([10], "c", owner=None)]
    one = exclude({"column": "owner", "is": "Kim"}, {"column": "amount", "below": 20})
    assert_breach(judge(rows, kpi(BANDS), issues=[one]), n=2, value=50)
    other = exclude({"column": "owner", "empty": True}, id="ownerless")
    assert_quiet(judge(rows, kpi(BANDS), issues=[one, other]))


def test_an_empty_cell_excludes_nothing(judge: Judge) -> None:
    rows = [*deals([90], "a"), *deals([10], "b")]
    assert_breach(judge(rows, kpi(BANDS), issues=[exclude({"column": "owner", "is": "Kim"})]), n=2)


def test_all_rows_excluded_is_not_green(judge: Judge) -> None:
    found = judge([90, 90], kpi(BANDS), issues=[exclude({"column": "status", "is": "won"})])
    assert_quiet(found, "no rows")


def test_rows_are_excluded_by_what_they_look_up(judge: Judge) -> None:
    rows = {
        "accounts": [{"account_id": "T", "industry": "Test", "segment": "SMB"}, {"account_id": "A", "segment": "SMB"}],
        "opportunities": [*deals([90], "a", account_id="A"), *deals([10], "b", account_id="T")],
    }
    test = exclude({"column": "account.industry", "is": "Test"})
    assert_quiet(judge(rows, kpi(BY_SEGMENT, dimensions=SEGMENT), issues=[test]))


def test_a_table_that_is_absent_has_nothing_to_exclude(judge: Judge) -> None:
    assert_quiet(judge([90], kpi(BANDS), issues=[exclude({"column": "status", "is": "new"}, table="leads")]))


def test_rows_of_other_tables_stay_and_look_up_nothing(judge: Judge) -> None:
    rows = {
        "accounts": [{"account_id": "A", "segment": "SMB"}, {"account_id": "T", "segment": "SMB"}],
        "opportunities": [*deals([50], "a", account_id="A"), *deals([35], "t", account_id="T")],
    }
    gone = exclude({"column": "account_id", "is": "T"}, table="accounts")
    by_segment, total = kpi(BY_SEGMENT, metric=SUM, dimensions=SEGMENT), kpi(BANDS, metric=SUM)
    assert_quiet(judge(rows, by_segment))
    assert_breach(judge(rows, by_segment, issues=[gone]), slice="SMB", value=50)
    assert_quiet(judge(rows, total, issues=[gone]))


# --- Whatever reads the table lacks the rows: engine and SQL alike ----------------------------------------------


def both_ways(
    folder: Path, metric: dict[str, Any], rows: dict[str, list[dict[str, Any]]], *left_out: dict[str, Any],
    window: str = "month", earlier: dict[str, list[dict[str, Any]]] | None = None,
) -> tuple[float | None, int]:  # fmt: skip
    """Value and n of March 2026 by the engine, after the SQL has said the same."""
    company = Company(name="Any", stages=("Discovery", "Pilot"))
    stored = []
    for at, (given, data_on) in enumerate(((earlier or rows, date(2026, 3, 1)), (rows, date(2026, 3, 31)))):
        snapshot, problems = snapshot_of_rows(given, folder / str(at), company, data_on)
        assert snapshot, problems
        stored.append(snapshot)
    contract = kpi(metric=metric, windows=[window], role="diagnostic")
    dated = [one | {"until": date(2026, 4, 1)} for one in left_out]
    issues = tuple(KnownIssue.model_validate(one | {"id": f"issue_{at}"}) for at, one in enumerate(dated))
    engine = Engine(company, {"kpi": contract}, issues, tuple(stored))
    found = explain(engine, stored[-1], "kpi", date(2026, 3, 31))
    assert found.agrees, found.sql
    return found.value, found.n


def entry(deal: str, stage: str, day: date) -> dict[str, Any]:
    return {"opportunity_id": deal, "stage": stage, "entered_at": f"{day} 09:00:00", "entered_on": day}


def test_stage_conversion_lacks_excluded_entries(tmp_path: Path) -> None:
    history = [entry(deal, "Discovery", date(2026, 3, 10)) for deal in ("A", "B", "T", "U")]
    history += [entry(deal, "Pilot", date(2026, 3, 12)) for deal in ("A", "T", "U")]
    open_deals = [
        {"opportunity_id": deal, "stage": "Pilot", "status": "open", "owner": "Test" if deal == "U" else "Kim"}
        for deal in ("A", "B", "T", "U")
    ]
    rows = {"stage_history": history, "opportunities": open_deals}
    metric = {"kind": "stage_conversion", "from_stage": "Discovery", "to_stage": "Pilot", "within_days": 14}
    assert both_ways(tmp_path / "all", metric, rows, window="week") == (0.75, 4)
    by_id = exclude({"column": "opportunity_id", "is": "T"}, table="stage_history")
    assert both_ways(tmp_path / "one", metric, rows, by_id, window="week") == (pytest.approx(2 / 3), 3)
    by_owner = exclude({"column": "owner", "is": "Test"}, table="stage_history")
    assert both_ways(tmp_path / "two", metric, rows, by_id, by_owner, window="week") == (0.5, 2)
    # A stage entry is a row of its own table: without its deal it still counts.
    deal = exclude({"column": "opportunity_id", "is": "T"})
    assert both_ways(tmp_path / "deal", metric, rows, deal, window="week") == (0.75, 4)


def test_both_snapshots_of_a_difference_lack_excluded_rows(tmp_path: Path) -> None:
    def pipeline(**close_on: date) -> dict[str, list[dict[str, Any]]]:
        return {
            "opportunities": [
                {"opportunity_id": deal, "stage": "Pilot", "status": "open", "amount": 100, "close_on": day}
                for deal, day in close_on.items()
            ]
        }

    march, april = date(2026, 3, 20), date(2026, 4, 20)
    before, after = pipeline(A=march, B=march, T=march), pipeline(A=march, B=april, T=april)
    metric = {"kind": "snapshot_difference", "part": "slipped_share"}
    assert both_ways(tmp_path / "all", metric, after, earlier=before) == (pytest.approx(2 / 3), 3)
    test = exclude({"column": "opportunity_id", "is": "T"})
    assert both_ways(tmp_path / "without", metric, after, test, earlier=before) == (0.5, 2)


def test_customers_lack_excluded_lines(tmp_path: Path) -> None:
    lines = [
        {"line_id": key, "account_id": key, "kind": "recurring", "status": "active", "billing_months": 12,
         "starts_on": date(2025, 2, 1), "ends_on": ends, "amount": 100}
        for key, ends in (("A", None), ("B", None), ("C", date(2026, 2, 1)), ("T", date(2026, 2, 1)))
    ]  # fmt: skip
    metric = {"kind": "retention", "of": "gross"}
    assert both_ways(tmp_path / "all", metric, {"subscriptions": lines}) == (0.5, 4)
    test = exclude({"column": "line_id", "is": "T"}, table="subscriptions")
    assert both_ways(tmp_path / "without", metric, {"subscriptions": lines}, test) == (pytest.approx(2 / 3), 3)


def test_looked_up_sums_lack_excluded_rows(tmp_path: Path) -> None:
    meetings = [
        {"activity_id": name, "type": "discovery", "opportunity_id": "A", "held_on": day}
        for name, day in (("wrong", date(2026, 1, 1)), ("right", date(2026, 3, 1)))
    ]
    won = {"opportunity_id": "A", "status": "won", "stage": "Closed Won", "closed_on": date(2026, 3, 11)}
    metric = {
        "kind": "duration", "table": "opportunities", "date": "closed_on", "start": "discovery_held_on",
        "end": "closed_on",
    }  # fmt: skip
    rows = {"activities": meetings, "opportunities": [won]}
    assert both_ways(tmp_path / "all", metric, rows) == (69, 1)
    wrong = exclude({"column": "activity_id", "is": "wrong"}, table="activities")
    assert both_ways(tmp_path / "without", metric, rows, wrong) == (10, 1)


def test_records_lack_excluded_rows(tmp_path: Path) -> None:
    snapshot, problems = snapshot_of_rows({"opportunities": deals([1, 2, 3])}, tmp_path, COMPANY, AS_OF)
    assert snapshot, problems
    left_out = KnownIssue.model_validate(exclude({"column": "amount", "is": 2}))
    engine = Engine(COMPANY, {"kpi": kpi(BANDS)}, (left_out,))
    found = engine.records(snapshot, "kpi", AS_OF, start=AS_OF - timedelta(days=30), end=AS_OF)
    assert sorted(found["amount"].astype(float)) == [1, 3]
