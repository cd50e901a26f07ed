"""Spoils and imports every file and writes the table: `python -m tests.robustness --write docs/robustness.md`."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from .census import FILES, Count, census, measured
from .document import document


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.robustness", description=__doc__)
    parser.add_argument("--write", type=Path, help="the document to write; without it, the table is printed")
    parser.add_argument("--files", type=int, default=FILES, help="how many files in all (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once (%(default)s)")
    asked = parser.parse_args()
    plan = census(asked.files)
    found: dict[str, Count] = {}
    with ProcessPoolExecutor(asked.jobs) as pool:
        running = {pool.submit(measured, name, seeds): name for name, seeds in plan.items()}
        for number, done in enumerate(as_completed(running), start=1):
            name = running[done]
            found[name] = done.result()
            print(f"{number}/{len(plan)} {name}", *found[name].failures[:3], sep="\n  ", file=sys.stderr)
    text = document({name: found[name] for name in plan})
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 1 if any(count.failures for count in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
