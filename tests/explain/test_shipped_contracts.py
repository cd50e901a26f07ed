"""Every shipped contract, each variant, on the sample company: the SQL says what the engine says."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from kpi_engine.engine import Engine
from kpi_engine.importing import ImportResult
from kpi_engine.metrics.movements import Movements
from kpi_engine.question import Series
from kpi_engine.snapshot import Snapshot

from .comparing import TOTAL, added_up, differences, latest_final, same, ungated

CONFIG = Path(__file__).parents[2] / "config"
KPIS = sorted(path.stem for path in (CONFIG / "contracts").glob("*.yaml"))
Read = tuple[Engine, Snapshot, dict[str, list[Series]]]


@pytest.fixture(scope="module")
def read(imported: ImportResult) -> Read:
    """All variants of all contracts, read at once."""
    snapshot = imported.snapshot
    assert snapshot
    shipped, problems = Engine.load(CONFIG / "contracts", CONFIG / "company.yaml", CONFIG / "known_issues", (snapshot,))
    assert shipped, problems
    variants = {
        f"{contract.id} {variant}": ungated(contract, variant)
        for contract in shipped.contracts.values()
        for variant in contract.variants
    }
    engine = Engine(shipped.company, variants, shipped.known_issues, shipped.history)
    found: dict[str, list[Series]] = defaultdict(list)
    for series in engine.series(snapshot, snapshot.data_on):
        rules = series.contract.rules
        if series.window == (rules[0].window if rules else series.contract.windows[0]):
            found[series.contract.id].append(series)
    return engine, snapshot, found


@pytest.mark.parametrize("kpi", KPIS)
def test_sql_says_what_the_engine_says(kpi: str, read: Read) -> None:
    engine, snapshot, found = read
    assert found[kpi]
    for series in found[kpi]:
        at = latest_final(series)
        assert at is not None
        wrong = differences(engine, snapshot, snapshot.data_on, series, [TOTAL, *series.slices[1:2]], at)
        assert not wrong, wrong[0]


@pytest.mark.parametrize("kpi", KPIS)
def test_the_records_behind_add_up_to_the_number(kpi: str, read: Read) -> None:
    engine, snapshot, found = read
    for series in found[kpi]:
        at = latest_final(series)
        assert at is not None
        period, value, n = series.periods[at], series.result.value[0, at], int(series.result.n[0, at])
        rows = engine.records(
            snapshot, f"{kpi} {series.variant}", snapshot.data_on,
            start=period.start, end=period.end, window=series.window, limit=1_000_000,
        )  # fmt: skip
        metric = series.contract.variants[series.variant].metric
        if not len(rows) or np.isnan(value):
            assert n == 0 or not value > 0
            continue
        got = added_up(metric, rows)
        # A customer who moved in two months is one line of the file, with both.
        assert got.n == n or (isinstance(metric, Movements) and got.n < n) or got.value is None
        assert got.value is None or same(got.value, float(value)), (series.variant, got, value)


@pytest.mark.parametrize("dimension", ["region", pytest.param("segment", marks=pytest.mark.all)])
def test_several_slices_count_together(dimension: str, read: Read) -> None:
    engine, snapshot, found = read
    asked = {dimension: {"region": ("EMEA", "APAC"), "segment": ("Enterprise", "SMB")}[dimension]}
    known = {kpi: series[0] for kpi, series in found.items() if (dimension, asked[dimension][0]) in series[0].slices}
    kpis = [f"{kpi} {series.variant}" for kpi, series in known.items()]
    compared = 0
    for series in engine.series(snapshot, snapshot.data_on, kpis=kpis, within=asked, by=[dimension]):
        if series.window != known[series.contract.id].window:
            continue
        at = latest_final(series)
        assert at is not None
        assert {slice_ for name, slice_ in series.slices if name == dimension} <= set(asked[dimension])
        wrong = differences(engine, snapshot, snapshot.data_on, series, [TOTAL], at, asked)
        assert not wrong, wrong[0]
        compared += 1
    assert compared > 20
