"""Workbooks to take along: text stays text, numbers are numbers, dates are dates, and nothing in them runs."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from services import workbook
from services.workbook import as_xlsx

from .read_workbook import cells, parts, runs

RUNNING = ["=1+1", "+1", "-1+1", "@sum(A1)", " =1", '=HYPERLINK("http://x")', "{=1}", "=cmd|' /C calc'!A0"]
LINKS = ["http://x.example", "https://x.example/a?b=1", "mailto:a@x.example", "internal:Sheet2!A1", "external:c.xlsx"]


def column(values):
    content = as_xlsx(pd.DataFrame({"it": values}))
    assert runs(content) == []
    return [row.get("A") for row in cells(content)[1:]]


@pytest.mark.parametrize(
    "text", [*RUNNING, *LINKS, "12", "1e5", "true", "2026-07-01", " padded ", "a\nb", "ä€𝄞", "<b>&"]
)
def test_text_is_text_whatever_it_looks_like(text):
    (cell,) = column([text])

    assert (cell.kind, cell.value) == ("s", text)


def test_text_that_would_run_when_its_cell_is_edited_is_marked_as_typed():
    assert [cell.quoted for cell in column(["=1+1", " @a", "Acme"])] == [True, True, False]


def test_numbers_are_numbers():
    found = column(pd.Series([-5, 2.5, Decimal("1200.5000"), 0], dtype=object))

    assert [(cell.kind, float(cell.value)) for cell in found] == [("n", -5), ("n", 2.5), ("n", 1200.5), ("n", 0)]


def test_numbers_a_spreadsheet_would_change_are_text():
    found = column(pd.Series([1234567890123456789, float("inf")], dtype=object))

    assert [(cell.kind, cell.value) for cell in found] == [("s", "1234567890123456789"), ("s", "inf")]


def test_days_and_times_are_dates_with_a_format():
    content = as_xlsx(
        pd.DataFrame(
            {
                "day": pd.to_datetime(["2026-07-01", None]),
                "time": pd.to_datetime(["2026-07-01 12:00", "2026-07-02 00:00"]),
                "utc": [datetime(2026, 7, 1, 12, tzinfo=UTC)] * 2,
                "date": [date(2026, 7, 1), date(1812, 9, 14)],
            }
        )
    )
    first, second = cells(content)[1:]

    assert [(cell.kind, cell.value, cell.format) for cell in first.values()] == [
        ("n", "46204", "yyyy-mm-dd"),
        ("n", "46204.5", "yyyy-mm-dd hh:mm:ss"),
        ("n", "46204.5", 'yyyy-mm-dd hh:mm:ss "UTC"'),
        ("n", "46204", "yyyy-mm-dd"),
    ]
    assert "A" not in second
    assert (second["D"].kind, second["D"].value) == ("s", "1812-09-14")


def test_truths_are_truths_and_nothing_is_nothing():
    found = column(pd.Series([True, False, None, float("nan"), pd.NA, ""], dtype=object))

    assert [cell and (cell.kind, cell.value) for cell in found] == [("b", "1"), ("b", "0")]


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_a_sign_that_xml_cannot_hold_is_replaced_so_that_the_file_opens(sign):
    assert column(pd.Series([f"a{sign}b"], dtype=object))[0].value == "a\ufffdb"


@pytest.mark.parametrize("text", ["a\r\nb\rc\td", "_x0041_ is how it was typed"])
def test_what_xml_would_fold_or_spell_is_kept(text):
    assert column([text])[0].value == text


@pytest.mark.parametrize("sign", ["x", "𝄞"])
def test_a_text_too_long_for_a_cell_says_that_it_is_cut(sign):
    whole, cut = column([sign * (32_767 // len(sign.encode("utf-16-le")) * 2), sign * 40_000])

    assert whole.value == sign * len(whole.value)
    assert cut.value.endswith(workbook._CUT)
    assert 32_765 <= len(cut.value.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize(("rows", "kept"), [(9, 9), (10, 8), (25, 8)])
def test_rows_too_many_for_a_sheet_are_counted_in_its_last(monkeypatch, rows, kept):
    monkeypatch.setattr(workbook, "_ROWS", 10)
    found = column(list(range(rows)))

    assert [cell.value for cell in found if cell.kind == "n"] == [str(at) for at in range(kept)]
    told = [cell.value for cell in found if cell.kind == "s"]
    assert told == ([] if rows == kept else [f"{rows - kept} more rows do not fit; the CSV file has all of them"])


def test_the_header_is_frozen_and_columns_are_as_wide_as_what_they_hold():
    content = as_xlsx(pd.DataFrame({"n": [1], "=name": ["Acme Industries"], "note": ["x" * 500]}))
    sheet = parts(content)["xl/worksheets/sheet1.xml"]

    assert [cell.value for cell in cells(content)[0].values()] == ["n", "=name", "note"]
    assert 'ySplit="1"' in sheet and 'state="frozen"' in sheet
    assert [float(width) // 1 for width in re.findall(r' width="([\d.]+)"', sheet)] == [10, 17, 42]


def test_a_frame_without_rows_or_columns_opens_too():
    assert cells(as_xlsx(pd.DataFrame({"deal": []})))[0]["A"].value == "deal"
    assert runs(as_xlsx(pd.DataFrame())) == []


def test_equal_records_make_equal_bytes_and_others_do_not():
    one, same, other = (as_xlsx(pd.DataFrame({"deal": ["Acme"], "n": [value]})) for value in (1, 1, 2))

    assert one == same != other
