"""How large an export may be, held against its bytes before any table is built."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..problem import Problem

MAX_LINE_BYTES = 16 * 1024**2
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
    """What keeps a file from being read at all: its size, the number of its lines, or one beyond all bounds."""
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
    if size > MAX_LINE_BYTES and (line := _endless_line(path)):
        message = f"line {line:,} is longer than {MAX_LINE_BYTES // 1024**2} MiB"
        return Problem(path.name, message, "mend its record, or export without that column")
    return None


def _endless_line(path: Path) -> int:
    """The number of the first line that is too long; 0 if none is."""
    line, run = 1, 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            end = b"\n" if b"\n" in chunk else b"\r"
            first = chunk.find(end)
            if run + (len(chunk) if first < 0 else first) > MAX_LINE_BYTES:
                return line
            line += chunk.count(end)
            run = run + len(chunk) if first < 0 else len(chunk) - chunk.rfind(end) - 1
    return 0


def _lines(path: Path) -> int:
    """Line ends of either kind, whichever are more; those within quotation marks count as well."""
    feeds = returns = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
    return max(feeds, returns)
