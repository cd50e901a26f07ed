"""Each hygiene rule kind on rows made by hand."""

from .looking import deal, entered, look


def commit(id_, **columns):
    return deal(id_, forecast_category="commit", **{"next_step": "Call", **columns})


def test_commit_needs_a_close_date_within_the_quarter_and_a_next_step(tmp_path):
    rows = [
        commit("ready", close_on="2026-03-31"),
        commit("first day", close_on="2026-01-01"),
        commit("late", close_on="2026-04-01"),
        commit("no date", close_on=None),
        commit("no step", next_step=None),
        commit("neither", close_on=None, next_step=None),
        deal("pipeline", next_step=None, close_on="2027-01-01"),
    ]
    outcome, wrong = look(tmp_path, "hygiene", "commit_ready", "", {"opportunities": rows})

    assert wrong == {
        "late": "closes outside the quarter",
        "no date": "no close date",
        "no step": "no next step",
        "neither": "no close date, no next step",
    }
    assert outcome.checked == 6


def test_at_a_quarters_end_commits_may_be_for_the_next_one(tmp_path):
    rows = [commit("april", close_on="2026-04-01"), commit("july", close_on="2026-07-01")]
    _, wrong = look(tmp_path, "hygiene", "commit_ready", "grace_days: 14", {"opportunities": rows})
    assert list(wrong) == ["july"]


def renewal(id_, renewal_on, opened_on=None, **columns):
    told = {"renewal_id": id_, "account_id": "A", "owner": "Kim", "arr": 100}
    return told | {"renewal_on": renewal_on, "opened_on": opened_on} | columns


def test_renewals_are_opened_ninety_days_ahead(tmp_path):
    rows = [
        renewal("in time", "2026-05-01", "2026-01-31"),  # 90 days
        renewal("late", "2026-05-01", "2026-02-01"),  # 89 days
        renewal("unopened", "2026-05-01"),
        renewal("far", "2026-06-19"),  # 91 days ahead: there is still time
        renewal("due today", "2026-03-20"),
        renewal("past", "2026-03-19"),
        renewal("renewed", "2026-05-01", renewed_on="2026-03-01"),
    ]
    where = "days: 90\nwhere: [{column: renewed_on, empty: true}]"
    outcome, wrong = look(tmp_path, "hygiene", "opened_ahead", where, {"renewals": rows})

    assert wrong == {
        "late": "opened only 89 days ahead",
        "unopened": "not opened, due in 42 days",
        "due today": "not opened, due in 0 days",
    }
    assert outcome.checked == 4


def test_amount_changes_above_the_sum_need_a_note(tmp_path):
    deals = [
        deal("told", amount=500, amount_note="Fewer seats"),
        deal("silent", amount=500),
        deal("at the sum", amount=500),
        deal("old", amount=500),
        deal("since the last stage", amount=1),
    ]
    history = [
        step
        for id_, first, day in (
            ("told", 5000, "2026-03-10"),
            ("silent", 5000, "2026-03-10"),
            ("at the sum", 1500, "2026-03-10"),
            ("old", 5000, "2026-01-10"),
        )
        for step in (
            entered(id_, "Discovery", "2026-01-05", amount=first),
            entered(id_, "Pilot", day, amount=500),
        )
    ] + [entered("since the last stage", "Discovery", "2026-01-05", amount=2000)]
    outcome, wrong = look(
        tmp_path, "hygiene", "amount_note", "above: 1000\ndays: 31", {"opportunities": deals, "stage_history": history}
    )

    assert wrong == {
        "silent": "amount changed by 4500 without a note",
        "since the last stage": "amount changed by 1999 without a note",
    }
    assert outcome.checked == 5


def test_amount_changes_between_loads_need_a_note(tmp_path):
    before = {"opportunities": [deal("1", amount=9000), deal("2", amount=1000)]}
    told = deal("new", amount=9000, amount_note="Two more teams")
    now = {"opportunities": [deal("1", amount=1000), deal("2", amount=1000), told]}
    _, wrong = look(tmp_path, "hygiene", "amount_note", "above: 1000", now, before)
    assert wrong == {"1": "amount changed by 8000 without a note"}


def test_where_no_export_has_the_note_nothing_is_said_of_amounts(tmp_path):
    before = {"opportunities": [deal("1", amount=9000)]}
    outcome, wrong = look(
        tmp_path, "hygiene", "amount_note", "above: 1000", {"opportunities": [deal("1", amount=1000)]}, before
    )
    assert (outcome.state, outcome.reason) == ("not_evaluable", "no export has the column amount_note")
    assert wrong == {}


def test_a_stage_is_left_with_its_list_ticked(tmp_path):
    rows = [
        deal("there", stage="Discovery"),
        deal("left", stage="Pilot"),
        deal("ticked", stage="Pilot", use_case="Cost"),
        deal("far", stage="Proposal", use_case="Cost"),
        deal("far and bare", stage="Proposal"),
    ]
    more = "exits:\n  Discovery: [use_case]\n  Pilot: [competitor, next_step]"
    outcome, wrong = look(tmp_path, "hygiene", "stage_checklist", more, {"opportunities": rows})

    assert wrong == {
        "left": "left without use case (Discovery)",
        "far": "left without competitor (Pilot), next step (Pilot)",
        "far and bare": "left without use case (Discovery), competitor (Pilot), next step (Pilot)",
    }
    assert outcome.checked == 5


def test_a_lost_deal_has_a_reason_while_somebody_remembers(tmp_path):
    def lost(id_, day, **columns):
        return deal(id_, status="lost", stage="Closed Lost", closed_on=day, **columns)

    rows = [
        lost("silent", "2026-03-01"),
        lost("told", "2026-03-01", loss_reason="Price"),
        lost("last day", "2026-02-19"),  # 29 days ago
        lost("forgotten", "2026-02-18"),
        deal("open"),
    ]
    outcome, wrong = look(tmp_path, "hygiene", "loss_reason", "days: 30", {"opportunities": rows})

    assert wrong == {"silent": "lost without a loss reason", "last day": "lost without a loss reason"}
    assert outcome.checked == 3


def test_no_rows_at_all(tmp_path):
    outcome, wrong = look(tmp_path, "hygiene", "loss_reason", "", {"opportunities": [deal("open")]})
    assert (outcome.state, wrong) == ("not_evaluable", {})
