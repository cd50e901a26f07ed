"""Drill-down, contracts and help: with data, without, and with problems."""

import pytest

from kpi_engine.problem import Problem

from .assessments import BUSY
from .conftest import text_of

PROBLEM = Problem("config/contracts/nrr.yaml", "unknown field", "write 'owners'", line=12, column="ownr")


def test_the_drill_down_shows_the_kpi_of_the_address(show):
    at = show("drill_down", BUSY, kpi="win_rate", window="4w")

    assert not at.exception
    assert at.selectbox(key="pick-kpi").value == "win_rate"
    shown = text_of(at)
    assert "15.8\u00a0%" in shown
    assert "Red" in shown
    assert "fewer than 20 cases: too few to judge" in shown and "min_n" not in shown
    assert "15.4\u00a0% so far" in shown
    assert "Won deals as a share" in shown
    assert "Loss review" in shown


def test_a_wrong_address_falls_back_to_something_real(show):
    at = show("drill_down", BUSY, kpi="no_such_kpi", window="decade", dimension="no", slice="x")

    assert not at.exception
    assert at.selectbox(key="pick-kpi").value == "activation_rate"
    assert "Whole company" in text_of(at)


def test_narrowing_leaves_the_dimension_out_and_shows_the_way_back(show):
    at = show("drill_down", BUSY, kpi="win_rate", window="4w", dimension="segment", slice="Enterprise")

    assert not at.exception
    assert "Segment\\: Enterprise" in text_of(at)
    assert at.selectbox(key="to-region")
    with pytest.raises(KeyError):
        at.selectbox(key="to-segment")


def test_choosing_another_kpi_writes_the_address(show):
    at = show("drill_down", BUSY, kpi="win_rate", window="week", dimension="segment", slice="Enterprise")

    at.selectbox(key="pick-kpi").set_value("renewal_risk_dollars").run()

    assert not at.exception
    assert at.query_params["kpi"] == "renewal_risk_dollars"
    assert "slice" not in at.query_params


def test_a_slice_can_be_chosen_without_a_mouse(show):
    at = show("drill_down", BUSY, kpi="win_rate", window="4w")

    at.selectbox(key="to-segment").set_value("Mid-market").run()

    assert not at.exception
    assert at.query_params["slice"] == "Mid-market"


def test_records_are_offered_as_csv_and_as_a_workbook_that_is_made_when_asked_for(show):
    at = show("drill_down", BUSY, kpi="win_rate", window="4w")

    csv, excel = (button.proto for button in at.get("download_button"))
    assert "Download 4 records" in [caption.value for caption in at.caption]
    assert (csv.label, bool(csv.url), excel.label, excel.url) == ("CSV", True, "Excel", "")
    assert excel.deferred_file_id


def test_contracts_are_found_by_alias(show):
    at = show("contracts", BUSY)
    assert "3 contracts" in text_of(at)

    at.text_input(key="find").set_value("close rate").run()

    assert [expander.label.split("**")[1] for expander in at.expander] == ["Win rate"]
    assert "1 of 3, operating and diagnostic" in text_of(at)


def test_contracts_stand_under_their_forum_and_are_drawn_when_opened(show):
    at = show("contracts", BUSY)
    roles = next(one for one in at.get("button_group") if one.label == "Role")
    assert [heading.value.split(" · ")[0] for heading in at.subheader] == ["Weekly revenue"]
    assert "Deals won ÷" not in text_of(at) and "Metric steward" not in text_of(at)

    at.session_state["contract-win_rate"] = True
    at.run()
    assert "Metric steward" in text_of(at)

    roles.set_value("diagnostic").run()
    assert not [one for one in at.expander if "Win rate" in one.label]


@pytest.mark.parametrize("page", ["drill_down", "decisions", "contracts", "help"])
def test_no_page_fails_without_data(show, page):
    assert not show(page, None).exception


@pytest.mark.parametrize("page", ["exceptions", "drill_down", "contracts"])
def test_problems_are_shown_instead_of_numbers(show, page):
    at = show(page, BUSY, PROBLEM)

    assert not at.exception
    assert at.error
    assert "unknown field" in text_of(at)


def test_help_says_the_words(show):
    shown = text_of(show("help", BUSY))

    for word in ("Contract", "Reading", "Not evaluable", "Known issue", "Snapshot"):
        assert f"**{word}**" in shown
