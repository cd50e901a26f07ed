"""Every kind of request on awkward rows: a backend gives exactly these cells."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kpi_engine.company import Company
from kpi_engine.measure import Filter, Stock
from kpi_engine.partial import Partial, StageCohort, States, Term, entering, leaving
from kpi_engine.period import Calendar

from .backends import BACKENDS, Asked, Row, snapshots

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

MARCH_3, MARCH_10 = date(2026, 3, 3), date(2026, 3, 10)
CREATED = Partial("opportunities", ("created_on",))
AMOUNT = Partial("opportunities", ("created_on",), value=Term("column", ("amount",)))


def deal(key: object, day: date | None = MARCH_3, **columns: object) -> Row:
    return {"opportunity_id": str(key), "stage": "Pilot", "status": "open", "created_on": day, **columns}


def deals(*rows: Row, **more: list[Row]) -> dict[str, list[Row]]:
    return {"opportunities": list(rows), **more}


def counted(backend: str, condition: dict[str, object], *rows: Row) -> int:
    """How many rows pass a filter."""
    partial = Partial("opportunities", ("created_on",), (Filter.model_validate(condition),))
    return Asked(backend, deals(*rows)).totals(partial).get(0, 0)


# --- Slices -----------------------------------------------------------------------------------------------------


def test_an_empty_dimension_is_not_the_total(backend: str) -> None:
    rows = deals(*(deal(at, segment=name) for at, name in enumerate([None, "(all)", "(none)", "SMB", "SMB"])))
    assert Asked(backend, rows).cells(CREATED, ["segment"]) == {
        ("total", "(all)", 0): 5, ("segment", "(none)", 0): 2, ("segment", "(all)", 0): 1, ("segment", "SMB", 0): 2,
    }  # fmt: skip


def test_two_dimensions_are_two_ways_to_cut_not_a_cross(backend: str) -> None:
    rows = deals(deal(1, segment="SMB"), deal(2, segment="SMB", region="EMEA"), deal(3, MARCH_10, region="EMEA"))
    assert Asked(backend, rows).cells(CREATED, ["segment", "region"]) == {
        ("total", "(all)", 0): 2, ("total", "(all)", 1): 1,
        ("segment", "SMB", 0): 2, ("segment", "(none)", 1): 1,
        ("region", "EMEA", 0): 1, ("region", "EMEA", 1): 1, ("region", "(none)", 0): 1,
    }  # fmt: skip


def test_slices_differ_by_case_blank_and_accent(backend: str) -> None:
    names = ["smb", "SMB", "SMB ", "Énergie", "Energie", "O'Hara", 'a"b', "back\\slash", ""]
    rows = deals(*(deal(at, segment=name) for at, name in enumerate(names)))
    found = Asked(backend, rows).cells(CREATED, ["segment"])
    assert {place[1]: value for place, value in found.items() if place[0] == "segment"} == dict.fromkeys(names, 1)


def test_an_empty_cell_falls_back_on_the_account(backend: str) -> None:
    rows = deals(
        deal(1, account_id="A"), deal(2, account_id="A", segment="Own"), deal(3, account_id="gone"), deal(4),
        accounts=[{"account_id": "A", "segment": "SMB"}, {"account_id": "B", "segment": "Other"}],
    )  # fmt: skip
    found = Asked(backend, rows).cells(CREATED, ["segment"])
    assert {place[1]: value for place, value in found.items()} == {"(all)": 4, "SMB": 1, "Own": 1, "(none)": 2}


def test_rows_of_one_slice(backend: str) -> None:
    rows = deals(deal(1, segment="SMB"), deal(2, segment="SMB", region="EMEA"), deal(3))
    smb, empty = Filter(column="segment", is_="SMB"), Filter(column="segment", empty=True)
    assert Asked(backend, rows, within=(smb,)).cells(CREATED, ["region"]) == {
        ("total", "(all)", 0): 2, ("region", "EMEA", 0): 1, ("region", "(none)", 0): 1,
    }  # fmt: skip
    assert Asked(backend, rows, within=(empty,)).totals(CREATED) == {0: 1}


# --- Money ------------------------------------------------------------------------------------------------------


def test_money_is_exact_to_four_decimals(backend: str) -> None:
    amounts = ["0.1", "0.2", "-0.3", "0.0001", "-1234567.8901", "99999999.9999"]
    rows = deals(*(deal(at, amount=amount) for at, amount in enumerate(amounts)))
    assert Asked(backend, rows).totals(AMOUNT) == {0: 1 - 12345678901 + 999999999999}


def test_amounts_that_cancel_are_zero_and_absent_ones_nothing(backend: str) -> None:
    rows = deals(deal(1, amount="0.1"), deal(2, amount="-0.1"), deal(3, MARCH_10))
    assert Asked(backend, rows).totals(AMOUNT) == {0: 0}


# --- Filters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "number"),
    [
        ({"column": "owner", "is": "O'Brien"}, 1),
        ({"column": "owner", "is_not": "O'Brien"}, 4),
        ({"column": "owner", "in": ["O'Brien", 'a"b', "x'); --"]}, 2),
        ({"column": "owner", "not_in": ["O'Brien", 'a"b']}, 3),
        ({"column": "owner", "is": "o'brien"}, 0),
        ({"column": "owner", "is": "100%"}, 1),
        ({"column": "owner", "is": "back\\slash"}, 1),
        ({"column": "owner", "empty": True}, 1),
        ({"column": "owner", "empty": False}, 4),
    ],
)
def test_texts(backend: str, condition: dict[str, object], number: int) -> None:
    rows = [deal(at, owner=name) for at, name in enumerate(["O'Brien", 'a"b', "100%", "back\\slash", None])]
    assert counted(backend, condition, *rows) == number


@pytest.mark.parametrize(
    ("condition", "number"),
    [
        ({"column": "is_referral", "is": True}, 1),
        ({"column": "is_referral", "is": False}, 2),
        ({"column": "is_referral", "is_not": True}, 5),
        ({"column": "is_referral", "empty": True}, 3),
    ],
)
def test_booleans(backend: str, condition: dict[str, object], number: int) -> None:
    rows = [deal(at, is_referral=flag) for at, flag in enumerate([True, False, False, None, None, None])]
    assert counted(backend, condition, *rows) == number


@pytest.mark.parametrize(
    ("condition", "number"),
    [
        ({"column": "amount", "above": 10}, 1),
        ({"column": "amount", "at_least": 10}, 2),
        ({"column": "amount", "below": -0.5}, 1),
        ({"column": "amount", "at_most": -0.5}, 2),
        ({"column": "amount", "equals_column": "list_amount"}, 1),
        ({"column": "amount", "at_most_column": "list_amount"}, 2),
    ],
)
def test_numbers(backend: str, condition: dict[str, object], number: int) -> None:
    amounts = [("10.0001", "10"), ("10", "10"), ("-0.5", "0"), ("-0.5001", None), (None, "1")]
    rows = [deal(at, amount=one, list_amount=other) for at, (one, other) in enumerate(amounts)]
    assert counted(backend, condition, *rows) == number


def test_days_between_columns(backend: str) -> None:
    within = {"column": "qualified_on", "at_most_column": "created_on", "plus_days": 2}
    rows = [deal(at, qualified_on=MARCH_3 + timedelta(days=at)) for at in range(5)]
    assert counted(backend, within, *rows, deal("none"), deal("before", qualified_on=date(2024, 2, 29))) == 4


# --- The calendar -----------------------------------------------------------------------------------------------

NEW_YEAR = [date(2020, 12, 27), date(2020, 12, 28), date(2021, 1, 2), date(2021, 1, 3), date(2021, 1, 4)]


@pytest.mark.parametrize(
    ("start", "first", "expected"),
    [("monday", date(2020, 12, 21), {0: 1, 1: 3, 2: 1}), ("sunday", date(2020, 12, 20), {1: 3, 2: 2}),
     ("saturday", date(2020, 12, 19), {1: 2, 2: 3})],
)  # fmt: skip
def test_weeks_at_the_turn_of_the_year(backend: str, start: str, first: date, expected: dict[int, int]) -> None:
    company = Company.model_validate({"name": "Any", "week_start": start})
    rows = deals(*(deal(at, day) for at, day in enumerate(NEW_YEAR)))
    span = ("week", first, first + timedelta(days=20))
    assert Asked(backend, rows, span, date(2021, 1, 31), company).totals(CREATED) == expected


def test_months_and_the_leap_day(backend: str) -> None:
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 3, 1), date(2024, 12, 31)]
    rows = deals(*(deal(at, day) for at, day in enumerate(days)))
    asked = Asked(backend, rows, ("month", date(2023, 12, 1), date(2024, 12, 31)), date(2024, 12, 31))
    assert asked.totals(CREATED) == {0: 1, 1: 1, 2: 1, 3: 1, 12: 1}


def test_quarters_of_a_fiscal_year_from_february(backend: str) -> None:
    company = Company(name="Any", fiscal_year_start_month=2)
    days = [date(2024, 1, 31), date(2024, 2, 1), date(2024, 4, 30), date(2024, 5, 1), date(2025, 1, 31)]
    rows = deals(*(deal(at, date(2024, 1, 1), close_on=day) for at, day in enumerate(days)), deal("none"))
    keyed = Partial("opportunities", ("created_on",), key=Term("quarter", ("close_on",)))
    first = Calendar.of(company).quarter(date(2024, 2, 1))
    found = Asked(backend, rows, ("span", date(2024, 1, 1), date(2024, 1, 1)), company=company).totals(keyed)
    assert found == {(0, first - 1): 1, (0, first): 2, (0, first + 1): 1, (0, first + 3): 1}


def test_what_lies_outside_or_has_not_happened_is_left_out(backend: str) -> None:
    days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 30), None]
    rows = deals(*(deal(at, day) for at, day in enumerate(days)))
    assert Asked(backend, rows, as_of=date(2026, 3, 12)).totals(CREATED) == {0: 1, 1: 1}
    assert Asked(backend, rows).totals(CREATED) == {0: 1, 1: 2}


def test_one_span_of_any_length(backend: str) -> None:
    rows = deals(*(deal(at, date(2026, 3, 1 + at)) for at in range(20)))
    assert Asked(backend, rows, ("span", date(2026, 3, 5), date(2026, 3, 9))).totals(CREATED) == {0: 5}


# --- Keys -------------------------------------------------------------------------------------------------------


def test_keyed_by_days_ties_and_gaps_and_negative_ones(backend: str) -> None:
    waits = [3, 3, 0, -2, 400, None]
    rows = deals(
        *(deal(at, first_contact_on=None if w is None else MARCH_3 - timedelta(days=w)) for at, w in enumerate(waits))
    )
    keyed = Partial("opportunities", ("created_on",), key=Term("days", ("first_contact_on", "created_on")))
    assert Asked(backend, rows).totals(keyed) == {(0, 3): 2, (0, 0): 1, (0, -2): 1, (0, 400): 1}


def test_keyed_by_day_before_and_after_1970(backend: str) -> None:
    rows = deals(*(deal(at, close_on=day) for at, day in enumerate([date(1969, 12, 31), date(1970, 1, 1), MARCH_3])))
    keyed = Partial("opportunities", ("created_on",), key=Term("day", ("close_on",)))
    assert Asked(backend, rows).totals(keyed) == {(0, -1): 1, (0, 0): 1, (0, 20515): 1}


def test_keyed_by_a_column(backend: str) -> None:
    rows = deals(*(deal(at, amount=amount) for at, amount in enumerate(["1.5", "1.5", "-0.0001", None])))
    keyed = Partial("opportunities", ("created_on",), key=Term("column", ("amount",)))
    assert Asked(backend, rows).totals(keyed) == {(0, 15000): 2, (0, -1): 1}


def test_hours_in_seconds_and_unfinished_ones_until_the_day_s_end(backend: str) -> None:
    def run(key: str, until: str | None) -> Row:
        return {"gate_run_id": key, "run_on": MARCH_3, "failed_at": "2026-03-29 22:30:15", "triaged_at": until}

    new_york = Company(name="Any", time_zone="America/New_York")
    rows = {"gate_runs": [run("A", "2026-03-29 23:30:16"), run("B", None), run("C", "2026-04-09 00:00:00")]}
    so_far = Partial("gate_runs", ("run_on",), key=Term("hours_so_far", ("failed_at", "triaged_at")))
    # The 29th ends in New York at 04:00 on the 30th, UTC.
    assert Asked(backend, rows, company=new_york).totals(so_far) == {(0, 3601): 1, (0, 5 * 3600 + 29 * 60 + 45): 2}
    hours = Partial("gate_runs", ("run_on",), value=Term("hours", ("failed_at", "triaged_at")))
    assert Asked(backend, {"gate_runs": rows["gate_runs"][:2]}).totals(hours) == {0: 3601}


# --- Stocks -----------------------------------------------------------------------------------------------------


def test_what_enters_and_leaves_a_stock(backend: str) -> None:
    stock = Stock(table="opportunities", start="created_on", end="closed_on")
    before, later = date(2020, 2, 29), date(2026, 3, 20)
    rows = deals(
        deal("long ago", before), deal("gone long ago", before, closed_on=date(2021, 1, 1)),
        deal("leaves", before, closed_on=MARCH_10), deal("comes", MARCH_10),
        deal("closed before", later, closed_on=MARCH_3), deal("same day", MARCH_3, closed_on=MARCH_3),
        deal("never", None, closed_on=MARCH_3),
    )  # fmt: skip
    asked = Asked(backend, rows)
    assert asked.totals(entering(stock, Term())) == {0: 4, 1: 1, 2: 1}
    assert asked.totals(leaving(stock, Term())) == {0: 2, 1: 1, 2: 1}


def test_a_stock_by_the_quarter_in_which_it_closes(backend: str) -> None:
    stock = Stock(table="opportunities", start="created_on", end="closed_on", sum="amount")
    rows = deals(
        deal(1, amount=5, close_on=date(2026, 6, 30)), deal(2, amount=7, close_on=date(2026, 7, 1)),
        deal(3, amount=9), deal(4, MARCH_10, close_on=date(2026, 4, 1), amount=-2),
    )  # fmt: skip
    entry = entering(stock, Term("column", ("amount",)), Term("quarter", ("close_on",)))
    second = Calendar().quarter(date(2026, 4, 1))
    assert Asked(backend, rows).totals(entry) == {(0, second): 50000, (0, second + 1): 70000, (1, second): -20000}


# --- Stage cohorts ----------------------------------------------------------------------------------------------


def entries(*given: tuple[str, str, date]) -> list[Row]:
    return [{"opportunity_id": d, "stage": s, "entered_on": day, "entered_at": f"{day} 09:00"} for d, s, day in given]


def test_a_stage_cohort_takes_each_deal_s_first_entry(backend: str) -> None:
    d = "Discovery"
    history = entries(
        ("A", d, MARCH_3), ("A", d, MARCH_10), ("A", "Pilot", date(2026, 3, 8)), ("A", "Pilot", date(2026, 3, 9)),
        ("skips", "Pilot", MARCH_3), ("same day", d, MARCH_3), ("same day", "Pilot", MARCH_3),
        ("back", "Pilot", MARCH_3), ("back", d, MARCH_10), ("stays", d, MARCH_3), ("later", d, MARCH_3),
        ("later", "Pilot", date(2026, 3, 28)),
    )  # fmt: skip
    cohort = StageCohort((d, "Pilot"), ("Pilot",))
    rows = {"stage_history": history, "opportunities": [deal("A", segment="SMB"), deal("stays", segment="SMB")]}
    asked = Asked(backend, rows, as_of=date(2026, 3, 20))
    assert asked.cells(Partial(cohort, ("entered_on",)), ["segment"]) == {
        ("total", "(all)", 0): 6, ("segment", "SMB", 0): 2, ("segment", "(none)", 0): 4,
    }  # fmt: skip
    reached = Filter(column="reached_on", at_most_column="entered_on", plus_days=5)
    assert asked.totals(Partial(cohort, ("entered_on",), (reached,))) == {0: 4}
    assert asked.totals(Partial(cohort, ("reached_on",))) == {0: 4}


# --- Pairs of snapshots -----------------------------------------------------------------------------------------


def test_every_path_of_a_deal_between_two_snapshots(backend: str) -> None:
    start, end = date(2026, 3, 1), date(2026, 3, 31)
    march, april = date(2026, 3, 15), date(2026, 4, 15)

    def seen(key: str, amount: object, close: date | None, status: str = "open") -> Row:
        return deal(key, amount=amount, close_on=close, status=status)

    opening = [
        seen("stays", 100, march), seen("up", 10, march), seen("down", 10, start), seen("slips", 40, end),
        seen("won", 20, march), seen("lost", 30, march), seen("gone", 50, march), seen("pulled in", 60, april),
        seen("reopens", 5, march, "lost"), seen("no date", 7, None), seen("no amount", None, march),
    ]  # fmt: skip
    closing = [
        seen("stays", 100, march), seen("up", "12.5", march), seen("down", 4, march), seen("slips", 45, april),
        seen("won", 25, march, "won"), seen("lost", 30, march, "lost"), seen("pulled in", 60, march),
        seen("reopens", 5, march), seen("no date", 7, None), seen("no amount", 3, march), seen("new", 80, march),
        seen("new, later", 90, april), seen("new and won", 15, march, "won"),
    ]  # fmt: skip
    rows, pair = snapshots(opening, closing, start, end)
    asked = Asked(backend, rows)

    def amount(part: str) -> float:
        return asked.totals(Partial(pair, (), value=Term("column", (part,)))).get(0, 0) / 10_000

    parts = ("start", "new", "amount_up", "amount_down", "moved_in", "moved_out", "lost", "won", "end")
    found = {part: amount(part) for part in parts}
    assert found == {
        "start": 260, "new": 100, "amount_up": 10.5, "amount_down": 6, "moved_in": 60, "moved_out": 40, "lost": 80,
        "won": 40, "end": 264.5,
    }  # fmt: skip
    risen = found["new"] + found["amount_up"] + found["moved_in"]
    fallen = found["amount_down"] + found["moved_out"] + found["lost"] + found["won"]
    assert found["start"] + risen - fallen == found["end"]
    stood = asked.totals(Partial(pair, (), (Filter(column="in_start", is_=True),)))
    assert (stood, asked.totals(Partial(pair, (), (Filter(column="slipped", is_=True),)))) == ({0: 8}, {0: 1})


# --- Customers --------------------------------------------------------------------------------------------------

RECURRING = States("subscriptions", "starts_on", "ends_on", "amount", (Filter(column="kind", is_="recurring"),))
ENDS = (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31))


def line(account: str | None, start: date, end: date | None, amount: object, kind: str = "recurring") -> Row:
    return {"line_id": f"{account} {start} {amount}", "account_id": account, "starts_on": start, "ends_on": end,
            "amount": amount, "kind": kind}  # fmt: skip


LINES = [
    line("A", date(2024, 1, 31), date(2024, 2, 29), 10),  # an end is exclusive: over on the leap day
    line("A", date(2024, 2, 29), None, "2.5"),
    line("A", date(2024, 1, 1), None, 99, "service"),
    line("B", date(2024, 2, 1), None, 7),
    line("B", date(2024, 3, 1), None, -9),
    line("C", date(2023, 1, 1), date(2023, 6, 1), 4),
    line("D", date(2024, 2, 1), None, None),
]


def test_what_customers_hold_at_each_month_s_end(backend: str) -> None:
    rows = {"subscriptions": LINES, "accounts": [{"account_id": "A", "segment": "SMB"}, {"account_id": "B"}]}
    # A credit larger than what it credits leaves nothing; C and D never hold anything on these days.
    assert Asked(backend, rows).held(RECURRING, ENDS, ["segment"]) == [
        (0, 0, 0, "(none)"), (0, 0, 0, "(none)"), (0, 70000, 0, "(none)"), (100000, 25000, 25000, "SMB"),
    ]  # fmt: skip


def test_what_customers_hold_without_a_table_of_accounts(backend: str) -> None:
    held = Asked(backend, {"subscriptions": LINES[:2]}).held(RECURRING, ENDS, ["account.segment"])
    assert held == [(100000, 25000, 25000, "(none)")]


# --- Nothing there ----------------------------------------------------------------------------------------------


def test_empty_tables_give_no_cells(backend: str) -> None:
    asked = Asked(backend, {"opportunities": [], "subscriptions": []})
    keyed = Partial("opportunities", ("created_on",), key=Term("day", ("close_on",)))
    assert asked.cells(CREATED, ["segment"]) == asked.cells(keyed, ["segment"]) == {}
    assert asked.held(RECURRING, ENDS, ["segment"]) == []


def test_looked_up_dates_take_the_earliest_of_the_meetings_held(backend: str) -> None:
    def meeting(key: int, deal_: str, day: int, type_: str = "discovery") -> Row:
        return {"activity_id": str(key), "opportunity_id": deal_, "type": type_, "held_on": date(2026, 2, day)}

    rows = deals(
        deal("A"), deal("B"), deal("C", discovery_held_on=date(2026, 2, 20)),
        activities=[meeting(1, "A", 12), meeting(2, "A", 11), meeting(3, "A", 1, "demo"), meeting(4, "C", 1)],
    )  # fmt: skip
    waited = Partial("opportunities", ("created_on",), key=Term("days", ("discovery_held_on", "created_on")))
    assert Asked(backend, rows).totals(waited) == {(0, 20): 1, (0, 11): 1}
