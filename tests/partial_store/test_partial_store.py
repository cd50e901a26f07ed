"""Sums kept on disk: used where nothing they stand on has changed, and never a wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlglot import exp

from kpi_engine.backends.duckdb import DuckDB
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.known_issue import KnownIssue
from kpi_engine.memory_snapshot import snapshot_of_rows
from kpi_engine.partial_store import PartialStore
from kpi_engine.snapshot import Snapshot

from ..differential.contracts import contract_of
from ..rules.judging import COMPANY

AS_OF = date(2026, 3, 29)


def diagnostic(name: str, metric: dict[str, Any], **changes: Any) -> Contract:
    """A contract by segment."""
    told = {"id": name, "role": "diagnostic", "min_n": 1, "dimensions": [{"name": "segment"}]} | changes
    return Contract.model_validate(contract_of(metric, **told))


CONTRACTS = (
    diagnostic("kpi", {"kind": "count", "of": {"table": "opportunities", "date": "created_on"}}),
    diagnostic("leads", {"kind": "count", "of": {"table": "leads", "date": "created_on"}}),
    diagnostic("nrr", {"kind": "retention", "horizon_months": 1}, windows=["month"]),
)


class Asking:
    """Counts the statements that reach the database."""

    def __init__(self) -> None:
        self.tables: list[str] = []

    def since(self) -> set[str]:
        """The tables whose rows were asked for since the last time."""
        found, self.tables = set(self.tables), []
        return found


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    seen, fetch = Asking(), DuckDB.fetch

    def counted(self: DuckDB, statement: exp.Expression) -> pa.Table:
        seen.tables += [table.name.removeprefix("rows of ") for table in statement.find_all(exp.Table)]
        return fetch(self, statement)

    monkeypatch.setattr(DuckDB, "fetch", counted)
    yield seen


def rows(**more: Any) -> dict[str, list[dict[str, Any]]]:
    days = [AS_OF - timedelta(days=step) for step in range(120)]
    segments = ["SMB", "Enterprise", None]
    found: dict[str, list[dict[str, Any]]] = {
        "accounts": [{"account_id": f"A{at}", "segment": segments[at % 3]} for at in range(9)],
        "opportunities": [
            {"opportunity_id": f"O{at}", "account_id": f"A{at % 9}", "stage": "Pilot", "status": "open",
             "created_on": day, "amount": 10} for at, day in enumerate(days)
        ],
        "leads": [{"lead_id": f"L{at}", "account_id": f"A{at % 9}", "created_on": day} for at, day in enumerate(days)],
        "subscriptions": [
            {"line_id": f"S{at}", "account_id": f"A{at}", "kind": "recurring", "status": "active",
             "starts_on": days[-1], "billing_months": 1, "amount": 100 + at} for at in range(9)
        ],
    }  # fmt: skip
    return found | more


def snapshot(folder: Path, **more: Any) -> Snapshot:
    found, problems = snapshot_of_rows(rows(**more), folder, COMPANY, AS_OF)
    assert found, problems
    return found


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(COMPANY, {one.id: one for one in CONTRACTS}, partials=PartialStore(tmp_path / "partials"))


def assert_same(engine: Engine, given: Snapshot, as_of: date = AS_OF, **asked: Any) -> None:
    """Equal readings with and without what is kept."""
    kept = engine.readings(given, as_of, **asked)
    assert kept.equals(replace(engine, partials=None).readings(given, as_of, **asked))
    assert kept["value"].notna().any()


def test_a_question_asked_again_adds_up_nothing(engine: Engine, asking: Asking, tmp_path: Path) -> None:
    given = snapshot(tmp_path)
    engine.readings(given, AS_OF)
    assert {"opportunities", "leads", "subscriptions", "accounts"} <= asking.since()
    engine.readings(given, AS_OF)
    assert asking.since() == set()
    assert_same(engine, given)


def test_only_what_stands_on_a_changed_table_is_added_up_again(engine: Engine, asking: Asking, tmp_path: Path) -> None:
    engine.readings(snapshot(tmp_path / "before"), AS_OF)
    asking.since()
    changed = snapshot(tmp_path / "after", leads=rows()["leads"][:-5])
    engine.readings(changed, AS_OF)
    assert asking.since() == {"leads"}
    assert_same(engine, changed)


def test_a_changed_table_that_is_looked_up_in_counts(engine: Engine, asking: Asking, tmp_path: Path) -> None:
    engine.readings(snapshot(tmp_path / "before"), AS_OF)
    asking.since()
    changed = snapshot(tmp_path / "after", accounts=[one | {"segment": "SMB"} for one in rows()["accounts"]])
    engine.readings(changed, AS_OF)
    assert {"opportunities", "accounts"} <= asking.since()
    assert_same(engine, changed)


def test_a_later_day_adds_up_nothing_that_has_not_changed(engine: Engine, asking: Asking, tmp_path: Path) -> None:
    given = snapshot(tmp_path)
    engine.readings(given, AS_OF, kpis=["nrr"])
    engine.readings(given, AS_OF, kpis=["leads"], by=[])
    asking.since()
    engine.readings(given, AS_OF + timedelta(days=3), kpis=["nrr"])
    engine.readings(given, AS_OF + timedelta(days=3), kpis=["leads"], by=[])
    assert asking.since() == set()
    assert_same(engine, given, AS_OF + timedelta(days=3))


def test_an_earlier_day_knows_less(engine: Engine, tmp_path: Path) -> None:
    given = snapshot(tmp_path)
    engine.readings(given, AS_OF)
    assert_same(engine, given, AS_OF - timedelta(days=30))


def test_a_slice_is_not_the_whole(engine: Engine, tmp_path: Path) -> None:
    given = snapshot(tmp_path)
    engine.readings(given, AS_OF)
    assert_same(engine, given, kpis=["kpi"], within={"segment": "SMB"})


def test_rows_left_out_by_a_known_issue_are_left_out(engine: Engine, tmp_path: Path) -> None:
    given = snapshot(tmp_path)
    engine.readings(given, AS_OF)
    told = {"id": "caveat", "scope": {"table": "leads"}, "owner": "Finance", "note": "Known.", "effect": "exclude",
            "rows": [{"column": "account_id", "is": "A1"}], "since": AS_OF, "until": AS_OF}  # fmt: skip
    assert_same(replace(engine, known_issues=(KnownIssue.model_validate(told),)), given)


@pytest.mark.parametrize("broken", [b"", b"ARROW1", b"\0" * 5000])
def test_a_broken_file_is_as_good_as_none(engine: Engine, broken: bytes, tmp_path: Path) -> None:
    given = snapshot(tmp_path)
    engine.readings(given, AS_OF)
    files = list((tmp_path / "partials").iterdir())
    assert files
    for path in files:
        path.write_bytes(broken or path.read_bytes()[:-100])
    assert_same(engine, given)


def test_the_folder_stays_small(tmp_path: Path) -> None:
    store = PartialStore(tmp_path / "partials", limit=20_000)
    answer = pa.table({"n": list(range(1000))})
    paths = [store.path([f"SELECT {at}"], ()) for at in range(30)]
    for path in paths:
        store.put(path, answer)
    store.trim()
    assert sum(path.stat().st_size for path in store.folder.iterdir()) <= 20_000
    assert store.get(paths[0]) is None
    assert store.get(paths[-1]) is not None


def test_a_folder_that_cannot_be_written_costs_time_only(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "partials").write_text("in the way")
    assert_same(engine, snapshot(tmp_path))
