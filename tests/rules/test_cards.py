"""What stands around a verdict: slices, order of cards, money, concentration, figures beside it."""

from __future__ import annotations

import pytest

from .judging import (
    ACTION,
    BANDS,
    FALLS,
    SUM,
    WON,
    Judge,
    Weeks,
    assert_breach,
    assert_quiet,
    check_of,
    deals,
    kpi,
    sunday,
)

BY_SEGMENT = BANDS | {"scope": "segment"}
SEGMENTS = [{"name": "segment", "expected": ["Enterprise", "SMB"]}]


def segments(**weeks: Weeks) -> list[dict[str, object]]:
    """Deals of some segments; `none` states no segment."""
    return [
        deal for name, given in weeks.items() for deal in deals(given, name, segment=None if name == "none" else name)
    ]


# --- Scope ------------------------------------------------------------------------------------------------------


def test_every_slice_is_judged_on_its_own(judge: Judge) -> None:
    rows = segments(Enterprise=[90, 90], SMB=[90, 50])
    found = judge(rows, kpi(BY_SEGMENT, dimensions=SEGMENTS))
    assert_breach(found, dimension="segment", slice="SMB", value=50, n=1)
    assert {check.slice: check.status for check in found.checks} == {"Enterprise": "green", "SMB": "red"}


def test_a_bad_slice_does_not_make_a_card_of_the_total(judge: Judge) -> None:
    assert_quiet(judge(segments(Enterprise=[120], SMB=[50]), kpi(BANDS, dimensions=SEGMENTS)))


def test_a_bad_total_does_not_make_a_card_of_a_slice(judge: Judge) -> None:
    rows = [*segments(Enterprise=[90], SMB=[90]), *deals([0], "x"), *deals([0], "y")]
    assert_quiet(judge(rows, kpi(BY_SEGMENT, dimensions=SEGMENTS)))


def test_slices_nobody_expects_are_not_judged(judge: Judge) -> None:
    rows = segments(Enterprise=[90], SMB=[90], Partner=[10])
    assert_quiet(judge(rows, kpi(BY_SEGMENT, dimensions=SEGMENTS)))
    assert_breach(judge(rows, kpi(BY_SEGMENT, dimensions=[{"name": "segment"}])), slice="Partner")


def test_rows_without_a_segment_are_no_slice_to_judge(judge: Judge) -> None:
    rows = segments(Enterprise=[90], SMB=[90], none=[10])
    found = judge(rows, kpi(BY_SEGMENT, dimensions=[{"name": "segment"}]))
    assert_quiet(found)
    assert {check.slice for check in found.checks} == {"Enterprise", "SMB"}


@pytest.mark.parametrize("smb", [[90, None], [None, None]])
def test_an_expected_slice_without_any_row_is_missing(smb: Weeks, judge: Judge) -> None:
    found = judge(segments(Enterprise=[90, 90], SMB=smb), kpi(BY_SEGMENT, dimensions=SEGMENTS))
    assert_quiet(found, "segment missing")
    assert check_of(found, "Enterprise").status == "green"


def test_a_missing_slice_does_not_hide_a_breach(judge: Judge) -> None:
    found = judge(segments(Enterprise=[90, 10], SMB=[90, None]), kpi(BY_SEGMENT, dimensions=SEGMENTS))
    assert_breach(found, slice="Enterprise")
    assert check_of(found, "SMB").reason == "segment missing"


def test_the_worst_rule_answers_for_a_slice(judge: Judge) -> None:
    found = judge([100] * 8 + [70], kpi(BANDS, FALLS))
    assert [(card.rule, card.status) for card in found.cards] == [("falls", "red"), ("bands", "yellow")]
    assert [check.status for check in found.checks] == ["red"]


def test_diagnostic_kpis_raise_nothing(judge: Judge) -> None:
    found = judge([10], kpi(BANDS, role="diagnostic"))
    assert (found.cards, found.checks, found.all_clear) == ((), (), False)


def test_keys_name_the_breach(judge: Judge) -> None:
    card = assert_breach(judge(segments(Enterprise=[90], SMB=[50]), kpi(BY_SEGMENT, dimensions=SEGMENTS)))
    assert card.key == "kpi|segment=SMB|bands|week 2026-03-29"


# --- Order ------------------------------------------------------------------------------------------------------


def test_reds_before_yellows_then_money_then_age(judge: Judge) -> None:
    def one(name: str, cost: float | None = None, red_below: float = 60) -> object:
        told = {"cost": {"per_unit": cost}} if cost else {}
        return kpi(BANDS | {"red_below": red_below}, id=name, name=name, **told)

    young = kpi(BANDS | {"red_below": 51}, id="young", name="young")
    contracts = (one("yellow", 900, 40), young, one("old"), one("cheap", 1), one("dear", 5))
    found = judge([90, 52, 50], *contracts)
    assert [card.kpi for card in found.cards] == ["dear", "cheap", "old", "young", "yellow"]


# --- Money ------------------------------------------------------------------------------------------------------


def test_no_cost_no_money(judge: Judge) -> None:
    assert_breach(judge([50], kpi(BANDS)), money_at_risk=None)


def test_money_for_every_unit_of_the_gap(judge: Judge) -> None:
    assert_breach(judge([50], kpi(BANDS, cost={"per_unit": 300})), money_at_risk=3000)
    assert_breach(judge([70], kpi(BANDS, cost={"per_unit": 300})), "yellow", money_at_risk=3000)


def test_money_of_another_kpi(judge: Judge) -> None:
    volume = kpi(id="volume", name="Volume", metric=SUM, role="diagnostic")
    assert_breach(judge([50], kpi(BANDS, cost={"of_kpi": "volume"}), volume), money_at_risk=50)
    times = {"of_kpi": "volume", "times_gap": True}
    assert_breach(judge([50], kpi(BANDS, cost=times), volume), money_at_risk=500)


def test_money_of_the_kpi_itself(judge: Judge) -> None:
    above = {"kind": "amount", "id": "much", "window": "week", "above": 40, "action": ACTION}
    assert_breach(judge([50], kpi(above, metric=SUM, cost={"of_kpi": "kpi"})), money_at_risk=50)


def test_money_of_the_same_slice(judge: Judge) -> None:
    volume = kpi(id="volume", name="Volume", metric=SUM, role="diagnostic", dimensions=SEGMENTS)
    rows = segments(Enterprise=[90], SMB=[50])
    found = judge(rows, kpi(BY_SEGMENT, dimensions=SEGMENTS, cost={"of_kpi": "volume"}), volume)
    assert_breach(found, money_at_risk=50)


def test_money_of_a_kpi_that_knows_no_such_slice_is_not_known(judge: Judge) -> None:
    volume = kpi(id="volume", name="Volume", metric=SUM, role="diagnostic")
    found = judge(
        segments(Enterprise=[90], SMB=[50]), kpi(BY_SEGMENT, dimensions=SEGMENTS, cost={"of_kpi": "volume"}), volume
    )
    assert_breach(found, money_at_risk=None)


# --- Beside and variants ----------------------------------------------------------------------------------------


def test_figures_of_other_kpis_beside(judge: Judge) -> None:
    volume = kpi(id="volume", name="Volume", metric=SUM, role="diagnostic", unit="money")
    assert_breach(judge([20, 50], kpi(BANDS, beside=["volume"]), volume), beside=(("Volume", "EUR 50"),))


def test_a_figure_beside_is_read_over_the_window_it_is_judged_by_if_it_lacks_the_cards(judge: Judge) -> None:
    longer = BANDS | {"window": "month", "red_below": 1, "green_above": 2}
    volume = kpi(longer, metric=SUM, id="volume", name="Volume", unit="money", windows=["quarter", "month"], decimals=0)
    # The latest whole month is February: of thirteen weeks of 50 the third to the sixth are won in it, on Wednesdays.
    card = assert_breach(judge([50] * 13, kpi(BANDS, beside=["volume"]), volume))
    assert card.beside == (("Volume, month", "EUR 200"),)


def test_a_figure_beside_that_knows_no_such_slice_is_said_to_be_the_whole(judge: Judge) -> None:
    volume = kpi(metric=SUM, role="diagnostic", id="volume", name="Volume", unit="money", decimals=0)
    rows = segments(Enterprise=[90], SMB=[50])
    card = assert_breach(judge(rows, kpi(BY_SEGMENT, dimensions=SEGMENTS, beside=["volume"]), volume))
    assert card.beside == (("Volume, whole company", "EUR 140"),)


LISTED = {
    "compare": ["listed"],
    "variants": {
        "default": {"label": "as sold", "metric": {"kind": "mean", "of": WON}},
        "listed": {"label": "at list price", "metric": {"kind": "mean", "of": WON | {"sum": "list_amount"}}},
    },
}


def test_variants_of_one_colour_say_nothing(judge: Judge) -> None:
    assert_breach(judge(deals([50], list_amount=55), kpi(BANDS, **LISTED)), disagreement="")


def test_variants_of_two_colours_disagree(judge: Judge) -> None:
    told = "Variants disagree: at list price reads 90 (green)"
    assert_breach(judge(deals([50], list_amount=90), kpi(BANDS, **LISTED)), disagreement=told)


def test_a_variant_without_a_value_disagrees_with_nothing(judge: Judge) -> None:
    assert_breach(judge(deals([50]), kpi(BANDS, **LISTED)), disagreement="")


# --- Where it concentrates --------------------------------------------------------------------------------------


def test_a_rate_concentrates_where_most_of_the_gap_is(judge: Judge) -> None:
    rows = [
        *deals([90], "a", segment="SMB", region="EMEA"), *deals([10], "b", segment="SMB", region="APAC"),
        *deals([65], "c", segment="Enterprise", region="EMEA"), *deals([55], "d", segment="Enterprise", region="APAC"),
    ]  # fmt: skip
    contract = kpi(BANDS, dimensions=[{"name": "segment"}, {"name": "region"}])
    card = assert_breach(judge(rows, contract), value=55)
    assert [(share.slice, share.value, share.n, share.share) for share in card.concentrates] == [("APAC", 32.5, 2, 1.0)]


def test_what_adds_up_is_held_against_the_slice_s_own_past(judge: Judge) -> None:
    rows = segments(Enterprise=[10] * 13 + [10], SMB=[100] * 13 + [40], Partner=[50] * 13 + [30])
    card = assert_breach(judge(rows, kpi(FALLS, metric=SUM, dimensions=[{"name": "segment"}])), value=80)
    assert [(share.slice, share.share) for share in card.concentrates] == [("SMB", 0.75), ("Partner", 0.25)]


def test_a_slice_concentrates_within_itself(judge: Judge) -> None:
    rows = [
        *deals([80.5], "a", segment="SMB", region="EMEA"), *deals([10], "b", segment="SMB", region="APAC"),
        *deals([99], "c", segment="Enterprise", region="APAC"), *deals([10], "d", segment="Partner", region="EMEA"),
    ]  # fmt: skip
    contract = kpi(BY_SEGMENT, dimensions=[*SEGMENTS, {"name": "region"}])
    card = assert_breach(judge(rows, contract), slice="SMB")
    assert [(share.dimension, share.slice, share.value) for share in card.concentrates] == [("region", "APAC", 10)]


def test_one_slice_alone_is_no_concentration(judge: Judge) -> None:
    card = assert_breach(judge(segments(SMB=[50]), kpi(BANDS, dimensions=[{"name": "segment"}])))
    assert card.concentrates == ()


# --- In time ----------------------------------------------------------------------------------------------------


def test_changes_against_last_week_and_longer(judge: Judge) -> None:
    card = assert_breach(judge([100] * 12 + [80, 50], kpi(BANDS)))
    assert [(change.against, change.before) for change in card.changes] == [
        ("last week", 80), ("trailing 4 weeks", 95), ("trailing 13 weeks", pytest.approx(1280 / 13)),
    ]  # fmt: skip
    assert card.changes[0].relative == pytest.approx(-0.375)


def test_points_show_gaps_and_the_open_week(judge: Judge) -> None:
    rows = deals([90, None, 90, 50, 10])
    card = assert_breach(judge(rows, kpi(BANDS), as_of=sunday(1)), period_end=sunday(1))
    assert [(point.period_end, point.value) for point in card.points] == [
        (sunday(4), 90), (sunday(3), None), (sunday(2), 90), (sunday(1), 50),
    ]  # fmt: skip
