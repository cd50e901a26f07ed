"""An export's bytes made into clean UTF-8 text that a CSV reader cannot misread, or refused.

Most files are clean and stay where they are. Others (UTF-16, Windows-1252, report footers) are copied
in a repaired form, and what was repaired is said.
"""

from __future__ import annotations

import codecs
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from ..problem import Problem
from .letters import reads_western, without_unseen
from .limits import too_large
from .marks import stray_marks
from .signs import FOREIGN, SIGNS, signs_of

_CHUNK = 1 << 22
_HEAD = 1 << 18
_TAIL = 1 << 13
_BINARY = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\x89PNG": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a compressed file",
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Only these sentences mark a footer; a lone "Total" could be the name of a deal.
_SURE = re.compile(
    r"grand totals?( \(.*\))?|confidential information - do not distribute|copyright (©|\(c\)) .*salesforce.*", re.I
)
_PERHAPS = re.compile(r"|totals?|sub-?totals?|total records.*", re.I)
_CLAIM = re.compile(r"grand totals? \(([\d,.]+) records?\)", re.I)


@dataclass(frozen=True, slots=True)
class Export:
    """A file ready to be read as UTF-8.

    `file` is its name as the person knows it, `path` the text to read, `head` its beginning, `repairs`
    what was mended, `claimed` the number of records its footer speaks of. `lone_quote` is a quotation mark
    without its partner, to be told unless the records tell more. With an `open_end` the last line lacks its end.
    `signs` says which characters that call for a closer look the text holds.
    """

    file: str
    path: Path
    head: str
    repairs: tuple[str, ...] = ()
    claimed: int | None = None
    lone_quote: Problem | None = None
    open_end: bool = False
    signs: frozenset[str] = SIGNS


@dataclass(frozen=True, slots=True)
class Told:
    """How a person said to read a file: its encoding and mapping (empty: found out), lines above the header."""

    encoding: str = ""
    skip_lines: int = 0
    mapping: str = ""


def open_export(path: Path, scratch: Path, told: Told = Told()) -> Export | Problem:
    """The file as clean text; repaired copies go to `scratch`."""
    if problem := too_large(path):
        return problem
    with path.open("rb") as stream:
        start = stream.read(_HEAD)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        return Problem(path.name, "is empty", "export it again; a table without rows still has its header")
    if kind := binary_kind(start):
        return Problem(path.name, f"is {kind}, not CSV text", "export it as CSV (UTF-8)")
    if len(start) == _HEAD and not re.search(rb"[\r\n]", start):
        return Problem(path.name, f"has a first line of more than {_HEAD // 1024} KiB", "export fewer columns", row=1)
    encoding = told.encoding or encoding_of(path)
    if encoding is None:
        return Problem(path.name, "is not text in UTF-8, UTF-16 or Windows-1252", "export it as CSV (UTF-8)")
    return _clean(path, scratch, encoding, told.skip_lines)


def binary_kind(start: bytes) -> str:
    """What a file is that is no text at all, in words; empty if it may be text."""
    return next((kind for magic, kind in _BINARY.items() if start.startswith(magic)), "")


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, 2) - 1))
        return stream.read()


def encoding_of(path: Path) -> str | None:
    """utf-16, utf-8 or cp1252, the first in which the whole file is text; None if it is none of them."""
    with path.open("rb") as stream:
        if stream.read(2).startswith(_UTF16):
            return "utf-16"
    if _decodes(path, "utf-8"):
        return "utf-8"
    return "cp1252" if _decodes(path, "cp1252") and reads_western(path) else None


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                if b"\0" in chunk:
                    return False
                # Plain ASCII needs no decoding unless a character was cut at the end of the chunk before.
                if decoder.getstate()[0] or not chunk.isascii():
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _clean(path: Path, scratch: Path, encoding: str, skip_lines: int) -> Export | Problem:
    repairs = []
    readable = path
    if encoding != "utf-8":
        readable = scratch / f"{path.name}.utf8"
        try:
            _transcode(path, readable, encoding)
        except (UnicodeDecodeError, UnicodeError):
            return Problem(path.name, f"is not {encoding} text throughout", "export it as CSV (UTF-8)")
        if encoding == "cp1252":
            repairs.append("read as Windows-1252, because it is not UTF-8")
        else:
            repairs.append(f"converted from {encoding.upper()}")
        if not _decodes(readable, "utf-8"):
            return Problem(path.name, "holds NUL characters", "export it again as CSV (UTF-8)")
    if skip_lines:
        readable = _below(readable, scratch / f"{path.name}.below", skip_lines)
        repairs.append(f"{skip_lines} lines above the header were left out")
    footer, claimed = footer_of(readable)
    if footer:
        whole = readable.stat().st_size
        shortened = scratch / f"{path.name}.body"
        _copy_start(readable, shortened, whole - footer)
        readable = shortened
        repairs.append("the report's footer was left out")
    signs = signs_of(readable)
    unseen = scratch / f"{path.name}.seen"
    if FOREIGN in signs and (said := without_unseen(readable, unseen)):
        readable, signs = unseen, signs_of(unseen)
        repairs += said
    stray, lone = stray_marks(readable) if '"' in signs else (None, None)
    if stray:
        return replace(stray, file=path.name)
    open_end = claimed is None and _last_byte(readable) not in b'\r\n"'
    if open_end:
        repairs.append("ends without a line end: if it was cut, its last row is not whole")
    with readable.open("rb") as stream:
        head = stream.read(_HEAD).decode("utf-8", "ignore").removeprefix("\ufeff")
    lone = lone and replace(lone, file=path.name)
    return Export(path.name, readable, head, tuple(repairs), claimed, lone, open_end, signs)


def _transcode(path: Path, target: Path, encoding: str) -> None:
    with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as out:
        while text := source.read(_CHUNK):
            out.write(text)


def _below(path: Path, target: Path, lines: int) -> Path:
    with path.open("rb") as source, target.open("wb") as out:
        for _ in range(lines):
            source.readline(_HEAD)
        shutil.copyfileobj(source, out, _CHUNK)
    return target


def _copy_start(path: Path, target: Path, length: int) -> None:
    with path.open("rb") as source, target.open("wb") as out:
        while length > 0 and (chunk := source.read(min(_CHUNK, length))):
            out.write(chunk)
            length -= len(chunk)


def footer_of(path: Path) -> tuple[int, int | None]:
    """Bytes at the end that are a report's footer, and the number of records it claims."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _TAIL))
        lines = stream.read().splitlines(keepends=True)
    length, sure, pending, claimed = 0, False, 0, None
    for line in reversed(lines[1:]):
        words = _first_cell(line)
        pending += len(line)
        if _SURE.fullmatch(words):
            sure = True
            if claim := _CLAIM.fullmatch(words):
                claimed = int(re.sub(r"\D", "", claim[1]))
        elif not _PERHAPS.fullmatch(words):
            break
        length = pending
    return (length, claimed) if sure else (0, None)


def _first_cell(line: bytes) -> str:
    text = line.decode("utf-8", "ignore").strip()
    if text.startswith('"'):
        return text[1:].split('"')[0].strip()
    if re.match(r"(sub-?|grand )?totals?\b", text, re.I):
        return re.split(r"[;\t|]|,(?!\d{3}\b)", text)[0].strip()
    return text.strip(",;\t| ")
