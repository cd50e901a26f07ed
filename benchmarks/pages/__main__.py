"""`python -m benchmarks.pages warm|sessions [--workspace DIR]`: what the app's pages cost, measured and printed."""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import time
from pathlib import Path

from .server import Server, serving
from .visitor import Visitor, visit

PAGES = ("", "decisions", "meeting", "drill_down", "packet", "actions", "data_health")
_READERS = ("dana", "ines", "felix", "marta", "hugo", "carla", "remy", "anna", "tess", "vik")
_WARM, _TIMES = 5, 20


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
            asyncio.run(_warm(server))
        else:
            asyncio.run(_sessions(server, said.people, said.think, 60 * said.minutes))


async def _warm(server: Server) -> None:
    """The processor time of a page that was drawn before, in a session that is open."""
    one = await visit(server.port, server.token("dana"))
    await one.open("")
    print(f"{'page':<12} {'CPU':>8} {'wall':>8}   (ms a rerun, median of {_TIMES})")
    for page in PAGES:
        for _ in range(_WARM):
            await one.open(page)
        cpu, wall = [], []
        for _ in range(_TIMES):
            # The server answers before it has put everything away.
            await asyncio.sleep(0.05)
            before = server.cpu_seconds()
            wall.append(await one.open(page))
            await asyncio.sleep(0.05)
            cpu.append(server.cpu_seconds() - before)
        # The system counts processor time in hundredths: a mean sees between them, a median does not.
        print(f"{page or 'exceptions':<12} {1000 * statistics.mean(cpu):8.0f} {1000 * statistics.median(wall):8.0f}")
    _say(one.errors)


async def _sessions(server: Server, people: int, think: float, seconds: float) -> None:
    """Many people who read and think, each at their own pace."""
    tokens = [server.token(_READERS[number % len(_READERS)]) for number in range(people)]
    visitors = [await visit(server.port, token) for token in tokens]
    until = time.monotonic() + seconds
    memory: list[float] = []
    watched = asyncio.create_task(_watch(server, memory, until))
    waits = [wait for found in await asyncio.gather(*(_read(one, think, until) for one in visitors)) for wait in found]
    await watched
    waits.sort()
    p50, p95, worst = (waits[int(share * (len(waits) - 1))] for share in (0.5, 0.95, 1))
    print(f"{people} sessions, {think:.0f} s to think, {seconds / 60:.0f} minutes: {len(waits)} pages drawn")
    print(f"p50 {p50:.2f} s, p95 {p95:.2f} s, worst {worst:.2f} s")
    third = max(1, len(memory) // 3)
    print(f"memory: {memory[third]:.0f} MB after a third, {memory[-1]:.0f} MB at the end, {max(memory):.0f} MB at most")
    _say([error for one in visitors for error in one.errors])


async def _read(one: Visitor, think: float, until: float) -> list[float]:
    chance, waits = random.Random(id(one)), []
    await asyncio.sleep(chance.uniform(0, think))
    while time.monotonic() < until:
        waits.append(await one.open(chance.choice(PAGES)))
        await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
    return waits


async def _watch(server: Server, memory: list[float], until: float) -> None:
    while time.monotonic() < until:
        memory.append(server.memory_mb())
        await asyncio.sleep(5)


def _say(errors: list[str]) -> None:
    print(f"errors: {len(errors)}", *sorted(set(errors)), sep="\n  ")


if __name__ == "__main__":
    main()
