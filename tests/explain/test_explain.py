"""What `explain` says of a number, on a handful of deals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.explain import as_text, explain
from kpi_engine.known_issue import KnownIssue
from kpi_engine.memory_snapshot import snapshot_of_rows
from kpi_engine.period import Period
from kpi_engine.snapshot import Snapshot

from ..differential.contracts import contract_of

COMPANY = Company(name="Any", currency="EUR", stages=("Discovery",))
AS_OF = date(2026, 2, 4)
CLOSED = {"table": "opportunities", "date": "closed_on"}
WIN_RATE = {
    "kind": "ratio",
    "numerator": CLOSED | {"where": [{"column": "status", "is": "won"}]},
    "denominator": CLOSED | {"where": [{"column": "status", "in": ["won", "lost"]}]},
}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """Ten deals closed in the last week of January, three of them won; one of each in the next."""
    deals = [_deal(f"W{at}", "won", date(2026, 1, 27)) for at in range(3)]
    deals += [_deal(f"L{at}", "lost", date(2026, 1, 28)) for at in range(7)]
    deals += [_deal("W9", "won", date(2026, 2, 2)), _deal("L9", "lost", date(2026, 2, 3))]
    found, problems = snapshot_of_rows({"opportunities": deals}, tmp_path, COMPANY, AS_OF)
    assert found, problems
    return found


def _deal(key: str, status: str, closed: date) -> dict[str, object]:
    segment = "SMB" if key in ("W0", "L0", "L1", "L2") else "Enterprise"
    return {
        "opportunity_id": key, "status": status, "stage": "Closed Won" if status == "won" else "Closed Lost",
        "segment": segment, "amount": None if key == "W1" else 100, "closed_on": closed, "close_on": closed,
        "created_on": date(2026, 1, 5),
    }  # fmt: skip


def engine_of(metric: dict[str, object], *issues: KnownIssue, **changes: object) -> Engine:
    told = {"dimensions": [{"name": "segment"}], "unit": "rate", "decimals": 2} | changes
    spec = contract_of(metric, **told)
    return Engine(COMPANY, {"kpi": Contract.model_validate(spec)}, issues)


def test_default_period_is_the_latest_final_one(snapshot: Snapshot) -> None:
    found = explain(engine_of(WIN_RATE), snapshot, "kpi", AS_OF)
    assert (found.period_start, found.period_end, found.final_on) == (
        date(2026, 1, 26), date(2026, 2, 1), date(2026, 2, 1),
    )  # fmt: skip
    late = engine_of(WIN_RATE, refresh={"sla_days": 5, "final": "When late deals are in."})
    assert explain(late, snapshot, "kpi", AS_OF).period_end == date(2026, 1, 25)


def test_value_parts_and_sql_agree(snapshot: Snapshot) -> None:
    found = explain(engine_of(WIN_RATE), snapshot, "kpi", AS_OF)
    assert (found.value, found.n, found.state) == (0.3, 10, "value")
    assert (found.recomputed, found.recomputed_n, found.agrees) == (0.3, 10, True)
    assert dict(found.counted) == {"numerator": 3, "denominator": 10}
    assert duckdb.sql(found.sql).df().to_dict("records") == [{"value": 0.3, "n": 10}]


def test_a_slice_is_narrowed_in_the_sql_as_well(snapshot: Snapshot) -> None:
    found = explain(engine_of(WIN_RATE), snapshot, "kpi", AS_OF, within={"segment": "SMB"})
    assert (found.value, found.recomputed, found.n, found.recomputed_n) == (0.25, 0.25, 4, 4)
    assert "segment = SMB" in found.filters


def test_excluded_rows_are_left_out_and_said(snapshot: Snapshot) -> None:
    issue = KnownIssue.model_validate({
        "id": "test_deals", "scope": {"table": "opportunities"}, "owner": "RevOps", "since": "2026-01-01",
        "until": "2026-03-01", "effect": "exclude", "note": "Test deals.",
        "rows": [{"column": "opportunity_id", "in": ["L0", "L1", "L2", "L3", "L4"]}],
    })  # fmt: skip
    found = explain(engine_of(WIN_RATE, issue), snapshot, "kpi", AS_OF)
    assert (found.value, found.recomputed, found.n) == (0.6, 0.6, 5)
    assert [(note.id, note.rows_excluded) for note in found.known_issues] == [("test_deals", 5)]
    assert "5 rows left out" in as_text(found)


def test_an_open_period_is_recomputed_but_not_judged(snapshot: Snapshot) -> None:
    this_week = Period(
        "week", date(2026, 2, 2), date(2026, 2, 8), *[(date(2026, 2, 2) - date(1900, 1, 1)).days // 7] * 2
    )
    found = explain(engine_of(WIN_RATE), snapshot, "kpi", AS_OF, this_week)
    assert (found.value, found.state, found.reason) == (None, "not_evaluable", "period still open")
    assert (found.recomputed, found.n, found.agrees) == (0.5, 2, True)


def test_a_small_sample_has_no_value_but_shows_what_it_would_be(snapshot: Snapshot) -> None:
    found = explain(engine_of(WIN_RATE, min_n=30), snapshot, "kpi", AS_OF)
    assert (found.value, found.reason, found.recomputed) == (None, "below min_n", 0.3)
    assert "not evaluable, below min_n" in as_text(found)
    assert "at least 30 are needed" in as_text(found)


def test_rows_with_an_empty_cell_are_said(snapshot: Snapshot) -> None:
    won = CLOSED | {"where": [{"column": "status", "is": "won"}], "sum": "amount"}
    found = explain(engine_of({"kind": "sum", "of": won}, unit="money"), snapshot, "kpi", AS_OF)
    assert (found.value, found.n, found.left_out, found.recomputed) == (200, 2, 1, 200)
    assert "1 rows, because a cell that the formula needs is empty" in as_text(found)


def test_a_span_of_any_length(snapshot: Snapshot) -> None:
    january = Period("span", date(2026, 1, 28), date(2026, 2, 2), 0, 0)
    found = explain(engine_of(WIN_RATE), snapshot, "kpi", AS_OF, january)
    assert (found.value, found.recomputed, found.n) == (0.125, 0.125, 8)


def test_a_table_that_is_absent_reads_as_no_rows(snapshot: Snapshot) -> None:
    spend = {"kind": "count", "of": {"table": "spend", "date": "spent_on"}}
    found = explain(engine_of(spend, dimensions=[]), snapshot, "kpi", AS_OF)
    assert (found.value, found.reason, found.recomputed, found.recomputed_n) == (None, "no rows", 0, 0)


def test_text_holds_all_that_makes_the_number(snapshot: Snapshot) -> None:
    found = explain(engine_of(WIN_RATE), snapshot, "kpi", AS_OF)
    text = as_text(found)
    for part in (
        "30.00 % (exactly 0.3)", "n          10", "status in won, lost", "numerator: 3 rows", "opportunities.csv",
        "12 rows", found.snapshot[:16], "the same", found.formula, found.sql,
    ):  # fmt: skip
        assert part in text, part


def test_sql_is_plain(snapshot: Snapshot) -> None:
    sql = explain(engine_of(WIN_RATE), snapshot, "kpi", AS_OF).sql
    assert "closed_on BETWEEN '2026-01-26' AND '2026-02-01'" in sql
    assert all(word not in sql for word in ("GROUPING", "bucket", '"'))


def test_active_in_a_span_counts_what_was_active_in_it(tmp_path: Path) -> None:
    pilots = [
        {"pilot_id": "over", "kickoff_on": date(2026, 1, 5), "ended_on": date(2026, 1, 20)},
        {"pilot_id": "running", "kickoff_on": date(2026, 1, 5)},
        {"pilot_id": "ends", "kickoff_on": date(2026, 1, 5), "ended_on": date(2026, 1, 29)},
        {"pilot_id": "starts", "kickoff_on": date(2026, 1, 30), "first_value_on": date(2026, 1, 31)},
        {"pilot_id": "later", "kickoff_on": date(2026, 2, 3)},
    ]
    snapshot, problems = snapshot_of_rows({"pilots": pilots}, tmp_path, COMPANY, AS_OF)
    assert snapshot, problems
    rate = {
        "kind": "ratio",
        "numerator": {"table": "pilots", "date": "first_value_on"},
        "denominator": {"table": "pilots", "start": "kickoff_on", "end": "ended_on"},
    }
    for window, place in (("span", 0), ("week", (date(2026, 1, 26) - date(1900, 1, 1)).days // 7)):
        week = Period(window, date(2026, 1, 26), date(2026, 2, 1), place, place)
        found = explain(engine_of(rate, dimensions=[]), snapshot, "kpi", AS_OF, week)
        assert (found.n, found.recomputed_n, found.agrees) == (3, 3, True), window
        assert found.value == pytest.approx(1 / 3)
