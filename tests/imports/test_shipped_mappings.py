"""Each shipped mapping on a small export with the real header of its source system."""

# Exports read best unbroken.
# ruff: noqa: E501

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from .conftest import SHIPPED, Desk

REPORT = (
    '"Opportunity ID","Account ID","Opportunity Owner","Account Name","Forecast Category","Opportunity Name","Fiscal Period",'
    '"Amount Currency","Amount","Probability (%)","Age","Close Date","Created Date","Next Step","Product Line","Stage","Type"\r\n'
)


def test_every_mapping_has_a_name_of_its_own() -> None:
    assert len({mapping.name for mapping in SHIPPED}) == len(SHIPPED)


def test_salesforce_report(desk: Desk) -> None:
    desk.put(
        "report1718012345.csv",
        REPORT
        + '"006A","001A","Ann Lee","Acme","Best Case","Acme, platform","Q1-2026","USD","12000.00","60","10","3/28/2026",'
        '"1/5/2026","Call","Core","Proposal/Price Quote","New Business"\r\n'
        '"006B","001A","Ann Lee","Acme","Closed","Acme again","Q1-2026","USD","","100","10","2/9/2026","1/5/2026","","Core",'
        '"Closed Won","Existing Business"\r\n'
        '\r\n"Total"\r\n"Grand Totals (2 records)"\r\n"Confidential Information - Do Not Distribute"\r\n'
        '"Copyright © 2000-2026 salesforce.com, inc. All rights reserved."\r\n',
    )
    result = desk.load()
    columns = (
        "opportunity_id, stage, status, type, forecast_category, amount, probability, created_on, close_on, closed_on"
    )
    assert desk.rows(result, "opportunities", columns) == [
        ("006A", "Proposal", "open", "new", "best case", Decimal(12000), Decimal("0.6"), date(2026, 1, 5), date(2026, 3, 28), None),
        ("006B", "Closed Won", "won", "expansion", "closed", None, Decimal(1), date(2026, 1, 5), date(2026, 2, 9), date(2026, 2, 9)),
    ]  # fmt: skip


def test_salesforce_report_without_ids_is_refused(desk: Desk) -> None:
    desk.put("report2.csv", REPORT.replace('"Opportunity ID",', "") + ("x," * 15 + "x\r\n"))
    assert "Opportunity ID / Opportunity ID (18 Digit) / Opportunity ID 18: the column is missing" in desk.refusal()


def test_salesforce_history_keeps_changes_of_the_stage_only(desk: Desk) -> None:
    desk.put(
        "opportunity_history.csv",
        "Opportunity ID,Opportunity Name,From Stage,To Stage,Stage Duration,Last Modified,Amount,Close Date,Stage,Created Date\n"
        "006A,Acme,,Prospecting,0,1/5/2026,100.00,3/28/2026,Closed Won,1/5/2026\n"
        "006A,Acme,Prospecting,Prospecting,3,1/8/2026,120.00,3/28/2026,Closed Won,1/5/2026\n"
        "006A,Acme,Prospecting,Closed Won,10,1/15/2026,120.00,3/28/2026,Closed Won,1/5/2026\n",
    )
    result = desk.load()
    assert desk.rows(result, "stage_history", "stage, entered_on, left_on, amount") == [
        ("Closed Won", date(2026, 1, 15), None, Decimal(120)),
        ("Qualification", date(2026, 1, 5), date(2026, 1, 15), Decimal(100)),
    ]
    assert result.tables[0].filtered == 1


def test_salesforce_field_history(desk: Desk) -> None:
    desk.put(
        "field_history.csv",
        "Opportunity ID,Opportunity Name,Stage,Amount,Created Date,Close Date,Field / Event,Old Value,New Value,Edit Date\n"
        '006A,Acme,Closed Won,5,1/5/2026,3/28/2026,Created.,,,"1/5/2026, 9:30 AM"\n'
        '006A,Acme,Closed Won,5,1/5/2026,3/28/2026,Stage,Prospecting,Closed Won,"1/15/2026, 2:05 PM"\n',
    )
    rows = desk.rows(desk.load(), "stage_history", "stage, entered_at, entered_on")
    assert rows == [("Closed Won", datetime(2026, 1, 15, 19, 5), date(2026, 1, 15))]


def test_salesforce_data_loader(desk: Desk) -> None:
    desk.put(
        "extract_opportunity.csv",
        "Id,CreatedDate,SystemModstamp,Name,Type,StageName,Amount,LeadSource,OwnerId,AccountId,LastModifiedDate,Probability,"
        "ExpectedRevenue,CloseDate,FiscalQuarter,FiscalYear,Tier__c\n"
        "006A,2026-01-05T02:00:00.000+0000,x,Acme,New Business,Prospecting,99.5,Web,005A,001A,x,10,9.95,2026-09-30,3,2026,A\n",
    )
    result = desk.load()
    assert desk.rows(result, "opportunities", "created_on, stage, status, amount, close_on") == [
        (date(2026, 1, 4), "Qualification", "open", Decimal("99.5"), date(2026, 9, 30))
    ]
    assert any("forecast_category" in note for note in result.notes)


HUBSPOT = (
    '"Record ID"\t"Deal Name"\t"Deal Stage"\t"Close Date"\t"Deal owner"\t"Amount"\t"Create Date"\t"Pipeline"\t'
    '"Date entered ""Appointment Scheduled (Sales Pipeline)"""\t"Date entered ""Closed Won (Sales Pipeline)"""\n'
    '"901"\t"Acme"\t"Closed Won"\t"2026-03-02 10:15"\t"Ann"\t"1500"\t"2026-02-01 08:00"\t"Sales Pipeline"\t"2026-02-01 08:00"\t'
    '"2026-03-02 10:15"\n'
    '"902"\t"Best"\t"Appointment Scheduled"\t""\t"Ann"\t""\t"2026-03-01 08:00"\t"Sales Pipeline"\t"2026-03-01 08:00"\t""\n'
)


def test_hubspot_in_utf16_with_tabs_feeds_deals_and_their_history(desk: Desk) -> None:
    desk.put("hubspot-crm-exports-all-deals-2026-03-05.csv", HUBSPOT.encode("utf-16"))
    result = desk.load()
    assert desk.rows(result, "opportunities", "opportunity_id, stage, status, amount, closed_on, created_on") == [
        ("901", "Closed Won", "won", Decimal(1500), date(2026, 3, 2), date(2026, 2, 1)),
        ("902", "Qualification", "open", None, None, date(2026, 3, 1)),
    ]
    assert desk.rows(result, "stage_history", "opportunity_id, stage, entered_at, left_on") == [
        ("901", "Closed Won", datetime(2026, 3, 2, 15, 15), None),
        ("901", "Qualification", datetime(2026, 2, 1, 13, 0), date(2026, 3, 2)),
        ("902", "Qualification", datetime(2026, 3, 1, 13, 0), None),
    ]


def test_hubspot_without_stage_dates_leaves_the_history_alone(desk: Desk) -> None:
    desk.put(
        "hubspot-crm-exports-all-deals-2024-08-27.csv",
        '"Record ID","Deal Name","Last Activity Date","State","Deal Stage","Close Date","Deal owner","Amount",'
        '"Date of last meeting booked in meetings tool","Pipeline","Associated Product","Products","LMS","Associated Product IDs"\n'
        '"901","Acme","","TX","Contract Sent","2026-08-30 10:00","Ann","1500","","Sales Pipeline","","","",""\n',
    )
    result = desk.load(data_on=date(2026, 6, 1))
    assert desk.rows(result, "opportunities", "stage, close_on") == [("Negotiation", date(2026, 8, 30))]
    assert result.snapshot
    assert "stage_history" not in result.snapshot.tables


def test_pipedrive(desk: Desk) -> None:
    desk.put(
        "deals-123.csv",
        "Deal - ID,Deal - Title,Deal - Owner,Deal - Creator,Deal - Pipeline,Deal - Stage,Deal - Status,Deal - Value,"
        "Deal - Currency of Value,Deal - Probability,Deal - Expected close date,Deal - Deal created,Deal - Won time,"
        "Deal - Lost time,Deal - Lost reason,Deal - Organization\n"
        "7,Acme,Ann,Ann,Sales,Proposal Made,Lost,900,USD,,2026-05-01,2026-01-05 10:00:00,,2026-02-03 03:00:00,Price,Acme Ltd\n"
        "8,Best,Ann,Ann,Sales,Qualified,Open,,,20,2026-09-01,2026-01-05 10:00:00,,,,Best Ltd\n",
    )
    rows = desk.rows(desk.load(), "opportunities", "opportunity_id, stage, status, closed_on, close_on, loss_reason")
    # The deal was lost in the small hours of UTC: still the second of February in New York.
    assert rows == [
        ("7", "Proposal", "lost", date(2026, 2, 2), date(2026, 2, 2), "Price"),
        ("8", "Qualification", "open", None, date(2026, 9, 1), None),
    ]


def test_stripe(desk: Desk) -> None:
    desk.put(
        "subscriptions.csv",
        "id,Customer ID,Customer Name,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start Date (UTC),"
        "Canceled At (UTC),Cancel At Period End,Ended At (UTC)\n"
        "sub_1,cus_1,Acme,Team,5,usd,month,49.00,active,2026-01-05 12:00,2026-01-05 12:00,,false,\n"
        "sub_2,cus_2,Best,Team,2,usd,year,490.00,canceled,2025-01-05 12:00,2025-01-05 12:00,2026-01-01 12:00,true,2026-01-05 12:00\n"
        "sub_3,cus_3,Card,Team,1,usd,month,49.00,incomplete_expired,2026-01-05 12:00,2026-01-05 12:00,,false,\n",
    )
    rows = desk.rows(desk.load(), "subscriptions", "line_id, status, starts_on, ends_on, amount, billing_months, arr")
    assert rows == [
        ("sub_1", "active", date(2026, 1, 5), None, Decimal(245), 1, Decimal(2940)),
        ("sub_2", "active", date(2025, 1, 5), date(2026, 1, 5), Decimal(980), 12, Decimal(980)),
    ]


def test_recurly_takes_the_billing_period_from_the_plan(desk: Desk) -> None:
    desk.put(
        "subscription_history_data.csv",
        "id,account_id,plan_id,state,created_at,activated_at,expires_at,currency,unit_amount,quantity,subtotal\n"
        "s1,a1,p12,active,2026-01-05 12:00:00,2026-01-05 12:00:00,,USD,1200.0,1,1200.0\n",
    )
    desk.put("plan_history_data.csv", "id,code,interval_unit,interval_length\np12,annual,months,12\n")
    assert desk.rows(desk.load(), "subscriptions", "billing_months, arr") == [(12, Decimal(1200))]


def test_stages_outside_the_companys_list_are_said(desk: Desk) -> None:
    desk.put(
        "stage_history.csv",
        "opportunity_id,stage,entered_on\nA,Pilot,2026-01-05\nA,Legal,2026-01-06\nB,Legal,2026-01-06\n",
    )
    assert any("does not list: Legal (2)" in note for note in desk.load().notes)


def test_two_mappings_that_fit_equally_are_a_problem(desk: Desk) -> None:
    twin = next(mapping for mapping in SHIPPED if mapping.name == "accounts").model_copy(update={"name": "twin"})
    desk.put("accounts.csv", "account_id,owner\nA,Ann\n")
    assert "fits several mappings equally: accounts, twin" in desk.refusal(*SHIPPED, twin)
