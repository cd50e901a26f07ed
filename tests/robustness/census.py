"""Which files are spoilt, how many of each class, and how those of a class end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from . import content, meaning, structure
from .judge import VAGUE, WRONG, Case, judge
from .truth import LAYOUTS, Sheet, clean

FILES = 3_000
MOST_SECONDS, MOST_MEGABYTES = 2, 300
GROUPS = {"Structure": structure.CLASSES, "Meaning": meaning.CLASSES, "Bytes and files": content.CLASSES}
CLASSES: dict[str, Callable[[Random, Sheet], Case]] = {
    name: spoil for group in GROUPS.values() for name, spoil in group.items()
}
_FEW = 10
"""Files of a class whose files hold megabytes."""
ROOT = Path(__file__).parents[2]


@dataclass
class Count:
    """How the files of a class ended: outcomes, what was said of those that failed, and what the costliest takes."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0
    megabytes: float = 0
    heaviest: int = 0


def case_of(name: str, seed: int) -> Case:
    """The file of this class and number; equal arguments give equal bytes."""
    rng = Random(f"{name} {seed}")
    return CLASSES[name](rng, clean(LAYOUTS[seed % len(LAYOUTS)], rng))


def census(files: int) -> dict[str, range]:
    """The numbers of the files of every class, that many in all."""
    heavy = [name for name in CLASSES if name in content.HEAVY]
    light = [name for name in CLASSES if name not in content.HEAVY]
    few = min(_FEW, -(-files // len(CLASSES)))
    each, more = divmod(files - few * len(heavy), len(light))
    counts = {name: each + (index < more) for index, name in enumerate(light)} | dict.fromkeys(heavy, few)
    return {name: range(counts[name]) for name in CLASSES}


def counted(name: str, seeds: Sequence[int]) -> Count:
    """How the files of these numbers end, in this process."""
    count = Count(heaviest=seeds[0])
    most = 0.0
    for seed in seeds:
        verdict = judge(case_of(name, seed))
        count.outcomes[verdict.outcome] += 1
        count.seconds = max(count.seconds, verdict.seconds)
        if verdict.megabytes > most:
            most, count.heaviest = verdict.megabytes, seed
        if verdict.seconds > MOST_SECONDS:
            count.failures.append(f"{name} {seed}: took {verdict.seconds:.1f} s")
        if verdict.outcome in (WRONG, VAGUE):
            count.failures.append(f"{name} {seed}: {verdict.outcome}: {verdict.said[:400]}")
    return count


def measured(name: str, seeds: Sequence[int]) -> Count:
    """The same, with the most memory of importing the heaviest of them in a process of its own."""
    count = counted(name, seeds)
    probe = subprocess.run(
        [sys.executable, "-m", "tests.robustness.probe", name, str(count.heaviest)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    count.megabytes, seconds = json.loads(probe.stdout)
    count.seconds = max(count.seconds, seconds)
    if count.megabytes > MOST_MEGABYTES:
        count.failures.append(f"{name} {count.heaviest}: took {count.megabytes:.0f} MB")
    return count
