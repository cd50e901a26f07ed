"""What is measured, step by step. Each step prepares, then gives the work to be timed and how often to run it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from kpi_engine.company import Company
from kpi_engine.contracts_folder import load_contracts
from kpi_engine.engine import Engine
from kpi_engine.importing import current_snapshot, import_folder
from kpi_engine.mappings.canonical import canonical_mappings
from kpi_engine.mappings.model import Mapping
from kpi_engine.partial_store import PartialStore
from kpi_engine.snapshot import Snapshot
from kpi_engine.yaml_strict import load_model
from services import publication
from services.brief import brief
from services.people import LOCAL_PERSON
from services.site import Site

from .contracts import COMPANY, contracts
from .data import AS_OF, DATA, exports, write_next_week
from .measuring import as_json, timed
from .pandas_kpis import pandas_readings

Work = Callable[[], dict[str, Any]]
# What the twelve KPIs read of each table.
COLUMNS = {
    "opportunities": (
        "account_id, opportunity_id, status, amount, list_amount, created_on, closed_on, segment, region, source"
    ),
    "stage_history": "opportunity_id, stage, entered_on",
    "leads": "account_id, source, segment, region, created_on, sql_on, converted_on",
    "subscriptions": "account_id, kind, status, starts_on, ends_on, arr",
    "accounts": "account_id, segment, region, industry, tier, source",
}
CONFIG = Path("config")


def workspace(size: str) -> Path:
    """Where the imported exports of a size lie."""
    return DATA / size / "workspace"


def _snapshot(size: str) -> Snapshot:
    snapshot = current_snapshot(workspace(size))
    assert snapshot is not None
    return snapshot


def _csv_scan(size: str, options: str) -> tuple[Work, int]:
    def work() -> dict[str, Any]:
        with duckdb.connect() as connection:
            for path in sorted(exports(size).glob("*.csv")):
                connection.execute(f"SELECT count(COLUMNS(*)) FROM read_csv('{path}'{options})").fetchall()
        return {}

    return work, 3


def csv_scan_text(size: str) -> tuple[Work, int]:
    """DuckDB alone reads every column of the CSV files as text."""
    return _csv_scan(size, ", all_varchar = true")


def csv_scan_typed(size: str) -> tuple[Work, int]:
    """DuckDB alone reads every column of the CSV files into types it finds out itself."""
    return _csv_scan(size, "")


def import_all(size: str) -> tuple[Work, int]:
    """The product imports the folder of CSV files: checks, types, keys, Parquet, fingerprints."""
    folder, target = exports(size), workspace(size)
    shutil.rmtree(target, ignore_errors=True)

    def work() -> dict[str, Any]:
        return _imported(folder, target, canonical_mappings())

    return work, 1


def _imported(folder: Path, target: Path, mappings: tuple[Mapping, ...]) -> dict[str, Any]:
    result = import_folder(folder, target, COMPANY, mappings, today=AS_OF)
    assert result.snapshot, result.problems[:5]
    return {"rows": {name: table.rows for name, table in result.snapshot.tables.items()}}


def parquet_scan(size: str) -> tuple[Work, int]:
    """DuckDB alone reads the columns of the twelve KPIs from the snapshot's Parquet files."""
    tables = _snapshot(size).tables

    def work() -> dict[str, Any]:
        with duckdb.connect() as connection:
            for name, columns in COLUMNS.items():
                source = f"(SELECT {columns} FROM read_parquet('{tables[name].path}'))"
                _touch(connection, source, columns)
        return {}

    return work, 5


def _touch(connection: duckdb.DuckDBPyConnection, source: str, columns: str) -> None:
    # A hash must look at every value; max() and count() are answered from the file's statistics.
    looked_at = ", ".join(f"bit_xor(hash({column}))" for column in columns.split(", "))
    connection.execute(f"SELECT {looked_at} FROM {source}").fetchall()


def twelve(size: str) -> tuple[Work, int]:
    """Twelve KPIs × 43 slices × 104 weeks (or 24 months), everything from Parquet to readings."""
    engine, snapshot = Engine(COMPANY, contracts()), _snapshot(size)
    return lambda: {"readings": len(engine.readings(snapshot, AS_OF))}, 3


def one_table_changed(size: str) -> tuple[Work, int]:
    """The twelve KPIs where all tables but the leads are as they were when their sums were kept."""
    snapshot, scratch = _snapshot(size), Path(tempfile.mkdtemp(dir=DATA / size))
    engine = Engine(COMPANY, contracts(), partials=PartialStore(scratch))
    engine.readings(snapshot, AS_OF)
    changed = replace(snapshot.tables["leads"], digest="of other content")

    def work() -> dict[str, Any]:
        read = engine.readings(replace(snapshot, tables=snapshot.tables | {"leads": changed}), AS_OF)
        shutil.rmtree(scratch)
        return {"readings": len(read)}

    return work, 1


def in_pandas(size: str) -> tuple[Work, int]:
    """The same twelve KPIs as a good analyst writes them in pandas, from Parquet to readings."""
    snapshot = _snapshot(size)
    paths = {name: table.path for name, table in snapshot.tables.items()}
    return lambda: {"readings": len(pandas_readings(paths))}, 1


def agreement(size: str) -> tuple[Work, int]:
    """Whether pandas and the engine read the same values (not a speed)."""
    snapshot = _snapshot(size)

    def work() -> dict[str, Any]:
        theirs = pandas_readings({name: table.path for name, table in snapshot.tables.items()})
        ours = Engine(COMPANY, contracts()).readings(snapshot, AS_OF)
        return differences(ours, theirs)

    return work, 1


def differences(ours: pd.DataFrame, theirs: pd.DataFrame) -> dict[str, Any]:
    """Values that the engine judged, how many of them pandas lacks or reads otherwise, and in which KPIs."""
    key = ["kpi", "dimension", "slice", "window", "period_end"]
    judged = ours[ours["value"].notna()].astype({"period_end": "datetime64[s]"})
    both = judged[[*key, "value"]].merge(theirs.astype({"period_end": "datetime64[s]"}), on=key, how="left")
    same = np.isclose(both["value_x"], both["value_y"], rtol=1e-9, atol=1e-9)
    return {"compared": len(both), "different": int((~same).sum()), "kpis": sorted(set(both["kpi"][~same]))}


def all_contracts(size: str) -> tuple[Work, int]:
    """All contracts that ship, all their dimensions, windows and periods."""
    engine, snapshot = _shipped(), _snapshot(size)
    return lambda: {"contracts": len(engine.contracts), "readings": len(engine.readings(snapshot, AS_OF))}, 1


def assess(size: str) -> tuple[Work, int]:
    """The cards of all contracts that ship."""
    engine, snapshot = _shipped(), _snapshot(size)

    def work() -> dict[str, Any]:
        found = engine.assess(snapshot, AS_OF)
        return {"cards": len(found.cards), "checks": len(found.checks)}

    return work, 1


def _shipped() -> Engine:
    company, problems = load_model(CONFIG / "company.yaml", Company)
    found, more = load_contracts(CONFIG / "contracts", company)
    assert company and not problems and not more, (*problems, *more)
    return Engine(company, found)


def next_week(size: str) -> tuple[Work, int]:
    """One week more, imported by key into the stored tables, and the twelve KPIs computed anew."""
    scratch = Path(tempfile.mkdtemp(dir=DATA / size))
    folder, target = scratch / "exports", scratch / "workspace"
    write_next_week(exports(size), folder)
    shutil.copytree(workspace(size), target, copy_function=os.link)
    mappings = tuple(map(_by_key, canonical_mappings()))

    def work() -> dict[str, Any]:
        found = _imported(folder, target, mappings)
        snapshot = current_snapshot(target)
        assert snapshot
        found |= {"readings": len(Engine(COMPANY, contracts()).readings(snapshot, AS_OF))}
        shutil.rmtree(scratch)
        return found

    return work, 1


def _by_key(mapping: Mapping) -> Mapping:
    tables = tuple(table.model_copy(update={"load": "upsert"}) for table in mapping.tables)
    return mapping.model_copy(update={"tables": tables})


def drill_down(size: str) -> tuple[Work, int]:
    """One KPI by one dimension within one slice, from Parquet, in a process that is already running."""
    engine, snapshot = Engine(COMPANY, contracts()), _snapshot(size)

    def work() -> dict[str, Any]:
        read = engine.readings(
            snapshot, AS_OF, kpis=["win_rate"], by=["region"], within={"segment": "segment 1"}, windows=["week"]
        )
        return {"readings": len(read)}

    return work, 7


def exceptions(size: str) -> tuple[Work, int]:
    """The stored exceptions and their decisions, read from disk as the first page asks for them."""
    site = Site(workspace(size), CONFIG)
    brief(site, LOCAL_PERSON, AS_OF)

    def work() -> dict[str, Any]:
        publication._read_assessment.cache_clear()
        found, problems = brief(site, LOCAL_PERSON, AS_OF)
        assert found, problems
        return {"cards": len(found.items)}

    return work, 7


STEPS: dict[str, Callable[[str], tuple[Work, int]]] = {
    step.__name__: step
    for step in (
        csv_scan_text, csv_scan_typed, import_all, parquet_scan, twelve, one_table_changed, in_pandas, agreement,
        all_contracts, assess, next_week, drill_down, exceptions,
    )
}  # fmt: skip


def main() -> None:
    """Measures the step named on the command line."""
    step, size = sys.argv[1:]
    work, times = STEPS[step](size)
    print(as_json(timed(step, size, work, times)))


if __name__ == "__main__":
    main()
