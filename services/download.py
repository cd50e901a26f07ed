"""Files for people's spreadsheets: no cell may run as a formula, no name may hide a changed content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out; its name carries a hash of its content."""

    name: str
    content: bytes


def as_csv(frame: pd.DataFrame, name: str) -> Download:
    """The frame as CSV in UTF-8 with a mark, so that spreadsheets read accents right."""
    safe = frame.copy()
    safe.columns = pd.Index([harmless(column) for column in safe.columns])
    for column in safe.columns:
        if safe[column].dtype == object or isinstance(safe[column].dtype, pd.StringDtype | pd.CategoricalDtype):
            safe[column] = safe[column].astype(object).map(harmless)
    content = safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
    return Download(f"{name}-{hashlib.sha256(content).hexdigest()[:12]}.csv", content)


def harmless(cell: object) -> object:
    """Text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA_STARTS):
        return "'" + cell
    return cell
