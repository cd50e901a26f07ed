"""Files for people's spreadsheets: no cell may run as a formula, no name may hide a changed content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pandas as pd

# Some spreadsheets read the wide signs of East Asian keyboards like the narrow ones, and skip what nobody sees.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_LINE_STARTS = ("\t", "\r", "\n")
_UNSEEN = (
    "".join(
        chr(sign)
        for first, last in ((0, 32), (127, 160), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x3000, 0x3000))
        for sign in range(first, last + 1)
    )
    + "\ufeff"
)


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
        if isinstance(safe[column].dtype, pd.StringDtype):
            cells = safe[column].str
            runs = cells.lstrip(_UNSEEN).str.startswith(_FORMULA_STARTS) | cells.startswith(_LINE_STARTS)
            safe[column] = safe[column].mask(runs.fillna(False).astype(bool), "'" + safe[column])
        elif safe[column].dtype == object or isinstance(safe[column].dtype, pd.CategoricalDtype):
            safe[column] = safe[column].astype(object).map(harmless)
    content = safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
    return Download(f"{name}-{hashlib.sha256(content).hexdigest()[:12]}.csv", content)


def harmless(cell: object) -> object:
    """Text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    runs = cell.lstrip(_UNSEEN).startswith(_FORMULA_STARTS) or cell.startswith(_LINE_STARTS)
    return "'" + cell if runs else cell


def are_days(column: pd.Series) -> bool:
    """Whether the column holds days: moments without a time of day."""
    moments = column.dropna() if column.dtype.kind == "M" else None
    return moments is not None and bool((moments == moments.dt.normalize()).all())
