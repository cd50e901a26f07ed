"""Keys, filters, unreadable rows, currencies, lookups and derived columns."""

# Exports read best unbroken.
# ruff: noqa: E501

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kpi_engine.exports import records
from kpi_engine.exports.header import Header
from kpi_engine.exports.records import mend
from kpi_engine.exports.text import Export

from .conftest import Desk, mapping_of

DAY = date(2026, 1, 1)
SPEND = "spend_id,spent_on,function,amount\n"
DEALS = "opportunity_id,owner,stage,status,forecast_category,amount,close_on,closed_on,currency\n"
LINES = "line_id,account_id,kind,status,starts_on,ends_on,amount,billing_months\n"


def test_rows_equal_in_every_column_are_kept_once_and_said(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n1,2026-01-05,sales,5\n2,2026-01-05,sales,5\n")
    result = desk.load()
    assert len(desk.rows(result, "spend")) == 2
    assert (result.tables[0].read, result.tables[0].accepted, result.tables[0].repaired) == (3, 2, 1)
    assert any("1 rows repeat another row" in note for note in result.notes)


def test_one_key_with_two_contents_is_a_problem_for_each_row(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n2,2026-01-05,sales,5\n1,2026-01-05,sales,6\n")
    said = desk.refusal()
    assert "spend.csv, row 2, column spend_id: the key stands in several rows that differ (value '1')" in said
    assert "spend.csv, row 4, column spend_id" in said


def test_one_key_in_two_files_is_a_problem_in_both(desk: Desk) -> None:
    desk.put("spend_a.csv", f"{SPEND}1,2026-01-05,sales,5\n")
    desk.put("spend_b.csv", f"{SPEND}1,2026-01-05,sales,6\n2,2026-01-05,sales,6\n")
    said = desk.refusal()
    assert "spend_a.csv, row 2" in said
    assert "spend_b.csv, row 2" in said


def test_several_files_of_a_table_are_one_table(desk: Desk) -> None:
    desk.put("spend_a.csv", f"{SPEND}1,2026-01-05,sales,5\n")
    desk.put("spend_b.csv", f"{SPEND}2,2026-01-06,sales,6\n")
    assert desk.rows(desk.load(), "spend", "spend_id") == [("1",), ("2",)]


def test_an_empty_key_is_unreadable(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND},2026-01-05,sales,5\n")
    assert "row 2, column spend_id: is empty but must be filled" in desk.refusal()


def test_an_empty_tier_1_cell_loads_and_is_flagged(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,\n")
    result = desk.load()
    assert desk.rows(result, "spend", "amount") == [(None,)]
    assert "spend.csv → spend: 1 rows have no amount" in result.notes


def test_unreadable_rows_block_everything_until_left_out_with_a_reason(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n2,2026-01-05,sales,x\n3,never,sales,y\n4,2026-01-05,sales\n")
    desk.put("accounts.csv", "account_id,owner\nA,Ann\n")
    assert "row 5: has 3 cells" in desk.refusal()
    result = desk.load(exclude_unreadable="known defect of the export")
    assert desk.rows(result, "spend", "spend_id") == [("1",)]
    assert result.snapshot
    spend = result.snapshot.tables["spend"]
    assert (spend.left_out, spend.left_out_reason) == (3, "known defect of the export")
    assert result.snapshot.tables["accounts"].left_out_reason == ""
    report = next(report for report in result.tables if report.table == "spend")
    assert (report.read, report.accepted, report.refused) == (4, 1, 3)


def test_many_broken_records_can_be_left_out_as_well(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n" + "x,y\n" * 60)
    said = desk.refusal()
    assert said.count("has 2 cells where the header has 4") == 60, "every row can be mended from the list"
    result = desk.load(exclude_unreadable="half an export")
    assert result.snapshot
    assert result.snapshot.tables["spend"].left_out == 60


def test_a_missing_tier_1_column_is_never_excused_as_an_unreadable_row(desk: Desk) -> None:
    desk.put("spend.csv", "spend_id,spent_on,function\n1,2026-01-05,sales\n")
    assert "row 1, column amount: the column is missing" in desk.refusal(exclude_unreadable="hurry")


def test_contradicting_keys_are_left_out_with_a_reason(desk: Desk) -> None:
    desk.put("spend.csv", f"{SPEND}1,2026-01-05,sales,5\n2,2026-01-05,sales,5\n1,2026-01-05,sales,6\n")
    result = desk.load(exclude_unreadable="double entry")
    assert desk.rows(result, "spend", "spend_id") == [("2",)]
    assert result.snapshot
    assert result.snapshot.tables["spend"].left_out == 2


def test_a_deal_closes_on_its_close_date_unless_told_otherwise(desk: Desk) -> None:
    desk.put(
        "opportunities.csv",
        f"{DEALS}1,Ann,Closed Won,won,closed,5,2026-01-05,,\n2,Ann,Pilot,open,commit,5,2026-09-05,,\n"
        "3,Ann,Closed Lost,lost,omitted,5,2026-01-05,2026-01-04,\n",
    )
    assert desk.rows(desk.load(), "opportunities", "opportunity_id, closed_on") == [
        ("1", date(2026, 1, 5)), ("2", None), ("3", date(2026, 1, 4)),
    ]  # fmt: skip


def test_a_deal_won_tomorrow_is_unreadable(desk: Desk) -> None:
    desk.put("opportunities.csv", f"{DEALS}1,Ann,Closed Won,won,closed,5,2026-07-05,,\n")
    assert "row 2, column closed_on: lies in the future, after 2026-06-30 (value '2026-07-05')" in desk.refusal()


def test_annual_value_of_lines(desk: Desk) -> None:
    desk.put(
        "subscriptions.csv",
        f"{LINES}1,A,recurring,active,2026-01-01,,100,1\n2,A,recurring,active,2026-01-01,,1000,12\n"
        "3,A,recurring,active,2026-01-01,,100,3\n4,A,recurring,active,2026-01-01,,100,\n"
        "5,A,recurring,active,2026-01-01,,100,7\n",
    )
    arr = [row[0] for row in desk.rows(desk.load(), "subscriptions", "line_id, arr") for row in [row[1:]]]
    # Without its billing period an amount says nothing about a year.
    assert arr == [Decimal("1200"), Decimal("1000"), Decimal("400"), None, Decimal("171.4286")]


def test_zero_billing_months_are_unreadable(desk: Desk) -> None:
    desk.put("subscriptions.csv", f"{LINES}1,A,recurring,active,2026-01-01,,100,0\n")
    assert "billing_months: must be 1 or more" in desk.refusal()


OWN_LINES = """
name: own
title: Own
files: "*.csv"
header: [Id, Customer]
tables:
  - table: subscriptions
    end_dates: {ends}
    currency: Currency
    filters: [{{column: State, none_of: [Draft]}}]
    columns:
      line_id: {{join: [Id, Customer], separator: "/"}}
      account_id: Customer
      kind: {{constant: recurring}}
      starts_on: From
      ends_on: To
      amount: {{from: Cents, scale: 0.01, times: Seats}}
      billing_months: {{constant: 1}}
"""
LEDGER = "Id,Customer,From,To,Cents,Seats,State,Currency\n"


@pytest.mark.parametrize(("ends", "day"), [("inclusive", date(2026, 2, 1)), ("exclusive", date(2026, 1, 31))])
def test_ends_are_stored_as_the_first_day_after(desk: Desk, ends: str, day: date) -> None:
    desk.put("x.csv", f"{LEDGER}1,A,2026-01-01,2026-01-31,1050,2,Live,USD\n")
    rows = desk.rows(desk.load(mapping_of(OWN_LINES.format(ends=ends))), "subscriptions", "line_id, ends_on, amount")
    assert rows == [("1/A", day, Decimal("21"))]


def test_filtered_rows_are_counted_and_never_judged(desk: Desk) -> None:
    desk.put("x.csv", f"{LEDGER}1,A,2026-01-01,,1050,1,Live,USD\n2,A,x,,y,1,draft,USD\n")
    result = desk.load(mapping_of(OWN_LINES.format(ends="inclusive")))
    assert len(desk.rows(result, "subscriptions")) == 1
    assert result.tables[0].filtered == 1
    assert any("1 rows were left out by the mapping's filters" in note for note in result.notes)


RATES = "currency,rate_on,rate\nEUR,2026-01-01,1.10\nEUR,2026-02-01,1.20\n"


def test_amounts_take_the_latest_rate_on_or_before_their_day(desk: Desk) -> None:
    desk.put(
        "x_lines.csv",
        f"{LEDGER}1,A,2026-01-31,,1000,1,Live,EUR\n2,A,2026-02-01,,1000,1,Live,eur\n3,A,2026-02-01,,1000,1,Live,USD\n",
    )
    desk.put("currency_rates.csv", RATES)
    rates = mapping_of(
        "{name: rates, title: Rates, files: currency_rates.csv, header: [currency, rate_on, rate], tables: [{table: "
        "currency_rates, columns: {currency: currency, rate_on: rate_on, rate: rate}}]}"
    )
    result = desk.load(mapping_of(OWN_LINES.format(ends="inclusive")), rates)
    assert desk.rows(result, "subscriptions", "line_id, amount, arr") == [
        ("1/A", Decimal("11"), Decimal("132")), ("2/A", Decimal("12"), Decimal("144")), ("3/A", Decimal("10"), Decimal("120")),
    ]  # fmt: skip


def test_a_rate_below_a_thousandth_keeps_its_digits(desk: Desk) -> None:
    desk.put(
        "opportunities.csv",
        f"{DEALS}1,Ann,Closed Won,won,closed,1000000,2026-03-05,,KRW\n2,Ann,Closed Won,won,closed,100000000,2026-03-05,,VND\n",
    )
    desk.put("currency_rates.csv", "currency,rate_on,rate\nKRW,2026-01-01,0.00074\nVND,2026-01-01,0.0000389\n")
    rows = desk.rows(desk.load(), "opportunities", "opportunity_id, amount")
    assert rows == [("1", Decimal("740")), ("2", Decimal("3890"))]


@pytest.mark.parametrize("rate", ["0", "-1.1", "0.0000000000001"])
def test_a_rate_that_makes_nothing_of_amounts_is_refused(rate: str, desk: Desk) -> None:
    desk.put("opportunities.csv", f"{DEALS}1,Ann,Pilot,open,commit,5,2026-03-05,,EUR\n")
    desk.put("currency_rates.csv", f"currency,rate_on,rate\nEUR,2026-01-01,{rate}\n")
    assert "currency_rates.csv, row 2, column rate: is no rate" in desk.refusal(data_on=DAY)


def test_a_deal_opened_again_is_open(desk: Desk) -> None:
    desk.put(
        "opportunities.csv",
        f"{DEALS}1,Ann,Pilot,open,commit,5,2026-05-05,2026-03-10,\n2,Ann,Closed Lost,lost,closed,5,2026-03-11,2026-03-11,\n",
    )
    result = desk.load()
    assert desk.rows(result, "opportunities", "opportunity_id, closed_on") == [("1", None), ("2", date(2026, 3, 11))]
    assert any("1 open deals show a day they were closed on" in note for note in result.notes)


def test_a_currency_without_rate_is_refused_with_its_row(desk: Desk) -> None:
    desk.put("x.csv", f"{LEDGER}1,A,2026-01-31,,1000,1,Live,USD\n2,A,2026-01-31,,1000,1,Live,EUR\n")
    said = desk.refusal(mapping_of(OWN_LINES.format(ends="inclusive")))
    assert "x.csv, row 3, column currency: is not the reporting currency" in said
    assert "'EUR'" in said


def test_our_own_deals_in_another_currency_need_a_rate(desk: Desk) -> None:
    desk.put("opportunities.csv", f"{DEALS}1,Ann,Pilot,open,commit,5,2026-01-05,,EUR\n")
    assert "is not the reporting currency" in desk.refusal(data_on=DAY)


LOOKING = """
name: own
title: Own
files: "*seats*.csv"
header: [Person]
tables:
  - table: accounts
    columns:
      account_id: Person
      owner: {lookup: {file: "*teams*.csv", by: Person, key: Name, column: Boss, values: {Anne: Ann}}}
"""


def test_a_second_export_supplies_a_column(desk: Desk) -> None:
    desk.put("seats.csv", "Person\nAnne\nBen\nCleo\n")
    desk.put("teams.csv", "Name;Boss\nAnn;Zoe\nBen;Yan\n")
    result = desk.load(mapping_of(LOOKING), data_on=DAY)
    assert desk.rows(result, "accounts", "account_id, owner") == [("Anne", "Zoe"), ("Ben", "Yan"), ("Cleo", None)]
    assert not any("was not read" in note for note in result.notes)


def test_a_second_export_that_is_absent_or_contradicts_itself_is_refused(desk: Desk) -> None:
    desk.put("seats.csv", "Person\nBen\n")
    assert "*teams*.csv: is not in the folder" in desk.refusal(mapping_of(LOOKING), data_on=DAY)
    desk.put("teams.csv", "Name,Boss\nBen,Yan\nBen,Zoe\n")
    assert "several rows of this key that differ in 'Boss'" in desk.refusal(mapping_of(LOOKING), data_on=DAY)


def test_a_broken_record_of_the_second_export_blocks_only_without_a_reason(desk: Desk) -> None:
    desk.put("seats.csv", "Person\nBen\nCleo\n")
    desk.put("teams.csv", "Name,Boss\nBen,Yan\nCleo,Zoe,more\n")
    assert "cannot supply 'Boss'" in desk.refusal(mapping_of(LOOKING), data_on=DAY)
    result = desk.load(mapping_of(LOOKING), data_on=DAY, exclude_unreadable="known")
    assert desk.rows(result, "accounts", "account_id, owner") == [("Ben", "Yan"), ("Cleo", None)]
    assert "teams.csv: 1 broken records supply no 'Boss'" in result.notes


def test_a_broken_file_is_looked_at_once_for_all_its_tables(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def counted(export: Export, header: Header, target: Path) -> list[tuple[int, str]]:
        looks.append(export.file)
        return mend(export, header, target)

    monkeypatch.setattr(records, "mend", counted)
    both = """
name: both
title: Both
files: "*.csv"
header: [Person]
tables:
  - {table: accounts, columns: {account_id: Person, owner: Boss}}
  - {table: contacts, columns: {contact_id: Person, account_id: Boss}, absent: []}
"""
    desk.put("people.csv", "Person,Boss\nBen,Yan\nCleo,Zoe,more\n")
    desk.refusal(mapping_of(both), data_on=DAY)
    assert looks == ["people.csv"]


def test_the_day_a_deal_left_a_stage_is_the_day_it_entered_the_next(desk: Desk) -> None:
    desk.put(
        "stage_history.csv",
        "opportunity_id,stage,entered_on\nA,Proposal,2026-01-05\nA,Discovery,2026-01-02\nA,Pilot,2026-01-05\nB,Pilot,2026-01-03\n",
    )
    rows = desk.rows(desk.load(), "stage_history", "opportunity_id, stage, left_on")
    assert rows == [
        ("A", "Discovery", date(2026, 1, 5)), ("A", "Pilot", date(2026, 1, 5)), ("A", "Proposal", None), ("B", "Pilot", None),
    ]  # fmt: skip


def test_stage_changes_between_two_plain_loads_are_kept(desk: Desk) -> None:
    desk.put(
        "opportunities.csv", f"{DEALS}1,Ann,Pilot,open,commit,5,2026-09-05,,\n2,Ann,Pilot,open,commit,5,2026-09-05,,\n"
    )
    first = desk.load(data_on=date(2026, 3, 1))
    assert first.snapshot
    assert "stage_history" not in first.snapshot.tables
    desk.put(
        "opportunities.csv",
        f"{DEALS}1,Ann,Closed Won,won,closed,7,2026-03-06,,\n2,Ann,Pilot,open,commit,5,2026-09-05,,\n"
        "3,Ann,Discovery,open,commit,5,2026-09-05,,\n",
    )
    rows = desk.rows(
        desk.load(data_on=date(2026, 3, 8)), "stage_history", "opportunity_id, stage, entered_on, entered_at"
    )
    assert rows == [
        ("1", "Closed Won", date(2026, 3, 6), datetime(2026, 3, 6, 5)),
        ("3", "Discovery", date(2026, 3, 8), datetime(2026, 3, 8, 5)),
    ]
    desk.put("opportunities.csv", f"{DEALS}3,Ann,Pilot,open,commit,5,2026-09-05,,\n")
    later = desk.rows(desk.load(data_on=date(2026, 3, 15)), "stage_history", "opportunity_id, stage, left_on")
    assert later == [("1", "Closed Won", None), ("3", "Discovery", date(2026, 3, 15)), ("3", "Pilot", None)]
