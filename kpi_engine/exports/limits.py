"""How large an export may be, held against its bytes before any table is built."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..problem import Problem

_CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read: megabytes and lines of one file, megabytes of all files that wait for a person."""

    file_mb: int = 4096
    lines: int = 50_000_000
    waiting_mb: int = 4096


_SETTINGS = {"RCC_MAX_FILE_MB": "file_mb", "RCC_MAX_ROWS": "lines", "RCC_MAX_WAITING_MB": "waiting_mb"}


def limits(environment: Mapping[str, str] = os.environ) -> Limits | Problem:
    """The limits as set for this process; a setting that is no whole number above 0 is refused."""
    told = {}
    for setting, name in _SETTINGS.items():
        given = environment.get(setting, "").strip()
        if not given:
            continue
        if not given.isdecimal() or int(given) < 1:
            return Problem(setting, f"is {given!r}", "set it to a whole number above 0, or unset it")
        told[name] = int(given)
    return Limits(**told)


def too_large(path: Path) -> Problem | None:
    """What keeps a file from being read at all: its size, or the number of its lines."""
    allowed = limits()
    if isinstance(allowed, Problem):
        return allowed
    size = path.stat().st_size
    if size > allowed.file_mb * 1024**2:
        return Problem(
            path.name, f"is larger than {allowed.file_mb:,} MB", "export it in parts, or set RCC_MAX_FILE_MB"
        )
    # A line takes two bytes at least, so most files need not be counted.
    if size > 2 * allowed.lines and _lines(path) > allowed.lines:
        return Problem(path.name, f"has more than {allowed.lines:,} lines", "export it in parts, or set RCC_MAX_ROWS")
    return None


def _lines(path: Path) -> int:
    """Line ends of either kind, whichever are more; those within quotation marks count as well."""
    feeds = returns = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
    return max(feeds, returns)
