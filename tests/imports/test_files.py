"""Whole files: encodings, separators, footers, broken records, and things that only look like CSV."""

from __future__ import annotations

from datetime import date

import pytest

from .conftest import Desk

PLAIN = "account_id,owner,name\nA,Ann,Zoë\nB,Ben,\n"
DAY = date(2026, 1, 1)
FOOTER = (
    '\r\n\r\n"Grand Totals ({} records)"\r\n"Confidential Information - Do Not Distribute"\r\n'
    '"Copyright © 2000-2026 salesforce.com, inc. All rights reserved."\r\n'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PLAIN.encode(), ""),
        (PLAIN.encode("utf-8-sig"), ""),
        (PLAIN.encode("utf-16"), "converted from UTF-16"),
        (PLAIN.replace(",", "\t").encode("utf-16"), "converted from UTF-16"),
        (PLAIN.encode("cp1252"), "Windows-1252"),
        (PLAIN.replace(",", ";").encode(), ""),
        (PLAIN.replace(",", "|").encode(), ""),
        (PLAIN.replace("\n", "\r\n").encode(), ""),
        (PLAIN.replace("\n", "\r").encode(), ""),
        (PLAIN.replace("\n", "\r\n", 2).encode(), ""),
        (PLAIN.rstrip().encode() + b"\n\n\n", ""),
        (PLAIN.replace("Zoë", '"Zoë"').encode(), ""),
        (PLAIN.encode() + FOOTER.format(2).encode(), "footer"),
    ],
)
def test_forms_of_the_same_table(desk: Desk, content: bytes, said: str) -> None:
    desk.put("accounts.csv", content)
    result = desk.load(data_on=DAY)
    assert desk.rows(result, "accounts", "account_id, owner, name") == [("A", "Ann", "Zoë"), ("B", "Ben", None)]
    repairs = [note for note in result.notes if "without" not in note]
    assert (said in " ".join(repairs)) if said else not repairs


@pytest.mark.parametrize("ends", ["\r\n|\n|\r\n|\n", "\n|\r\n|\n|\r\n", "\r\n|\r|\n|\n", "\n|\n|\n|\r\n"])
def test_uneven_line_ends_leave_nothing_in_the_cells(desk: Desk, ends: str) -> None:
    lines = ["account_id,owner", "A,Ann", "B,Ben", "C,Cleo"]
    desk.put("accounts.csv", "".join(line + end for line, end in zip(lines, ends.split("|"), strict=True)))
    assert desk.rows(desk.load(data_on=DAY), "accounts", "owner") == [("Ann",), ("Ben",), ("Cleo",)]


def test_a_cell_may_hold_separators_quotes_and_line_ends(desk: Desk) -> None:
    desk.put("accounts.csv", 'account_id,owner,name\nA,Ann,"x, ""y""\nz"\n')
    assert desk.rows(desk.load(data_on=DAY), "accounts", "name") == [('x, "y"\nz',)]


def test_a_footer_that_counts_other_records_means_a_cut_file(desk: Desk) -> None:
    desk.put("accounts.csv", PLAIN.encode() + FOOTER.format(3).encode())
    assert "its footer speaks of 3 records, the file holds 2" in desk.refusal(data_on=DAY)


def test_a_last_row_named_total_is_a_row(desk: Desk) -> None:
    desk.put("accounts.csv", "account_id,owner\nA,Ann\nTotal,Ben\n")
    assert len(desk.rows(desk.load(data_on=DAY), "accounts")) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"account_id,owner\nA,x\x00y\n", "is not text"),
        (PLAIN.encode("utf-16-le"), "is not text"),
        (b"account_id,owner\nA,\x81\x8d\n", "is not text"),
        (b"account_id,owner,Owner \nA,Ann,Ben\n", "more than once"),
        (b"account_id,owner\nA,Ann,extra\n", "accounts.csv, row 2: has 3 cells where the header has 2"),
        (b"account_id,owner,name\nA,Ann,x\nB,Ben\n", "accounts.csv, row 3: has 2 cells where the header has 3"),
        (b'account_id,owner\nA,"Ann\nB,Ben\n', "accounts.csv, row 2: has a quotation mark that is never closed"),
        (b'account_id,owner\nA,"An"n\n', "accounts.csv:2: has a quotation mark in the middle of a cell"),
        (b'account_id,owner\nA,"Ann" n\n', "accounts.csv, row 2: has text after a closing quotation mark"),
        (b'account_id,owner,name\nA,An"n,"x,y"\n', "in the middle of a cell"),
        (b"account_id,owner,name\nA,,Ann,\nB,Ben,,\n", "accounts.csv, row 2: has 4 cells where the header has 3"),
        (b"account_id,owner\nA,Ann\naccount_id,owner\nB,Ben\n", "accounts.csv, row 3: repeats the header"),
        (b'account_id,owner\nA,"An\\"n"\n', "in the middle of a cell"),
        (b"account_id,name\nA,x\n", "accounts.csv, row 1, column owner: the column is missing"),
    ],
)
def test_refused_with_reason(desk: Desk, content: bytes, words: str) -> None:
    desk.put("accounts.csv", content)
    assert words in desk.refusal(data_on=DAY)


def test_a_header_without_rows_empties_the_table_and_says_so(desk: Desk) -> None:
    desk.put("accounts.csv", "account_id,owner\n")
    result = desk.load(data_on=DAY)
    assert desk.rows(result, "accounts") == []
    assert any("holds no rows" in note for note in result.notes)


def test_file_names_with_signs_of_patterns_and_quotes(desk: Desk) -> None:
    desk.put("accounts [1]'?*.csv", PLAIN)
    assert len(desk.rows(desk.load(data_on=DAY), "accounts")) == 2


def test_a_star_in_a_file_name_reads_that_file_only(desk: Desk) -> None:
    desk.put("accounts*.csv", PLAIN)
    desk.put("accounts2.csv", "account_id,owner\nC,Cleo\n")
    result = desk.load(data_on=DAY)
    assert sorted(report.read for report in result.tables) == [1, 2]
    assert len(desk.rows(result, "accounts")) == 3


def test_an_absent_folder_is_a_problem(desk: Desk) -> None:
    desk.folder.rmdir()
    assert "is not a folder" in desk.refusal()


def test_header_names_that_look_like_sql(desk: Desk) -> None:
    desk.put("accounts.csv", 'account_id,owner,"x""; DROP TABLE y; --",\nA,Ann,1,2\n')
    assert len(desk.rows(desk.load(data_on=DAY), "accounts")) == 1


def test_an_unknown_file_is_named_and_left_aside(desk: Desk) -> None:
    desk.put("accounts.csv", PLAIN)
    desk.put("minutes.csv", "what,when\nx,y\n")
    desk.put("spend_2026.csv", "spent,amount\n1,2\n")
    result = desk.load(data_on=DAY)
    assert result.snapshot
    assert "minutes.csv: was not read; no mapping knows it" in result.notes


def test_a_folder_without_any_known_export_is_a_problem(desk: Desk) -> None:
    desk.put("minutes.csv", "what,when\nx,y\n")
    assert "holds no export that a mapping reads" in desk.refusal()


def test_naming_a_mapping_ignores_file_names_and_says_what_lacks(desk: Desk) -> None:
    desk.put("export.csv", PLAIN)
    assert desk.load(mapping="accounts", data_on=DAY).snapshot
    assert "it lacks line_id" in desk.refusal(mapping="subscriptions")
    assert "there is no mapping 'acounts'" in desk.refusal(mapping="acounts")
