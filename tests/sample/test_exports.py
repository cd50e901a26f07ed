"""The files: equal seeds give equal bytes, every source format looks as its system writes it."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from kpi_engine.sample import DATA_ON, World, write_sample
from kpi_engine.sample.stories import DUPLICATED_ROWS, STALE_SPEND
from kpi_engine.tables.catalogue import BY_NAME

FOREIGN = {
    "salesforce_opportunities.csv",
    "salesforce_opportunity_history.csv",
    "hubspot-crm-exports-smb-deals-2026-06-28.csv",
    "stripe_subscriptions.csv",
}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def own_tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    return {path.stem: rows_of(path) for path in sorted(folder.glob("*.csv")) if path.name not in FOREIGN}


def test_equal_seed_gives_equal_bytes_and_another_seed_another_company(tmp_path: Path) -> None:
    first, second, other = (write_sample(tmp_path / str(i), seed=seed, months=2) for i, seed in enumerate((3, 3, 4)))
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert first[0].read_bytes() != other[0].read_bytes()


def test_size_stays_modest(exports: Path, world: World) -> None:
    assert sum(path.stat().st_size for path in exports.iterdir()) < 25_000_000
    assert 8_000 < len(world.deals) < 14_000
    assert {path.name for path in exports.iterdir()} > FOREIGN


def test_own_tables_use_the_catalogue_s_names_and_hold_every_tier_1_column(exports: Path) -> None:
    for name, rows in own_tables(exports).items():
        table = BY_NAME[name]
        assert rows, name
        for column in rows[0]:
            assert table.column(column), f"{name}.{column}"
        needed = {column.name for column in table.columns if column.tier == 1 and not column.derived}
        assert needed <= set(rows[0]), name


def test_nothing_has_happened_after_the_last_day(exports: Path) -> None:
    for name, rows in own_tables(exports).items():
        for column in BY_NAME[name].event_columns:
            if column in rows[0]:
                assert max(row[column] for row in rows) <= DATA_ON.isoformat(), f"{name}.{column}"


def test_identifiers_are_unique_save_for_the_planted_duplicates(exports: Path) -> None:
    for name, rows in own_tables(exports).items():
        counts = Counter(tuple(row[column] for column in BY_NAME[name].key) for row in rows)
        twice = [key for key, count in counts.items() if count > 1]
        if name != "leads":
            assert not twice, name
            continue
        planted = [row for row in rows if DUPLICATED_ROWS.start.isoformat() <= row["created_on"]]
        planted = [row for row in planted if row["created_on"] <= DUPLICATED_ROWS.end.isoformat()]
        assert len(twice) * 2 == len(planted) > 80
        assert len({tuple(row.items()) for row in planted}) == len(twice)


def test_every_account_named_in_a_table_exists(exports: Path) -> None:
    tables = own_tables(exports)
    known = {row["account_id"] for row in tables["accounts"]}
    for name, rows in tables.items():
        if "account_id" in rows[0]:
            assert {row["account_id"] for row in rows} - {""} <= known, name
    assert {row["Customer ID"] for row in rows_of(exports / "stripe_subscriptions.csv")} <= known


def test_salesforce_report_ends_in_its_footer_and_dates_are_american(exports: Path) -> None:
    lines = (exports / "salesforce_opportunities.csv").read_text(encoding="utf-8").splitlines()
    rows = [row for row in rows_of(exports / "salesforce_opportunities.csv") if row["Stage"]]
    assert lines[-3] == f'"Grand Totals ({len(rows)} records)"'
    assert lines[-1].startswith('"Copyright')
    assert {row["Segment"] for row in rows} == {"Enterprise", "Mid-Market"}
    assert any(int(row["Close Date"].split("/")[1]) > 12 for row in rows)


def test_hubspot_knows_when_each_stage_was_entered(exports: Path) -> None:
    rows = rows_of(exports / "hubspot-crm-exports-smb-deals-2026-06-28.csv")
    won = [row for row in rows if row["Deal Stage"] == "Closed Won"]
    stages = ["Qualification", "Discovery", "Pilot", "Proposal", "Negotiation", "Closed Won"]
    assert len(won) > 500
    for row in won:
        entered = [row[f'Date entered "{stage} (SMB Pipeline)"'] for stage in stages]
        assert all(entered) and entered == sorted(entered)


def test_the_spend_export_stops_early(exports: Path) -> None:
    spend = own_tables(exports)["spend"]
    assert max(row["spent_on"] for row in spend) == "2025-12-14" < STALE_SPEND.start.isoformat()
