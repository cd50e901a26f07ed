"""The benchmarks run and compare equal things. How long anything takes is not a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import data
from benchmarks.__main__ import document
from benchmarks.measuring import Measured, in_fresh_process
from benchmarks.pages.warm import Warm
from benchmarks.report import STEPS, TARGETS


def test_equal_sizes_give_equal_files(tmp_path: Path) -> None:
    data.write_exports(tmp_path / "one", 50)
    data.write_exports(tmp_path / "two", 50)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "subscriptions.csv" in names
    for name in names:
        one, two = ((tmp_path / folder / name).read_text().splitlines() for folder in ("one", "two"))
        assert sorted(one) == sorted(two), name


def test_pandas_reads_what_the_engine_reads() -> None:
    data.exports("tiny")
    imported = in_fresh_process("import_all", "tiny")
    assert imported.found["rows"]["stage_history"] == 6 * data.SIZES["tiny"]
    agreed = in_fresh_process("agreement", "tiny").found
    assert agreed["compared"] > 50_000
    assert agreed["different"] == 0, agreed["kpis"]


@pytest.mark.parametrize("seconds", [0.001, 1000.0])
def test_a_miss_is_called_a_miss(seconds: float) -> None:
    data.exports("tiny")
    results = {f"{step} tiny": Measured(step, "tiny", seconds, 1.0, 100.0, {}) for step in STEPS}
    results["agreement tiny"] = Measured("agreement", "tiny", 1.0, 1.0, 100.0, {"compared": 10, "different": 0})
    text = document("tiny", results, [Warm("exceptions", 50, 60)])
    assert "| exceptions | 50 ms | 60 ms |" in text
    assert all(target.text in text for target in TARGETS)
    exceptions = next(line for line in text.splitlines() if line.startswith("| exceptions within"))
    assert ("**missed**" in exceptions) == (seconds > 1)
