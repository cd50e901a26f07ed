"""`python -m benchmarks.pages warm|sessions [--workspace DIR]`: what the app's pages cost, measured and printed."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from .server import serving
from .sessions import sessions
from .warm import table, warm


def main() -> None:
    """Start the app, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.pages", description=__doc__)
    parser.add_argument("trial", choices=("warm", "sessions"))
    parser.add_argument("--workspace", type=Path, help="a workspace that has lived; by default one is made")
    parser.add_argument("--people", type=int, default=25)
    parser.add_argument("--think", type=float, default=10, help="seconds between two clicks, on average")
    parser.add_argument("--minutes", type=float, default=5)
    said = parser.parse_args()
    with serving(said.workspace) as server:
        if said.trial == "warm":
            print(*table(asyncio.run(warm(server))), sep="\n")
            return
        found = asyncio.run(sessions(server, said.people, said.think, 60 * said.minutes))
    print(f"{found.people} sessions, {said.think:.0f} s to think, {said.minutes:g} minutes: {found.pages} pages drawn")
    print(f"p50 {found.p50:.2f} s, p95 {found.p95:.2f} s, worst {found.worst:.2f} s")
    print(f"memory: {found.memory_then:.0f} MB after a third, {found.memory_at_end:.0f} MB at the end")
    print(f"errors: {len(found.errors)}", *sorted(set(found.errors)), sep="\n  ")


if __name__ == "__main__":
    main()
