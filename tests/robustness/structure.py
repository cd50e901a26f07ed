"""Spoilt structure: the classes of CSV pollution known from the Pollock benchmark, on our layouts, and some more."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from .judge import Case
from .truth import Sheet, line


def _case(sheet: Sheet, lines: list[str], row: int | None = None, *, end: str = "\n", says: str = "") -> Case:
    return Case({sheet.layout.file: "".join(one + end for one in lines).encode()}, sheet, (row, None), says)


def _pick(rng: Random, sheet: Sheet) -> int:
    """The index of a record; in `lines` it stands one further, and as a row of the file two."""
    return rng.randrange(len(sheet.records))


def _cells(sheet: Sheet, record: int) -> list[str]:
    return [line((cell,), quoted=sheet.layout.quoted) for cell in sheet.records[record]]


def _with(sheet: Sheet, record: int, text: str) -> Case:
    lines = sheet.lines()
    lines[record + 1] = text
    return _case(sheet, lines, record + 2)


def clean_file(_: Random, sheet: Sheet) -> Case:
    return _case(sheet, sheet.lines())


def file_delimiter(rng: Random, sheet: Sheet) -> Case:
    return _case(sheet, sheet.lines(rng.choice(";\t|")))


def unknown_delimiter(rng: Random, sheet: Sheet) -> Case:
    return _case(sheet, sheet.lines(rng.choice("~^ :")))


def file_line_ends(rng: Random, sheet: Sheet) -> Case:
    return _case(sheet, sheet.lines(), end=rng.choice(("\r\n", "\r")))


def uneven_line_ends(rng: Random, sheet: Sheet) -> Case:
    text = "".join(one + rng.choice(("\n", "\r\n", "\r")) for one in sheet.lines())
    return Case({sheet.layout.file: text.encode()}, sheet)


def odd_line_end_of_a_row(rng: Random, sheet: Sheet) -> Case:
    record = _pick(rng, sheet)
    lines = sheet.lines()
    lines[record] += rng.choice(("\x0b", "\x0c", "\x1e", "\u2028", "\x85")) + lines.pop(record + 1)
    return _case(sheet, lines)


def no_last_line_end(_: Random, sheet: Sheet) -> Case:
    return Case({sheet.layout.file: "\n".join(sheet.lines()).encode()}, sheet)


def empty_lines(rng: Random, sheet: Sheet) -> Case:
    lines = sheet.lines()
    for _ in range(rng.randrange(1, 4)):
        lines.insert(rng.randrange(len(lines) + 1), "")
    return _case(sheet, lines)


def blank_lines(rng: Random, sheet: Sheet) -> Case:
    lines = sheet.lines()
    lines.insert(rng.randrange(1, len(lines) + 1), rng.choice((" ", "\t", "   ")))
    return _case(sheet, lines)


def lines_of_separators(rng: Random, sheet: Sheet) -> Case:
    lines = sheet.lines()
    place = rng.randrange(1, len(lines) + 1)
    lines.insert(place, "," * (len(sheet.header) - 1))
    return _case(sheet, lines, place + 1)


def lost_delimiter(rng: Random, sheet: Sheet) -> Case:
    record = _pick(rng, sheet)
    cells = _cells(sheet, record)
    place = rng.randrange(1, len(cells))
    return _with(sheet, record, ",".join(cells[:place]) + ",".join(cells[place:]))


def added_delimiter(rng: Random, sheet: Sheet) -> Case:
    record = _pick(rng, sheet)
    cells = _cells(sheet, record)
    cells.insert(rng.randrange(len(cells) + 1), "")
    return _with(sheet, record, ",".join(cells))


def added_delimiter_everywhere(_: Random, sheet: Sheet) -> Case:
    first, *rest = sheet.lines()
    return _case(sheet, [first, *(one + "," for one in rest)])


def shifted_cells(rng: Random, sheet: Sheet) -> Case:
    """A lost separator and an added one: the count of cells is right, the cells are not."""
    record = _pick(rng, sheet)
    cells = list(sheet.records[record])
    first = rng.randrange(1, len(cells) - 3)
    cells = [*cells[:first], cells[first] + " " + cells[first + 1], *cells[first + 2 :], ""]
    spoilt = _with(sheet, record, line(cells, quoted=sheet.layout.quoted))
    # Texts among texts can only be doubted.
    doubtful = frozenset(sheet.layout.columns)
    return replace(spoilt, place=(None, None), says="one row alone holds|have no", doubtful=doubtful)


def row_delimiter(rng: Random, sheet: Sheet) -> Case:
    record = _pick(rng, sheet)
    text = line(sheet.records[record], rng.choice(";\t|"), quoted=sheet.layout.quoted)
    return _with(sheet, record, text)


def row_quotes(rng: Random, sheet: Sheet) -> Case:
    record, mark = _pick(rng, sheet), rng.choice("'`")
    return _with(sheet, record, ",".join(mark + cell.replace(",", "") + mark for cell in sheet.records[record]))


def cell_quotes(rng: Random, sheet: Sheet) -> Case:
    record = _pick(rng, sheet)
    cells = _cells(sheet, record)
    place = rng.choice([index for index, cell in enumerate(cells) if cell.strip('"') and "," not in cell])
    cells[place] = "'" + cells[place].strip('"') + "'"
    return _with(sheet, record, ",".join(cells))


def file_quotes(rng: Random, sheet: Sheet) -> Case:
    rows = (sheet.header, *sheet.records)
    return _case(sheet, [",".join(f"'{cell}'" for cell in row) for row in rows])


def row_escape(rng: Random, sheet: Sheet) -> Case:
    record = _pick(rng, sheet)
    cells = _cells(sheet, record)
    place = sheet.at("account_id")
    cells[place] = rng.choice(('"Ac\\"me"', '"Ac\\"me, Inc"', '"Acme\\",'))
    return replace(_with(sheet, record, ",".join(cells)), sheet=None, place=(None, None))


def extra_quote(rng: Random, sheet: Sheet) -> Case:
    record = _pick(rng, sheet)
    text = sheet.lines()[record + 1]
    place = rng.randrange(len(text) + 1)
    return replace(_with(sheet, record, text[:place] + '"' + text[place:]), place=(None, None))


def unclosed_quote(rng: Random, sheet: Sheet) -> Case:
    record = _pick(rng, sheet)
    cells = _cells(sheet, record)
    place = rng.randrange(len(cells))
    cells[place] = '"' + cells[place].strip('"')
    return replace(_with(sheet, record, ",".join(cells)), place=(None, None))


def quoted_line_breaks(rng: Random, sheet: Sheet) -> Case:
    """Sound CSV: a cell with line ends, separators and marks."""
    record = _pick(rng, sheet)
    column = "name" if sheet.layout.table == "opportunities" else "plan"
    text = rng.choice(("two\nlines", 'a "b", c', "x\r\ny; z", '""'))
    return _case(sheet.with_row(record, **{column: text}), sheet.with_row(record, **{column: text}).lines())


def no_header(_: Random, sheet: Sheet) -> Case:
    return replace(_case(sheet, sheet.lines()[1:]), sheet=None)


def header_twice(rng: Random, sheet: Sheet) -> Case:
    lines = sheet.lines()
    place = rng.randrange(1, len(lines) + 1)
    lines.insert(place, lines[0])
    return _case(sheet, lines, place + 1)


def second_header_row(rng: Random, sheet: Sheet) -> Case:
    """Types, units or a description below the header."""
    lines = sheet.lines()
    words = rng.choice((["text"] * len(sheet.header), ["USD"] * len(sheet.header), [""] * len(sheet.header)))
    lines.insert(1, line(words))
    return _case(sheet, lines, 2)


def header_of_two_rows(rng: Random, sheet: Sheet) -> Case:
    """Groups of columns above the header."""
    return _case(sheet, [line(["Deal"] + [""] * (len(sheet.header) - 1)), *sheet.lines()])


def header_cut(rng: Random, sheet: Sheet) -> Case:
    lines = sheet.lines()
    return _case(sheet, [line(sheet.header[: -rng.randrange(1, 3)], quoted=sheet.layout.quoted), *lines[1:]])


def header_longer(rng: Random, sheet: Sheet) -> Case:
    lines = sheet.lines()
    return _case(sheet, [lines[0] + ",Notes" * rng.randrange(1, 2), *lines[1:]], 2)


def preamble(rng: Random, sheet: Sheet) -> Case:
    above = rng.choice((["Pipeline report"], ["Pipeline report", "as of 2026-06-30", ""], ["sep=,"], ["# made by BI"]))
    return _case(sheet, [*above, *sheet.lines()])


def footnote(rng: Random, sheet: Sheet) -> Case:
    below = rng.choice((["Generated 2026-06-30 by BI"], ["", "40 rows"], ["", "Source: CRM", "Internal use only"]))
    return _case(sheet, [*sheet.lines(), *below])


def known_footer(rng: Random, sheet: Sheet) -> Case:
    count = len(sheet.records)
    footer = ["", '"Total"', f'"Grand Totals ({count} records)"', '"Confidential Information - Do Not Distribute"']
    return _case(sheet, [*sheet.lines(), *footer], says="footer was left out")


def footer_of_a_cut_file(rng: Random, sheet: Sheet) -> Case:
    footer = ["", f'"Grand Totals ({len(sheet.records)} records)"']
    cut = rng.randrange(2, len(sheet.records))
    return replace(_case(sheet, [*sheet.lines()[:cut], *footer]), sheet=None)


def two_tables_below(rng: Random, sheet: Sheet) -> Case:
    """A second table of fewer, equally many or more columns."""
    width = len(sheet.header) + rng.choice((-2, 0, 2))
    second = [line([f"col{i}" for i in range(width)]), *(line([str(i)] * width) for i in range(3))]
    return replace(_case(sheet, [*sheet.lines(), *rng.choice(([], [""])), *second]), sheet=None)


def two_tables_beside(_: Random, sheet: Sheet) -> Case:
    """Empty columns and a second table to the right, whose header repeats a name."""
    first, *rest = sheet.lines()
    return _case(sheet, [f"{first},,{sheet.header[0]},{sheet.header[1]}", *(f"{one},,x,y" for one in rest)])


def uneven_records(rng: Random, sheet: Sheet) -> Case:
    lines = sheet.lines()
    for record in rng.sample(range(1, len(lines)), 5):
        lines[record] = lines[record].rsplit(",", rng.randrange(1, 3))[0]
    return replace(_case(sheet, lines), sheet=None)


def trailing_empty_cells_cut(rng: Random, sheet: Sheet) -> Case:
    """Some spreadsheets leave out the empty cells at the end of a row."""
    record = _pick(rng, sheet)
    cells = list(sheet.records[record])
    cells[-2:] = ["", ""]
    return replace(_with(sheet, record, line(cells[:-2], quoted=sheet.layout.quoted)), sheet=None)


CLASSES = {
    "nothing is wrong": clean_file,
    "other delimiter (; tab |)": file_delimiter,
    "delimiter nobody uses": unknown_delimiter,
    "line ends CRLF or CR": file_line_ends,
    "line ends differ from row to row": uneven_line_ends,
    "a row ends with another control character": odd_line_end_of_a_row,
    "no line end at the end": no_last_line_end,
    "empty lines": empty_lines,
    "lines of blanks": blank_lines,
    "lines of separators only": lines_of_separators,
    "a delimiter is missing": lost_delimiter,
    "a delimiter too many": added_delimiter,
    "a delimiter too many in every row": added_delimiter_everywhere,
    "cells shifted, their number right": shifted_cells,
    "other delimiter in one row": row_delimiter,
    "other quotation marks in one row": row_quotes,
    "other quotation marks around one cell": cell_quotes,
    "other quotation marks in the file": file_quotes,
    "marks escaped by a backslash": row_escape,
    "a stray quotation mark": extra_quote,
    "unclosed quotation mark": unclosed_quote,
    "line breaks and marks in quoted cells": quoted_line_breaks,
    "no header": no_header,
    "header twice": header_twice,
    "second header row (types, units)": second_header_row,
    "header of two rows": header_of_two_rows,
    "header shorter than the rows": header_cut,
    "header longer than the rows": header_longer,
    "preamble": preamble,
    "footnotes": footnote,
    "a report's footer": known_footer,
    "footer that counts more records": footer_of_a_cut_file,
    "second table below": two_tables_below,
    "second table beside": two_tables_beside,
    "uneven numbers of cells": uneven_records,
    "empty cells cut off a row's end": trailing_empty_cells_cut,
}
