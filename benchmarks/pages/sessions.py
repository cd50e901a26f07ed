"""Many people at once, each reading and thinking at their own pace."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass

from .server import Server
from .visitor import PAGES, Visitor, visit

_READERS = ("dana", "ines", "felix", "marta", "hugo", "carla", "remy", "anna", "tess", "vik")


@dataclass(frozen=True, slots=True)
class Sessions:
    """Pages drawn, seconds until they were, megabytes the server held after a third and at the end, what failed."""

    people: int
    pages: int
    p50: float
    p95: float
    worst: float
    memory_then: float
    memory_at_end: float
    errors: tuple[str, ...]


async def sessions(server: Server, people: int, think: float, seconds: float) -> Sessions:
    """So many people for so long, with `think` seconds on average between two clicks of each."""
    tokens = [server.token(_READERS[number % len(_READERS)]) for number in range(people)]
    visitors = [await visit(server.port, token) for token in tokens]
    until = time.monotonic() + seconds
    memory: list[float] = []
    watched = asyncio.create_task(_watch(server, memory, until))
    found = await asyncio.gather(*(_read(one, think, until) for one in visitors))
    await watched
    waits = sorted(wait for waits in found for wait in waits)
    p50, p95, worst = (waits[int(share * (len(waits) - 1))] for share in (0.5, 0.95, 1))
    errors = tuple(error for one in visitors for error in one.errors)
    return Sessions(people, len(waits), p50, p95, worst, memory[len(memory) // 3], memory[-1], errors)


async def _read(one: Visitor, think: float, until: float) -> list[float]:
    chance, waits = random.Random(), []
    await asyncio.sleep(chance.uniform(0, think))
    while time.monotonic() < until:
        waits.append(await one.open(chance.choice(PAGES)))
        await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
    return waits


async def _watch(server: Server, memory: list[float], until: float) -> None:
    while time.monotonic() < until:
        memory.append(server.memory_mb())
        await asyncio.sleep(5)
