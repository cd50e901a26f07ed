"""Badly written contracts: each is refused with its file, line, field and what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.contracts_folder import load_contracts, warnings

SHIPPED = Path(__file__).parents[2] / "config" / "contracts"
GOOD = re.sub(r"(?m)^beside:.*\n", "", (SHIPPED / "discovery_completion_rate.yaml").read_text("utf-8"))


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path


def refusal(tmp_path: Path, old: str, new: str, company: Company | None = None) -> str:
    """What is said of the good contract with `old` replaced by `new`, first place only."""
    assert old in GOOD
    where = folder(tmp_path, discovery_completion_rate=GOOD.replace(old, new, 1))
    _, problems = load_contracts(where, company)
    return "\n".join(str(problem).removeprefix(f"{tmp_path}/") for problem in problems)


def line_of(text: str) -> int:
    return GOOD[: GOOD.index(text)].count("\n") + 1


def test_the_good_contract_is_quiet(tmp_path: Path) -> None:
    contracts, problems = load_contracts(folder(tmp_path, discovery_completion_rate=GOOD))
    assert problems == []
    assert list(contracts) == ["discovery_completion_rate"]


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("purpose:", "porpose:", "porpose", "unknown field"),
        ("purpose:", "unit: rate\npurpose:", None, "'unit' stands twice"),
        ("name: Discovery", "name: &n Discovery", None, "anchors and aliases"),
        ("name: Discovery", "name: !!str Discovery", None, "tag"),
        ("kind: ratio", "kind: ration", "variants.same_period.metric", "'ration'"),
        ("kind: bands", "kind: band", "rules[0]", "'band'"),
        ("min_n: 10\n", "", "min_n", "needs min_n"),
        ("owners: [SDR, GTM]\n", "", "owners", "is missing"),
        ("owners: [SDR, GTM]\n", "owners: []\n", "owners", "at least 1"),
        ("cadence: weekly\n", "", "cadence", "is missing"),
        ("variant: same_period\n", "", "variant", "is missing"),
        ("variant: same_period\n", "variant: same\n", "variant", "variants has no 'same'"),
        ("variant: same_period\n", "variant: same_period\ncompare: [other]\n", "compare[0]", "variants has no 'other'"),
        ("      sla_hours: 48\n", "", "rules[0].action.sla_hours", "is missing"),
        ("    window: week\n", "    window: week\n    scope: segmant\n", "rules[0].scope", "neither total nor"),
        ("    window: week\n", "    window: span\n", "rules[0].window", "not among the contract's windows"),
        ("green_above: 0.8", "green_above: 0.5", "rules[0]", "must not lie above"),
        ("id: discovery_completion_rate", "id: discovery_rate", "id", "must be named discovery_rate.yaml"),
        ("table: activities", "table: activitys", "variants.same_period.metric.numerator.table", "no table"),
        ("date: held_on", "date: held", "variants.same_period.metric.numerator.date", "no column 'held'"),
        ("date: held_on", "date: outcome", "variants.same_period.metric.numerator.date", "of type text"),
        ("date: held_on", "date: held_on\n        sum: owner", "variants.same_period.metric.numerator.sum", "be money"),
        ("is: discovery", "is: 7", "variants.same_period.metric.numerator.where[0].is", "does not fit 'type'"),
        ("column: type, is: discovery", "column: type, above: 7",
         "variants.same_period.metric.numerator.where[0].above", "only numbers"),
        ("column: type, is: discovery", "column: held_on, at_most_column: type",
         "variants.same_period.metric.numerator.where[0].at_most_column", "of type text"),
        ("column: type", "column: kind", "variants.same_period.metric.numerator.where[0].column", "no column 'kind'"),
        ("name: region", "name: plan", "dimensions[1].name", "no column 'plan' to slice by"),
        ("cost: {per_unit: 600000}", "cost: {of_kpi: arr}", "cost.of_kpi", "no contract 'arr'"),
        ("cost:", "beside: [arr]\ncost:", "beside[0]", "no contract 'arr'"),
        ("scheduled_on: 2026-01-06,", "schedule: 2026-01-06,", "tests[0].rows.activities", "no column 'schedule'"),
    ],
)  # fmt: skip
def test_refused_with_file_line_and_field(tmp_path: Path, old: str, new: str, field: str | None, words: str) -> None:
    said = refusal(tmp_path, old, new)
    place = r"(?m)^discovery_completion_rate\.yaml:\d+: " + (re.escape(field) + ": " if field else "")
    assert re.search(place, said), said
    assert words in said


@pytest.mark.parametrize(("right", "wrong"), [("owners", "ownrs"), ("purpose", "porpose"), ("cadence", "cadense")])
def test_a_misspelt_field_is_one_fault(tmp_path: Path, right: str, wrong: str) -> None:
    (said,) = refusal(tmp_path, f"{right}:", f"{wrong}:").splitlines()
    assert f"{wrong}: unknown field" in said and f"it should be called {right}" in said


def test_a_missing_and_a_foreign_field_are_two(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, "owners:", "colour:").splitlines()) == 2


def test_the_line_is_the_field_s_own(tmp_path: Path) -> None:
    said = refusal(tmp_path, "date: held_on", "date: held")
    assert said.startswith(f"discovery_completion_rate.yaml:{line_of('date: held_on')}: ")


def test_an_operating_contract_needs_a_threshold(tmp_path: Path) -> None:
    without = re.sub(r"(?s)\nrules:.*?\nplaybook:", "\nplaybook:", GOOD)
    _, problems = load_contracts(folder(tmp_path, discovery_completion_rate=without))
    assert [(problem.column, "needs a threshold" in problem.message) for problem in problems] == [("rules", True)]
    diagnostic = without.replace("role: operating", "role: diagnostic")
    assert load_contracts(folder(tmp_path, discovery_completion_rate=diagnostic))[1] == []


def test_all_inconsistencies_of_a_file_are_said_at_once(tmp_path: Path) -> None:
    both = GOOD.replace("min_n: 10\n", "").replace("    window: week\n", "    window: week\n    scope: owner\n")
    _, problems = load_contracts(folder(tmp_path, discovery_completion_rate=both))
    assert [problem.column for problem in problems] == ["min_n", "rules[0].scope"]


@pytest.mark.parametrize(
    "alias", ["close rate", "Close_Rate", "Discovery completion rate", "discovery-completion-rate"]
)
def test_two_contracts_may_not_share_a_name(tmp_path: Path, alias: str) -> None:
    first = GOOD.replace("purpose:", "aliases: [close rate]\npurpose:", 1)
    second = GOOD.replace("discovery_completion_rate", "other_rate").replace(
        "name: Discovery completion", "name: Other"
    )
    second = second.replace("purpose:", f"aliases: [{alias}]\npurpose:", 1)
    _, problems = load_contracts(folder(tmp_path, discovery_completion_rate=first, other_rate=second))
    (problem,) = problems
    assert (Path(problem.file).name, problem.line, problem.column) == ("other_rate.yaml", 4, "aliases[0]")
    assert "already names discovery_completion_rate" in problem.message


def test_stage_names_are_held_against_the_company_s(tmp_path: Path) -> None:
    text = (SHIPPED / "stage_conversion_pilot_proposal.yaml").read_text("utf-8").replace("beside: [stage_age]\n", "")
    where = folder(tmp_path, stage_conversion_pilot_proposal=text)
    assert load_contracts(where)[1] == []
    _, problems = load_contracts(where, Company(name="Other", stages=("Discovery", "Pilot")))
    assert {problem.column for problem in problems} == {
        "variants.cohort.metric.to_stage", "variants.same_period.metric.to_stage",
    }  # fmt: skip


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert "is not a folder" in str(load_contracts(tmp_path / "none")[1][0])


def test_more_than_twelve_in_a_forum_is_a_warning_not_a_problem() -> None:
    contracts, _ = load_contracts(SHIPPED)
    card: Contract = contracts["discovery_completion_rate"]
    crowd = {f"rate_{number}": card for number in range(13)}
    (said,) = warnings(crowd)
    assert said.startswith("13 operating KPIs in the weekly revenue forum")
    assert warnings(dict(list(crowd.items())[:12])) == ()
