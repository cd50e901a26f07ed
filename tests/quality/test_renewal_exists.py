"""Contracts that end without a renewal, counted again in plain Python on rows made by chance."""

from datetime import date, timedelta
from random import Random

import pytest

from .looking import AS_OF, deal, look


def line(id_, ends_on, account="A", **columns):
    told = {"line_id": id_, "account_id": account, "product": "Suite", "kind": "recurring", "status": "active"}
    return told | {"starts_on": "2025-04-01", "ends_on": ends_on, "amount": 10, "billing_months": 1} | columns


def renewal(account, renewal_on):
    return {"renewal_id": f"R-{account}-{renewal_on}", "account_id": account, "owner": "Kim", "arr": 1,
            "renewal_on": renewal_on}  # fmt: skip


def test_a_contract_that_ends_without_anything_is_found_though_no_renewal_row_is_there(tmp_path):
    lines = [
        line("bare", "2026-05-01"),
        line("last day", "2026-06-18", "B"),  # 90 days
        line("far", "2026-06-19", "C"),
        line("over", "2026-03-20", "D"),
        line("running", None, "E"),
        line("once", "2026-05-01", "F", kind="one_time"),
        line("renewal", "2026-05-01", "G"),
        line("deal", "2026-05-01", "H"),
        line("lost deal of last year", "2026-05-01", "I"),
        line("followed", "2026-05-01", "J"),
        line("following", None, "J", starts_on="2026-03-01"),
        line("other product goes on", "2026-05-01", "K"),
        line("of another product", None, "K", product="Support"),
    ]
    deals = [
        deal("1", account_id="H", type="renewal"),
        deal("2", account_id="I", type="renewal", status="lost", closed_on="2025-03-01", stage="Closed Lost"),
        deal("3", account_id="A", type="expansion"),
    ]
    rows = {"subscriptions": lines, "renewals": [renewal("G", "2026-05-01")], "opportunities": deals}
    outcome, wrong = look(tmp_path, "hygiene", "renewal_exists", "", rows)

    assert wrong == {
        "bare": "ends in 42 days, no renewal opened",
        "last day": "ends in 90 days, no renewal opened",
        "lost deal of last year": "ends in 42 days, no renewal opened",
        "other product goes on": "ends in 42 days, no renewal opened",
    }
    assert outcome.checked == 7


def test_without_renewals_and_deals_nothing_is_claimed(tmp_path):
    outcome, wrong = look(tmp_path, "hygiene", "renewal_exists", "", {"subscriptions": [line("bare", "2026-05-01")]})
    assert (outcome.state, outcome.reason, wrong) == ("not_evaluable", "nothing to check in this load", {})


@pytest.mark.parametrize("seed", range(5))
def test_counted_again_in_plain_python(tmp_path, seed):
    random = Random(seed)

    def some_day(share_of_none=0.0):
        if random.random() < share_of_none:
            return None
        return (AS_OF + timedelta(days=random.randrange(-60, 160))).isoformat()

    accounts = [f"A{number}" for number in range(60)]
    lines = [
        line(f"L{number}", some_day(0.2), random.choice(accounts), product=random.choice(["Suite", "Support", None]),
             kind=random.choice(["recurring", "recurring", "services"]),
             starts_on=(AS_OF - timedelta(days=random.randrange(1, 500))).isoformat())
        for number in range(150)
    ]  # fmt: skip
    lines = [one for one in lines if one["ends_on"] is None or one["ends_on"] > one["starts_on"]]
    made = (renewal(random.choice(accounts), some_day()) for _ in range(15))
    renewals = list({one["renewal_id"]: one for one in made}.values())
    deals = []
    for number in range(20):
        status = random.choice(["open", "won", "lost"])
        closed = None if status == "open" else (AS_OF - timedelta(days=random.randrange(200))).isoformat()
        deals.append(deal(f"D{number}", account_id=random.choice(accounts), type=random.choice(["renewal", "new"]),
                          status=status, stage="Discovery", closed_on=closed))  # fmt: skip
    rows = {"subscriptions": lines, "renewals": renewals, "opportunities": deals}
    outcome, wrong = look(tmp_path, "hygiene", "renewal_exists", "", rows)

    due = {one["line_id"] for one in lines if is_due(one)}
    assert outcome.checked == len(due)
    assert set(wrong) == {
        one["line_id"] for one in lines if one["line_id"] in due and not renewed(one, lines, renewals, deals)
    }
    assert 0 < len(wrong) < len(due)


def is_due(one):
    return one["kind"] == "recurring" and one["ends_on"] and 1 <= days(AS_OF.isoformat(), one["ends_on"]) <= 90


def renewed(one, lines, renewals, deals):
    goes_on = any(
        other is not one and (other["account_id"], other["product"]) == (one["account_id"], one["product"])
        and other["starts_on"] <= one["ends_on"] and (not other["ends_on"] or other["ends_on"] > one["ends_on"])
        for other in lines
    )  # fmt: skip
    theirs = [other for other in renewals if other["account_id"] == one["account_id"]]
    row = any(abs(days(other["renewal_on"], one["ends_on"])) <= 90 for other in theirs)
    open_deal = any(
        d["account_id"] == one["account_id"] and d["type"] == "renewal"
        and (d["status"] == "open" or abs(days(d["closed_on"], one["ends_on"])) <= 90)
        for d in deals
    )  # fmt: skip
    return goes_on or row or open_deal


def days(first, last):
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
