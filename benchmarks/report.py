"""The measurements as a table, held against the targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .measuring import Measured

# "step size" → what was measured.
Results = Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised of a step: a number that `read` takes from the results must not be above (or below) a limit."""

    text: str
    read: Callable[[Results, str], float]
    shown: str
    at_most: float = float("inf")
    at_least: float = 0

    def met(self, results: Results, size: str) -> bool:
        """Whether the promise holds."""
        return self.at_least <= self.read(results, size) <= self.at_most


def _seconds(results: Results, size: str, step: str) -> float:
    return results[f"{step} {size}"].seconds


def _ratio(step: str, to: str) -> Callable[[Results, str], float]:
    return lambda results, size: _seconds(results, size, step) / _seconds(results, size, to)


def smaller(size: str) -> str:
    """The size at which pandas is compared a second time, and its values with ours."""
    return "tenth" if size == "full" else size


TARGETS = (
    Target("import at most 4 × DuckDB's scan of the CSV files as text", _ratio("import_all", "csv_scan_text"),
           "{:.1f} ×", at_most=4),
    Target("twelve KPIs at most 12 × DuckDB's scan of their Parquet columns", _ratio("twelve", "parquet_scan"),
           "{:.1f} ×", at_most=12),
    Target("twelve KPIs at least 20 × faster than pandas", _ratio("in_pandas", "twelve"), "{:.1f} ×", at_least=20),
    Target("the same on a tenth of the data",
           lambda results, size: _ratio("in_pandas", "twelve")(results, smaller(size)), "{:.1f} ×", at_least=20),
    Target("all shipped contracts within 30 s", lambda r, size: _seconds(r, size, "all_contracts"), "{:.1f} s",
           at_most=30),
    Target("all shipped contracts within 2 GB", lambda r, size: r[f"all_contracts {size}"].peak_mb, "{:,.0f} MB",
           at_most=2048),
    Target("drill-down of one KPI within 200 ms", lambda r, size: 1000 * _seconds(r, size, "drill_down"), "{:.0f} ms",
           at_most=200),
    Target("exceptions within 50 ms", lambda r, size: 1000 * _seconds(r, size, "exceptions"), "{:.0f} ms", at_most=50),
)  # fmt: skip

STEPS = {
    "csv_scan_text": "DuckDB alone: scan of all CSV columns as text",
    "csv_scan_typed": "DuckDB alone: the same, types found out",
    "import_all": "import: CSV → checked, typed, keyed snapshot",
    "parquet_scan": "DuckDB alone: scan of the twelve KPIs' Parquet columns",
    "twelve": "twelve KPIs × 43 slices × 104 weeks",
    "one_table_changed": "the same, only the leads changed since their sums were kept",
    "in_pandas": "the same twelve KPIs in pandas",
    "all_contracts": "readings of all shipped contracts",
    "assess": "cards of all shipped contracts",
    "next_week": "one week more: import by key, twelve KPIs anew",
    "drill_down": "drill-down: one KPI, one dimension, within one slice",
    "exceptions": "exceptions from the stored assessment",
}


# What reads CSV files is held against their scan, everything else against that of the Parquet columns.
_READS_CSV = ("csv_scan_text", "csv_scan_typed", "import_all", "next_week")


def steps_table(results: Results) -> list[str]:
    """A Markdown table of every measurement, with its ratio to DuckDB alone reading the same columns."""
    lines = ["| step | data | wall time | to DuckDB alone | CPU time | peak memory | found |"]
    lines.append("|---|---|---:|---:|---:|---:|---|")
    for one in results.values():
        if one.step in STEPS:
            found = ", ".join(f"{value:,} {name}" for name, value in one.found.items() if isinstance(value, int))
            lines.append(
                f"| {STEPS[one.step]} | {one.size} | {one.seconds:,.3g} s | {_to_duckdb(one, results)} "
                f"| {one.cpu_seconds:,.3g} s | {one.peak_mb:,.0f} MB | {found} |"
            )
    return lines


def _to_duckdb(one: Measured, results: Results) -> str:
    alone = results.get(f"{'csv_scan_text' if one.step in _READS_CSV else 'parquet_scan'} {one.size}")
    return f"{one.seconds / alone.seconds:,.3g} ×" if alone else ""


def targets_table(results: Results, size: str) -> list[str]:
    """A Markdown table of the targets, a miss called a miss."""
    lines = ["| target | measured | |", "|---|---:|---|"]
    for target in TARGETS:
        shown = target.shown.format(target.read(results, size))
        lines.append(f"| {target.text} | {shown} | {'met' if target.met(results, size) else '**missed**'} |")
    return lines
