"""Mapping a new layout: pairs, words, rows, scales and ends as a person gives them, tried on the file and saved."""

from dataclasses import replace
from io import BytesIO

from kpi_engine.problem import Problem
from services.map_columns import (
    Trial,
    choices_of,
    first_rows,
    save_mapping,
    suggested_pairs,
    suggested_table,
    try_mapping,
    words_of,
)
from services.mapping_draft import Draft, yaml_of
from services.site import Site
from services.staging import Reading, stage, staged, tell

from .test_upload import ANNA, NOW, site  # noqa: F401


def test_pairs_are_suggested_with_reasons_and_the_first_rows_shown_as_read(site: Site) -> None:  # noqa: F811
    content = "Opportunity ID,Account Name,Stage,Amount,Close Date,created\nD1,Acme,Pilot,5,2026-09-01,2026-03-01\n"
    stage(site, ANNA, "pipeline.csv", BytesIO(content.encode()))
    (file,) = staged(site, ANNA)
    assert suggested_table(site, ANNA, file) == "opportunities"
    pairs = {one.column: one for one in suggested_pairs(site, ANNA, file, "opportunities")}
    assert (pairs["amount"].reason, pairs["amount"].samples) == ("same name", ("5",))
    assert pairs["close_on"].source == "Close Date"
    assert pairs["created_on"].source == "created"
    draft = Draft(
        "pipeline", "Pipeline", "opportunities", {name: one.source for name, one in pairs.items()},
        constants={"status": "open", "owner": "nobody"},
    )  # fmt: skip
    assert save_mapping(site, ANNA, file, draft) == ()
    tell(site, ANNA, file.name, Reading(mapping="pipeline"))
    (file,) = staged(site, ANNA)
    shown = first_rows(site, ANNA, file, NOW.date())
    assert shown.first_rows["close_on"].iloc[0] == "2026-09-01"
    assert not isinstance(file.found, Problem)


def test_words_of_stages_are_translated_and_saved_with_the_layout(site: Site) -> None:  # noqa: F811
    rows = "".join(f"D{i},Kim,{('Pitch', 'Gewonnen', 'Verloren')[i % 3]},2026-0{i % 6 + 1}-01\n" for i in range(60))
    stage(site, ANNA, "pipeline.csv", BytesIO(f"Deal,Owner,Phase,created_on\n{rows}".encode()))
    (file,) = staged(site, ANNA)
    reasons = {one.column: one.reason for one in suggested_pairs(site, ANNA, file, "opportunities")}
    assert reasons["opportunity_id"] == "every row has its own value"
    assert "amount" not in reasons
    assert set(words_of(ANNA, file, "Phase")) == {"Pitch", "Gewonnen", "Verloren"}
    assert choices_of(site, "opportunities", "status") == ("open", "won", "lost")
    columns = {
        "opportunity_id": "Deal",
        "owner": "Owner",
        "stage": "Phase",
        "status": "Phase",
        "created_on": "created_on",
    }
    words = {"stage": {"Pitch": "Discovery", "*": "*"}, "status": {"Pitch": "open", "Gewonnen": "won"}}
    draft = Draft("phases", "Phases", "opportunities", columns, values=words)
    trial = try_mapping(site, ANNA, file, draft, NOW.date())
    assert (trial.accepted, trial.refused) == (40, 20)
    assert "is a word the mapping does not translate" in trial.problems[0].message
    words["status"]["Verloren"] = "lost"
    assert (
        try_mapping(site, ANNA, file, draft, NOW.date())
        .first_rows["stage"]
        .isin(["Discovery", "Gewonnen", "Verloren"])
        .all()
    )
    columns = {**columns, "amount": "Deal"}
    assert (
        yaml_of(replace(draft, columns=columns, currency="Owner"), file.name, file.found).count("currency: Owner") == 1
    )
    lacking = Draft("phases", "Phases", "opportunities", {"owner": "Owner"})
    assert [one.column for one in save_mapping(site, ANNA, file, lacking)] == ["opportunity_id", "stage", "status"]


def test_rows_scales_and_empty_words_of_a_layout_are_saved_and_read(site: Site) -> None:  # noqa: F811
    rows = [("D1", "2.5k", "(1)", "Real"), ("D2", "none", "-", "real"), ("D3", "7k", "2", "Draft")]
    content = "Deal,Amount,List,Sort\n" + "".join(",".join(row) + "\n" for row in rows)
    stage(site, ANNA, "pipeline.csv", BytesIO(content.encode()))
    (file,) = staged(site, ANNA)
    columns = {"opportunity_id": "Deal", "amount": "Amount", "list_amount": "List"}
    draft = Draft(
        "pipeline", "Pipeline", "opportunities", columns, constants={"status": "open", "stage": "Pilot"}, signs="k",
        scales={"amount": "1000", "list_amount": "0.01"}, only=("Sort", "none_of", ("draft",)), missing="none, -",
        negative="parentheses",
    )  # fmt: skip
    trial = try_mapping(site, ANNA, file, draft, NOW.date())

    assert (trial.accepted, trial.refused, trial.problems) == (2, 0, ())
    amounts = trial.first_rows.set_index("opportunity_id")[["amount", "list_amount"]].to_dict("index")
    assert float(amounts["D1"]["amount"]) == 2500
    assert float(amounts["D1"]["list_amount"]) == -0.01
    assert amounts["D2"] == {"amount": "", "list_amount": ""}
    assert save_mapping(site, ANNA, file, draft) == ()
    written = (site.mappings / "pipeline.yaml").read_text()
    assert "none_of:" in written
    assert "Sort" in written.split("delimiter")[0], "a file without the column of the filter is another layout"


def test_a_lines_last_day_may_belong_to_it(site: Site) -> None:  # noqa: F811
    content = "line,account_id,Start,End\nL1,A0,2026-01-01,2026-03-31\n"
    stage(site, ANNA, "lines.csv", BytesIO(content.encode()))
    (file,) = staged(site, ANNA)
    columns = {"line_id": "line", "account_id": "account_id", "starts_on": "Start", "ends_on": "End"}
    draft = Draft("lines", "Lines", "subscriptions", columns, last_day="inclusive")
    trial = try_mapping(site, ANNA, file, draft, NOW.date())

    assert isinstance(trial, Trial), trial
    assert trial.first_rows["ends_on"].tolist() == ["2026-04-01"]
