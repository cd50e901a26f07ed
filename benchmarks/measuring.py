"""Runs one step in a process of its own and says how long it took and how much memory the process had at most."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from resource import RUSAGE_SELF, getrusage
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """A step's wall and CPU time without imports (medians where it ran several times), its peak, what it found."""

    step: str
    size: str
    seconds: float
    cpu_seconds: float
    peak_mb: float
    found: dict[str, Any]


def timed(step: str, size: str, work: Callable[[], dict[str, Any]], times: int) -> Measured:
    """Runs the work in this process."""
    seconds, cpu, found = [], [], {}
    for _ in range(times):
        start, worked = time.perf_counter(), time.process_time()
        found = work()
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - worked)
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    return Measured(step, size, statistics.median(seconds), statistics.median(cpu), peak, found)


def in_fresh_process(step: str, size: str) -> Measured:
    """Runs a step of `benchmarks.steps` in a process of its own; a step that fails ends the benchmark."""
    command = [sys.executable, "-m", "benchmarks.steps", step, size]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return Measured(**json.loads(answer.splitlines()[-1]))


def as_json(measured: Measured) -> str:
    """One line that `in_fresh_process` reads."""
    return json.dumps(asdict(measured))
