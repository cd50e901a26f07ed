"""Publishing, killed at each of its steps: the snapshot is there whole or not at all, and the same import succeeds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WAYS = ("import", "candidate")


def kills(home: Path, way: str, *, every: int, at_random: int) -> int:
    command = [sys.executable, "-m", "tests.robustness.killed", str(home), way, str(every), str(at_random)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("way", WAYS)
def test_killed_at_some_steps(tmp_path: Path, way: str) -> None:
    assert kills(tmp_path, way, every=7, at_random=1) >= 4


@pytest.mark.all
@pytest.mark.parametrize("way", WAYS)
def test_killed_at_every_step_and_at_many_moments(tmp_path: Path, way: str) -> None:
    assert kills(tmp_path, way, every=1, at_random=200) >= 100
