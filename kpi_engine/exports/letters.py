"""Characters that nobody sees, and encodings that nobody can tell: both make equal words differ."""

from __future__ import annotations

import re
from pathlib import Path

_CHUNK = 1 << 22
# Zero-width, soft hyphen, directions of writing, and a byte order mark amid the text.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u00ad\ufeff]")
_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# The first bytes of these in UTF-8: a look for them costs next to nothing.
_SIGNS = (b"\xe2\x80", b"\xe2\x81", b"\xc2\xa0", b"\xc2\xad", b"\xef\xbb\xbf", b"\xe3\x80\x80")
_FOUR_IN_A_ROW = rb"(?![\x80\x85\x91-\x97\xa0]{4})[\x80-\xff]{4}"
_NEVER_WRITTEN = rb"[\x83\x86-\x88\x98]|[a-z][\x8a\x8c\x8e\x9f]"
_NOT_WESTERN = re.compile(_FOUR_IN_A_ROW + rb"|" + _NEVER_WRITTEN)


def without_unseen(path: Path, target: Path) -> tuple[str, ...]:
    """Writes the UTF-8 text without such characters to `target` and says so; nothing is written if there are none."""
    if not _has_signs(path):
        return ()
    invisible = blanks = 0
    with path.open(encoding="utf-8-sig", newline="") as source, target.open("w", encoding="utf-8", newline="") as out:
        while text := source.read(_CHUNK):
            text, removed = _INVISIBLE.subn("", text)
            text, replaced = _BLANK.subn(" ", text)
            invisible, blanks = invisible + removed, blanks + replaced
            out.write(text)
    said = []
    if invisible:
        said.append(f"{invisible:,} invisible characters were removed")
    if blanks:
        said.append(f"{blanks:,} blanks of other kinds became spaces")
    return tuple(said)


def _has_signs(path: Path) -> bool:
    before = b""
    with path.open("rb") as stream:
        stream.seek(3 if stream.read(3) == b"\xef\xbb\xbf" else 0)
        while chunk := stream.read(_CHUNK):
            # One byte is looked for many times faster than two.
            for sign in () if chunk.isascii() and not before else _SIGNS:
                if (sign[:1] in chunk or before) and sign in before + chunk:
                    return True
            before = chunk[-2:] if chunk[-1] >= 0x80 else b""
    return False


def reads_western(path: Path) -> bool:
    """Whether bytes that are no UTF-8 read as Windows-1252 words; Japanese, Russian or Mac text does not."""
    before = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if _NOT_WESTERN.search(before + chunk):
                return False
            before = chunk[-3:]
    return True
