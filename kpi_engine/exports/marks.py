"""Quotation marks that stand where none should: signs of a lost separator or a cell that was not quoted whole."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ..problem import Problem

_CHUNK = 1 << 22
# In sound CSV a mark has a separator, a line end, a blank or another mark on at least one side.
_STRAY = re.compile(rb'"(?<![,;\t|\r\n" ]")(?=[^,;\t|\r\n" ])')
_LONE = re.compile(rb'(?:^|[,;\t|])(?:[^",;\t|\r\n]+"|"[^",;\t|\r\n]*)(?=[,;\t|\r\n]|$)')


def stray_marks(path: Path) -> tuple[Problem | None, Problem | None]:
    """A quotation mark amid a cell, and one without a partner, perhaps at a cell's edge.

    Both are signs of a lost separator, and readers differ on what they mean.
    """
    before, offset, marks = b"\n", -1, 0
    with path.open("rb") as stream:
        offset += stream.seek(len(codecs.BOM_UTF8) if stream.read(3) == codecs.BOM_UTF8 else 0)
        while chunk := stream.read(_CHUNK):
            # Bytes of the chunk before, so that no mark is judged without its neighbours.
            window = before + chunk
            if b'"' in chunk and (found := _STRAY.search(window)):
                shown = window[max(0, found.start() - 20) : found.start() + 20].decode("utf-8", "ignore")
                message = "has a quotation mark in the middle of a cell"
                line = _line_at(path, offset + found.start())
                remedy = "quote the whole cell and double the mark"
                return Problem(path.name, message, remedy, line=line, value=shown), None
            marks += chunk.count(b'"')
            before = window[-2:]
            offset += len(window) - len(before)
    return None, _lone_mark(path) if marks % 2 else None


def _lone_mark(path: Path) -> Problem:
    """Where the mark may be that has no partner: the first cell that only ends or only begins with one."""
    message, remedy = "holds a quotation mark without its partner", "remove it, or quote the whole cell"
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if found := _LONE.search(line):
                shown = found[0].decode("utf-8", "ignore").strip(",;\t|\r\n")
                return Problem(path.name, message, remedy, line=number, value=shown)
    return Problem(path.name, message, remedy)


def _line_at(path: Path, offset: int) -> int:
    with path.open("rb") as stream:
        return 1 + stream.read(offset).count(b"\n")
