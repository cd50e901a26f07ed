"""Which of the characters that checks of cells look for a file holds at all: most files are spared most checks."""

from __future__ import annotations

from pathlib import Path

# Any character beyond ASCII.
FOREIGN = "\x80"
# What a spreadsheet's marks begin with, a shortened number's E, blanks, and the mark around cells.
SIGNS = frozenset("#='`E \t\r\"") | {FOREIGN}
_CHUNK = 1 << 22


def signs_of(path: Path) -> frozenset[str]:
    """Those of the signs that stand anywhere in the file."""
    found: set[str] = set()
    wanted = {sign: sign.encode() for sign in SIGNS - {FOREIGN}}
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found |= {sign for sign, byte in wanted.items() if sign not in found and byte in chunk}
            if FOREIGN not in found and not chunk.isascii():
                found.add(FOREIGN)
    return frozenset(found)
