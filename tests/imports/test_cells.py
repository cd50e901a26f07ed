"""Cells are read exactly, repaired with a word, or refused with their place; never changed in silence."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from kpi_engine.exports import loading
from kpi_engine.problem import abridged

from .conftest import Desk, mapping_of

SPEND = "spend_id,spent_on,function,amount\n"
OWN = """
name: own
title: Own
files: "*.csv"
header: [Id, Day, Amount]
{extra}
tables:
  - table: spend
    columns:
      spend_id: Id
      spent_on: Day
      function: {{constant: sales}}
      amount: Amount
"""


def own(extra: str = "") -> object:
    return mapping_of(OWN.format(extra=extra))


def amount_read(desk: Desk, cell: str, extra: str = "") -> Decimal | None:
    desk.put("x.csv", f'Id,Day,Amount\n1,2026-01-05,"{cell}"\n')
    result = desk.load(own(extra))
    if not result.snapshot:
        assert "row 2, column Amount" in str(result.problems[0])
        assert repr(cell) in str(result.problems[0])
        return None
    return desk.rows(result, "spend", "amount")[0][0]


@pytest.mark.parametrize("cell", ["12", "12.5", "-3.25", "+4", "1e3", ".5", " 7 "])
def test_plain_numbers(desk: Desk, cell: str) -> None:
    assert amount_read(desk, cell) == Decimal(cell.strip())


@pytest.mark.parametrize(
    "cell", ["1,234", "1.234,5", "$12", "(5)", "5-", "inf", "nan", "1e309", "#REF!", "12 USD", "0x1F", "twelve"]
)
def test_what_is_not_surely_a_number_is_refused(desk: Desk, cell: str) -> None:
    assert amount_read(desk, cell) is None


COMMA = 'numbers: {decimal: ",", thousands: "."}'
LEDGER = 'numbers: {thousands: ",", parentheses: true, trailing_minus: true, signs: ["$", "USD"]}'


@pytest.mark.parametrize(
    ("extra", "cell", "value"),
    [
        (COMMA, "1.234.567,89", "1234567.89"),
        (COMMA, "12,5", "12.5"),
        (COMMA, "1234", "1234"),
        (COMMA, "12.5", None),
        (COMMA, "1.23,4", None),
        ('numbers: {decimal: ","}', "1.234", None),
        (LEDGER, "1,234.50", "1234.50"),
        (LEDGER, "(1,234)", "-1234"),
        (LEDGER, "12.5-", "-12.5"),
        (LEDGER, "$1,000", "1000"),
        (LEDGER, "-$5", "-5"),
        (LEDGER, "USD 7", "7"),
        (LEDGER, "12,34", None),
        (LEDGER, "(-5)", None),
        (LEDGER, "1.234,50", None),
    ],
)
def test_declared_ways_of_writing_numbers(desk: Desk, extra: str, cell: str, value: str | None) -> None:
    assert amount_read(desk, cell, extra) == (None if value is None else Decimal(value))


def test_whole_numbers_are_not_rounded(desk: Desk) -> None:
    desk.put("accounts.csv", "account_id,owner,seats\nA,Ann,3.7\nB,Ann,4.0\n")
    said = desk.refusal(data_on=date(2026, 1, 1))
    assert "accounts.csv, row 2, column seats: is not a whole number (value '3.7')" in said
    assert "row 3" not in said


@pytest.mark.parametrize("cell", ["2026-02-30", "05/01/2026", "epoch", "infinity", "2026-01-05 25:00", "soon", "45000"])
def test_what_is_not_surely_a_date_is_refused(desk: Desk, cell: str) -> None:
    desk.put("spend.csv", f"{SPEND}1,{cell},sales,5\n")
    assert "spent_on" in desk.refusal()


def test_text_such_as_none_and_na_is_text(desk: Desk) -> None:
    desk.put("accounts.csv", "account_id,owner,name,region\nA,None,NA,null\n")
    result = desk.load(data_on=date(2026, 1, 1))
    assert desk.rows(result, "accounts", "owner, name, region") == [("None", "NA", "null")]


def test_missing_words_of_the_mapping_are_empty(desk: Desk) -> None:
    assert amount_read(desk, "n/a") is None
    desk.put("x.csv", "Id,Day,Amount\n1,2026-01-05,n/a\n")
    result = desk.load(own("missing: [n/a]"))
    assert desk.rows(result, "spend", "amount") == [(None,)]
    assert any("1 rows have no amount" in note for note in result.notes)


def test_blanks_around_cells_are_removed_and_said(desk: Desk) -> None:
    desk.put("accounts.csv", 'account_id,owner\nA," Ann "\nB,Ben\nC,"  "\n')
    result = desk.load(data_on=date(2026, 1, 1))
    assert desk.rows(result, "accounts", "owner") == [("Ann",), ("Ben",), (None,)]
    assert any("2 rows had blanks around cells" in note for note in result.notes)


def test_order_of_day_and_month_by_evidence_of_the_whole_file(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,5/1/2026,sales,1\n2,25/2/2026,sales,1\n")
    result = desk.load()
    assert desk.rows(result, "spend", "spent_on") == [(date(2026, 1, 5),), (date(2026, 2, 25),)]
    assert any("dates read day first" in note for note in result.notes)


def test_order_of_day_and_month_without_evidence_is_refused(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,5/1/2026,sales,1\n2,6/2/2026,sales,1\n")
    said = desk.refusal()
    assert "can't be told apart" in said
    assert "dates in the mapping" in said


def test_contradicting_orders_of_day_and_month_are_refused(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,25/1/2026,sales,1\n2,6/22/2026,sales,1\n")
    assert "some dates read only day first, others only month first" in desk.refusal()


def test_a_declared_format_settles_the_order(desk: Desk) -> None:
    desk.put("x.csv", "Id,Day,Amount\n1,5/1/2026,2\n")
    result = desk.load(own('dates: "%d/%m/%Y"'))
    assert desk.rows(result, "spend", "spent_on") == [(date(2026, 1, 5),)]


def test_times_move_from_the_zone_of_the_export(desk: Desk) -> None:
    desk.put(
        "stage_history.csv",
        "opportunity_id,stage,entered_at\n"
        "A,Pilot,2026-01-05 03:00:00\n"
        "B,Pilot,2026-01-05T03:00:00.5+02:00\n"
        "C,Pilot,2026-01-05\n",
    )
    rows = desk.rows(desk.load(), "stage_history", "entered_at, entered_on")
    # New York is five hours behind UTC; a bare date stays the day it says.
    assert rows == [
        (datetime(2026, 1, 5, 0, 0), date(2026, 1, 5)),
        (datetime(2026, 1, 5, 1, 0, 0, 500000), date(2026, 1, 4)),
        (datetime(2026, 1, 5, 3, 0), date(2026, 1, 4)),
    ]


@pytest.mark.parametrize("cell", ["2026-01-05 03:00 PM", "2026-01-05 03:00:00 x", "2026-01-05 03:00:0x"])
def test_nothing_after_a_time_is_dropped(desk: Desk, cell: str) -> None:
    desk.put("stage_history.csv", f"opportunity_id,stage,entered_at\nA,Pilot,{cell}\n")
    assert "is not a time this mapping reads" in desk.refusal()


def test_an_event_of_tomorrow_is_unreadable(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-07-01,sales,1\n")
    assert "lies in the future" in desk.refusal(today=date(2026, 6, 30))
    assert desk.load(today=date(2026, 7, 1)).snapshot


def test_words_a_metric_relies_on_must_be_known(desk: Desk) -> None:
    desk.put(
        "subscriptions.csv",
        "line_id,account_id,kind,starts_on,amount,billing_months\nL1,A,Recurring Fee,2026-01-01,10,1\n",
    )
    assert "kind: is none of recurring, one_time" in desk.refusal()


def test_a_word_without_translation_is_unreadable(desk: Desk) -> None:
    mapping = mapping_of(
        """
name: own
title: Own
files: "*.csv"
header: Id
tables:
  - table: accounts
    columns:
      account_id: Id
      owner: Owner
      is_churned: {from: Gone, values: {Ja: true, Nein: false}}
"""
    )
    desk.put("x.csv", "Id,Owner,Gone\nA,Ann,ja\nB,Ann,vielleicht\n")
    assert "row 3, column Gone: is a word the mapping does not translate (value 'vielleicht')" in desk.refusal(
        mapping, data_on=date(2026, 1, 1)
    )


def test_every_problem_is_listed_and_a_person_reads_the_first_fifty_of_a_kind(desk: Desk) -> None:
    desk.put("spend.csv", SPEND + "".join(f"{i},2026-01-05,{'' if i else 'sales'},x\n" for i in range(60)))
    result = desk.load()
    assert [problem.row for problem in result.problems] == list(range(2, 62))
    read = list(abridged(result.problems))
    assert len(read) == 51
    assert str(read[-1]) == "spend.csv, column amount: 60 rows have this problem; the first 50 are listed"
    assert list(abridged(result.problems, most=60)) == list(result.problems)


def test_a_list_beyond_all_bounds_is_cut_and_its_length_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LISTED_PROBLEMS", 20)
    desk.put("spend.csv", SPEND + "".join(f"{i},2026-01-05,sales,x\n" for i in range(60)))
    result = desk.load()
    assert len(result.problems) == 21
    assert "60 rows have this problem; the first 20 are listed" in str(result.problems[-1])
