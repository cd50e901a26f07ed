"""The benchmarks run, and measure equal things; how long they take is not a test."""

from __future__ import annotations

from pathlib import Path

from benchmarks import data
from benchmarks.__main__ import document, measure
from benchmarks.report import TARGETS


def test_equal_sizes_give_equal_files(tmp_path: Path) -> None:
    data.write_exports(tmp_path / "one", 50)
    data.write_exports(tmp_path / "two", 50)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "subscriptions.csv" in names
    for name in names:
        one, two = ((tmp_path / folder / name).read_text().splitlines() for folder in ("one", "two"))
        assert sorted(one) == sorted(two), name


def test_every_step_runs_and_pandas_reads_what_the_engine_reads() -> None:
    results = measure("tiny")
    agreed = results["agreement tiny"].found
    assert agreed["compared"] > 10_000
    assert agreed["different"] == 0, agreed["kpis"]
    text = document("tiny", results)
    assert all(target.text in text for target in TARGETS)
