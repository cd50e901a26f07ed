"""What a page costs the server that was drawn before, in a session that is open."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from .server import Server
from .visitor import PAGES, visit

_BEFORE, _TIMES = 5, 20
# Between two pages: the server answers before it has put everything away.
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Warm:
    """Milliseconds of one rerun of a page: processor time of the server (mean), and until it was drawn (median)."""

    page: str
    cpu: float
    wall: float


async def warm(server: Server) -> list[Warm]:
    """Every page, drawn again and again for one person; SystemExit where one goes wrong."""
    one = await visit(server.port, server.token("dana"))
    await one.open("")
    found = []
    for page in PAGES:
        for _ in range(_BEFORE):
            await one.open(page)
        cpu, wall = [], []
        for _ in range(_TIMES):
            await asyncio.sleep(_PAUSE)
            before = server.cpu_seconds()
            wall.append(1000 * await one.open(page))
            await asyncio.sleep(_PAUSE)
            cpu.append(1000 * (server.cpu_seconds() - before))
        # The system counts processor time in hundredths of a second: a mean sees between them, a median does not.
        found.append(Warm(page or "exceptions", statistics.mean(cpu), statistics.median(wall)))
    if one.errors:
        raise SystemExit("\n".join(one.errors))
    return found


def table(found: Sequence[Warm]) -> list[str]:
    """As Markdown."""
    rows = (f"| {one.page.replace('_', ' ')} | {one.cpu:.0f} ms | {one.wall:.0f} ms |" for one in found)
    return ["| page | CPU of the server | drawn after |", "|---|---:|---:|", *rows]
