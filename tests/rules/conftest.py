"""The way from rows to cards, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .judging import Judge, judging


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return judging(tmp_path)
