"""`python -m benchmarks [--size full|tenth|tiny] [--write]`: measures, prints, and records in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .data import SIZES, WEEKS, exports
from .measuring import Measured, in_fresh_process
from .pages.server import serving
from .pages.warm import Warm, table, warm
from .report import STEPS, smaller, steps_table, targets_table

DOCUMENT = Path("docs/benchmarks.md")
_HEAD = """# Benchmarks

Made by `make bench` (with `--write`; `.venv/bin/python -m benchmarks --size {size} --write`). The data are
generated, the same at every run: {deals:,} opportunities, {stages:,} stage changes, {leads:,} leads, {customers:,}
subscriptions with {lines:,} lines that move their amount, and smaller tables beside them, over {weeks} weeks;
{megabytes:,} MB of CSV. Machine: {cores} cores, {memory} GB of memory. Every step runs in a process of its own, its
imports not counted; short ones several times, the median counts.
"""
_NOTES = """
How to read it:

- The baselines are DuckDB alone in the same run, on the same files: reading all CSV columns as text (or with the types
  it finds out), and looking at every value of the Parquet columns that the twelve KPIs need.
- The pandas version is what a good analyst writes (`benchmarks/pandas_kpis.py`): group, unstack, roll, loops for
  medians and months. It reads the same Parquet files, and its {compared:,} values equal the engine's: {different}
  differ.
- One week more is what the product does today: the fresh rows are imported by key into the stored tables, which are
  written anew, and everything that stands on them is computed anew. What stands on unchanged tables can be kept
  (`kpi_engine/partial_store.py`); all other steps keep nothing.
- The shipped contracts ask for more tables than the five large ones; those are smaller (up to half a million rows).
- The exceptions are read from disk each time; a page that is asked twice keeps them in memory.
"""
_PAGES = """## Pages

What the server spends on a page of the sample company that was drawn before, in an open session (mean of 20;
target: 60 ms of processor time for exceptions, decisions and meeting), and how long the browser waits for it
(`.venv/bin/python -m benchmarks.pages warm`). Many sessions at once: [security.md](security.md#figures).
"""


def main() -> None:
    """Measures every step of a size, prints the tables, and writes the document if asked."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--write", action="store_true", help=f"record the tables in {DOCUMENT}")
    arguments = parser.parse_args()
    results = measure(arguments.size)
    print("pages of the sample company …", file=sys.stderr, flush=True)
    with serving(None) as server:
        pages = asyncio.run(warm(server))
    text = document(arguments.size, results, pages)
    print(text)
    if arguments.write:
        DOCUMENT.write_text(text, encoding="utf-8")


def measure(size: str) -> dict[str, Measured]:
    """Every step at its size; pandas, and what it is compared with, at the smaller one too."""
    asked = [(step, size) for step in STEPS]
    less = smaller(size)
    if less != size:
        asked += [(step, less) for step in ("csv_scan_text", "import_all", "parquet_scan", "twelve", "in_pandas")]
    asked.append(("agreement", less))
    results = {}
    for step, of in asked:
        exports(of)
        print(f"{STEPS.get(step, step)} ({of}) …", file=sys.stderr, flush=True)
        results[f"{step} {of}"] = in_fresh_process(step, of)
    return results


def document(size: str, results: dict[str, Measured], pages: Sequence[Warm]) -> str:
    """The whole report as Markdown."""
    deals, less = SIZES[size], smaller(size)
    agreed = results[f"agreement {less}"].found
    head = _HEAD.format(
        size=size, deals=deals, stages=6 * deals, leads=2 * deals, customers=deals * 3 // 10, lines=3 * deals,
        weeks=WEEKS, megabytes=sum(path.stat().st_size for path in exports(size).iterdir()) // 10**6,
        cores=os.cpu_count(), memory=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3),
    )  # fmt: skip
    tables = [*targets_table(results, size), "", *steps_table(results)]
    return "\n".join([head, *tables, _NOTES.format(**agreed), _PAGES, *table(pages), ""])


if __name__ == "__main__":
    main()
