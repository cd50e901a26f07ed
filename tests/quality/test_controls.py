"""Each control kind on rows made by hand: what is wrong, what is just right, and what there is nothing to say of."""

from kpi_engine.contract import Contract
from kpi_engine.quality.folder import load_checks
from kpi_engine.quality.formulas import formula_edits
from kpi_engine.quality.inspect import inspect

from ..pages.fake_engine import WIN_RATE
from .looking import AS_OF, COMPANY, HEAD, deal, entered, look, written

OPEN = "where: [{column: status, is: open}]"


def test_required_fields_names_what_is_missing(tmp_path):
    rows = [deal("1"), deal("2", amount=None, owner=None), deal("3", status="lost", stage="Closed Lost", amount=None)]
    rows[2]["closed_on"] = "2026-03-01"
    outcome, wrong = look(
        tmp_path, "controls", "required_fields", f"table: opportunities\n{OPEN}\nfields: [amount, owner, stage]",
        {"opportunities": rows},
    )  # fmt: skip

    assert wrong == {"2": "no amount, owner"}
    assert (outcome.state, outcome.checked, outcome.violations) == ("open", 2, 1)
    assert set(outcome.columns) == {"opportunities.amount", "opportunities.owner"}  # the stage is there


def test_required_fields_pass_when_all_are_filled(tmp_path):
    outcome, wrong = look(
        tmp_path, "controls", "required_fields", f"table: opportunities\n{OPEN}\nfields: [amount]",
        {"opportunities": [deal("1", amount=0)]},  # a true zero is no empty cell
    )  # fmt: skip
    assert (outcome.state, wrong, outcome.columns) == ("passed", {}, ())


def test_nothing_to_check_is_not_passed(tmp_path):
    closed = deal("1", status="won", stage="Closed Won", closed_on="2026-03-01")
    outcome, _ = look(
        tmp_path, "controls", "required_fields", f"table: opportunities\n{OPEN}\nfields: [amount]",
        {"opportunities": [closed]},
    )  # fmt: skip
    assert (outcome.state, outcome.reason) == ("not_evaluable", "nothing to check in this load")


def test_fresh_stage_is_fresh_on_its_last_day(tmp_path):
    deals = [deal(id_, stage="Pilot") for id_ in ("seven", "eight", "none")]
    history = [
        entered("seven", "Pilot", "2026-03-13"),
        entered("eight", "Discovery", "2026-01-05"),
        entered("eight", "Pilot", "2026-03-12"),
    ]
    outcome, wrong = look(
        tmp_path, "controls", "fresh_stage", f"days: 7\n{OPEN}", {"opportunities": deals, "stage_history": history}
    )

    assert AS_OF.isoformat() == "2026-03-20"
    assert wrong == {"eight": "8 days without a stage update", "none": "no stage update known"}
    assert outcome.checked == 3


def test_fresh_stage_needs_a_history(tmp_path):
    outcome, _ = look(tmp_path, "controls", "fresh_stage", f"days: 7\n{OPEN}", {"opportunities": [deal("1")]})
    assert (outcome.state, outcome.reason) == ("not_evaluable", "no stage_history in this load")


def test_stage_matches_the_latest_entry_of_the_history(tmp_path):
    deals = [deal("same", stage="Pilot"), deal("other", stage="Pilot"), deal("silent", stage="Pilot")]
    history = [
        entered("same", "Discovery", "2026-01-05"),
        entered("same", "Pilot", "2026-02-05"),
        entered("other", "Pilot", "2026-01-05"),
        entered("other", "Proposal", "2026-02-05"),
    ]
    outcome, wrong = look(
        tmp_path, "controls", "stage_matches_history", OPEN, {"opportunities": deals, "stage_history": history}
    )

    assert wrong == {"other": "Pilot on the deal, Proposal in its history"}
    assert outcome.violations == 1


def edited(**changes) -> Contract:
    return WIN_RATE.model_copy(update=changes)


def test_a_formula_edited_under_its_sealed_version_is_found():
    sealed = {(WIN_RATE.id, 1): WIN_RATE.formula_fingerprint}
    rule = WIN_RATE.rules[0].model_copy(update={"red_below": 0.1})

    assert formula_edits([WIN_RATE], sealed) == ()
    assert formula_edits([edited(notes=("A word",), name="Close rate")], sealed) == ()  # words may be mended
    (edit,) = formula_edits([edited(rules=(rule,))], sealed)
    assert (edit.kpi, edit.version) == ("win_rate", 1)


def test_a_new_version_with_its_approver_is_no_edit():
    sealed = {(WIN_RATE.id, 1): WIN_RATE.formula_fingerprint}
    entry = WIN_RATE.change_log[0].model_copy(update={"version": 2})
    changed = edited(min_n=30, change_log=(*WIN_RATE.change_log, entry))
    assert formula_edits([changed], sealed) == ()


def test_an_edit_opens_the_control(tmp_path):
    checks, _ = load_checks(written(tmp_path, "controls", "approved_formulas", ""), COMPANY)
    (edit,) = formula_edits([edited(min_n=30)], {(WIN_RATE.id, 1): WIN_RATE.formula_fingerprint})
    found = inspect(checks, COMPANY, None, None, (edit,), 60)

    (outcome,) = found.outcomes
    assert (outcome.state, outcome.checked, outcome.violations) == ("open", 60, 1)
    assert outcome.columns == ("contracts.win_rate",)
    assert list(found.offences["wrong"]) == ["differs from its approved version 1"]


def test_mistakes_in_a_check_are_told_by_field(tmp_path):
    folder = written(
        tmp_path, "controls", "required_fields", "table: opportunities\nwhere: [{column: nope, is: 1}]\nfields: [amout]"
    )
    _, problems = load_checks(folder, COMPANY)
    assert [(one.line, one.message) for one in problems] == [
        (9, "opportunities has no column 'nope'"),
        (1, "opportunities has no column 'amout'"),
    ]


def test_an_unknown_stage_and_two_checks_of_one_id_are_refused(tmp_path):
    folder = written(tmp_path, "hygiene", "stage_checklist", "exits: {Demo: [amount]}")
    written(tmp_path, "controls", "stage_checklist", "")
    (tmp_path / "controls" / "stage_checklist.yaml").write_text(
        f"id: stage_checklist\nkind: fresh_stage\nname: Twin\ndays: 7\n{HEAD}"
    )
    _, problems = load_checks(folder, COMPANY)
    said = " ".join(one.message for one in problems)
    assert "'Demo' is not among the company's stages" in said
    assert "another check has the id 'stage_checklist'" in said


def test_the_shipped_checks_read():
    from pathlib import Path

    checks, problems = load_checks(Path(__file__).parents[2] / "config")
    assert problems == ()
    assert (len(checks.controls), len(checks.hygiene)) == (4, 6)
