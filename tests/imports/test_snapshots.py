"""Snapshots are whole, immutable, equal for equal content, and keep their history."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi_engine import snapshot_store
from kpi_engine.importing import current_snapshot, load_snapshot, restore, snapshot_history

from .conftest import Desk, mapping_of

SPEND = "spend_id,spent_on,function,amount\n"
ROWS = [f"{number},2026-01-{number % 28 + 1:02d},sales,{number * 3}.25\n" for number in range(1, 400)]


def content(workspace: Path) -> dict[str, bytes]:
    return {str(path.relative_to(workspace)): path.read_bytes() for path in workspace.rglob("*") if path.is_file()}


def test_importing_the_same_twice_changes_nothing(desk: Desk) -> None:
    desk.put("spend.csv", SPEND + "".join(ROWS))
    first = desk.load()
    before = content(desk.workspace)
    again = desk.load()
    assert again.snapshot == first.snapshot
    assert content(desk.workspace) == before
    assert len(snapshot_history(desk.workspace)) == 1


def test_deals_without_history_imported_twice_change_nothing(desk: Desk) -> None:
    desk.put(
        "opportunities.csv",
        "opportunity_id,owner,stage,status,forecast_category,amount,close_on,created_on\n"
        "1,Ann,Pilot,open,commit,5,2026-09-05,2026-01-05\n",
    )
    assert desk.load().snapshot == desk.load().snapshot


def test_what_a_killed_import_left_is_swept(desk: Desk) -> None:
    (desk.workspace / ".import-dead").mkdir(parents=True)
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n")
    desk.load()
    assert not list(desk.workspace.glob(".import-*"))


def test_order_of_rows_names_of_files_and_separators_do_not_count(desk: Desk, tmp_path: Path) -> None:
    desk.put("spend.csv", SPEND + "".join(ROWS))
    other = Desk(tmp_path / "b", tmp_path / "c")
    other.folder.mkdir()
    other.put("spend_1.csv", (SPEND + "".join(ROWS[200:][::-1])).replace(",", ";"))
    other.put("spend_2.csv", (SPEND + "".join(ROWS[:200])).encode("utf-16"))
    one, two = desk.load().snapshot, other.load().snapshot
    assert one
    assert two
    assert one.fingerprint == two.fingerprint
    assert one.tables["spend"].path.read_bytes() == two.tables["spend"].path.read_bytes()


def test_a_changed_cell_a_data_date_and_a_reason_are_other_snapshots(desk: Desk) -> None:
    desk.put("spend.csv", SPEND + "".join(ROWS))
    plain = desk.load().snapshot
    dated = desk.load(data_on=date(2026, 2, 1)).snapshot
    desk.put("spend.csv", SPEND + "".join(ROWS) + "x,2026-01-05,sales,five\n")
    without = desk.load(exclude_unreadable="a").snapshot
    reasoned = desk.load(exclude_unreadable="b").snapshot
    snapshots = [plain, dated, without, reasoned]
    assert len({snapshot and snapshot.fingerprint for snapshot in snapshots}) == 4


def test_data_on_is_the_last_event_of_all_tables(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n")
    desk.put("invoices.csv", "invoice_id,issued_on,due_on,amount\n1,2026-02-01,2026-12-01,5\n")
    snapshot = desk.load().snapshot
    assert snapshot
    assert snapshot.data_on == date(2026, 2, 1)
    assert snapshot.tables["spend"].last_event == date(2026, 1, 5)


def test_without_any_event_the_data_date_must_be_said(desk: Desk) -> None:
    desk.put("accounts.csv", "account_id,owner\nA,Ann\n")
    assert "say the day the data speaks of" in desk.refusal()
    assert desk.load(data_on=date(2026, 1, 1)).snapshot


def test_tables_absent_from_a_load_carry_over(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n")
    first = desk.load().snapshot
    (desk.folder / "spend.csv").unlink()
    desk.put("accounts.csv", "account_id,owner\nA,Ann\n")
    second = desk.load().snapshot
    assert first
    assert second
    assert second.tables["spend"] == first.tables["spend"]
    assert second.parent == first.fingerprint
    assert second.data_on == first.data_on


def test_full_replaces_a_table_and_upsert_replaces_rows(desk: Desk) -> None:
    mapping = """{{name: own, title: Own, files: spend.csv, header: spend_id, tables: [{{table: spend, load: {load},
      columns: {{spend_id: spend_id, spent_on: spent_on, function: function, amount: amount}}}}]}}"""
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n2,2026-01-05,sales,5\n")
    desk.load()
    desk.put("spend.csv", f"{SPEND}2,2026-01-05,sales,7\n3,2026-01-05,sales,8\n")
    upserted = desk.load(mapping_of(mapping.format(load="upsert")))
    assert [(key, int(amount)) for key, amount in desk.rows(upserted, "spend", "spend_id, amount")] == [
        ("1", 5), ("2", 7), ("3", 8),
    ]  # fmt: skip
    assert len(desk.rows(desk.load(mapping_of(mapping.format(load="full"))), "spend")) == 2


def test_history_is_kept_and_an_earlier_snapshot_can_be_restored(desk: Desk) -> None:
    fingerprints = []
    for amount in (1, 2, 3):
        desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,{amount}\n")
        snapshot = desk.load().snapshot
        assert snapshot
        fingerprints.append(snapshot.fingerprint)
    assert [snapshot.fingerprint for snapshot in snapshot_history(desk.workspace)] == fingerprints
    assert load_snapshot(desk.workspace, fingerprints[0]).parent is None
    restored = restore(desk.workspace, fingerprints[0])
    assert restored == current_snapshot(desk.workspace)
    assert restored.parent is None, "it was loaded onto nothing"
    assert len(snapshot_history(desk.workspace)) == 4
    with pytest.raises(KeyError):
        load_snapshot(desk.workspace, "unknown")


def test_problems_change_nothing(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n")
    desk.load()
    before = content(desk.workspace)
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,six\n")
    desk.refusal()
    assert content(desk.workspace) == before


@pytest.mark.parametrize("step", ["keep_table", "fingerprint_of", "_replace"])
def test_an_interrupted_import_leaves_the_old_snapshot(desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n")
    old = desk.load().snapshot
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,6\n")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(snapshot_store, step, die)
        patch.setattr("kpi_engine.importing.keep_table", snapshot_store.keep_table)
        with pytest.raises(KeyboardInterrupt):
            desk.load()
    assert current_snapshot(desk.workspace) == old
    assert desk.load().snapshot != old


def test_progress_is_told(desk: Desk) -> None:
    told: list[tuple[str, float]] = []
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n")
    desk.load(progress=lambda words, share: told.append((words, share)))
    assert [words for words, _ in told] == ["Reading spend.csv", "Writing spend"]
    assert all(0 <= share <= 1 for _, share in told)
