"""Records as an Excel workbook: text is text and never a formula or a link, numbers are numbers, dates are dates."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from numbers import Integral, Real
from typing import Any

import pandas as pd
from xlsxwriter import Workbook

from .download import are_days, harmless

_ROWS = 1_048_576
"""What a sheet holds, its header included."""
_SIGNS = 32_767
"""What a cell holds, counted as UTF-16 does."""
_CUT = " … [cut here; the CSV file has all of it]"
_ROUNDED = 10**15
"""Spreadsheets round whole numbers from here on."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FIRST_DAY = date(1900, 3, 1)
"""Before it, spreadsheets disagree on which day a number is."""
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""Not the true time, so that equal records make equal bytes."""
_LOOKED_AT, _NARROWEST, _WIDEST = 200, 8, 40

Write = Callable[[int, int, Any], None]


def as_xlsx(frame: pd.DataFrame) -> bytes:
    """The frame as a workbook of one sheet. Where a cell or the sheet cannot hold all, its end says so.

    Signs that XML cannot hold become �; whole numbers that a spreadsheet would round, and days before
    March 1900, are text.
    """
    out = BytesIO()
    book = Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": _CREATED})
    sheet = book.add_worksheet("Records")
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_ROWS}"})
    write, bold = _writer(book, sheet), book.add_format({"bold": True})
    fitting = frame if len(frame) < _ROWS else frame.head(_ROWS - 2)
    for place, (name, column) in enumerate(fitting.items()):
        cells = _plain(column)
        sheet.set_column(place, place, _width([name, *cells[:_LOOKED_AT]]))
        sheet.write_string(0, place, _text(name), bold)
        for row, cell in enumerate(cells, 1):
            write(row, place, cell)
    if len(fitting) < len(frame):
        write(_ROWS - 1, 0, f"{len(frame) - len(fitting):,} more rows do not fit; the CSV file has all of them")
    book.close()
    return out.getvalue()


def _writer(book: Any, sheet: Any) -> Write:
    """How one cell is written, by what it is."""
    # Excel turns a text into a formula when somebody edits its cell, except where it is marked as typed text.
    typed = book.add_format({"quote_prefix": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    moment_utc = book.add_format({"num_format": 'yyyy-mm-dd hh:mm:ss "UTC"'})

    def write(row: int, place: int, cell: Any) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            sheet.write_boolean(row, place, cell)
        elif isinstance(cell, Real | Decimal) and _is_kept(cell):
            sheet.write_number(row, place, cell)
        elif isinstance(cell, datetime) and cell.date() >= _FIRST_DAY:
            naive = cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell
            sheet.write_datetime(row, place, naive, moment_utc if cell.tzinfo else moment)
        elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= _FIRST_DAY:
            sheet.write_datetime(row, place, cell, day)
        else:
            text = _text(cell)
            sheet.write_string(row, place, text, None if harmless(text) == text else typed)

    return write


def _plain(column: pd.Series) -> list[Any]:
    """The cells as Python has them, None where nothing is; a column without times of day is one of days."""
    kept = column.dt.date if are_days(column) else column
    return kept.astype(object).where(column.notna(), None).tolist()


def _is_kept(number: Any) -> bool:
    return abs(int(number)) < _ROUNDED if isinstance(number, Integral) else math.isfinite(number)


def _text(cell: object) -> str:
    text = _NOT_IN_XML.sub("\ufffd", str(cell))
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _SIGNS:
        return text
    return units[: 2 * (_SIGNS - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _width(cells: Sequence[object]) -> int:
    """The column's width in signs."""
    widest = max(len(str(cell)) for cell in cells if cell is not None)
    return min(max(widest, _NARROWEST), _WIDEST) + 2
