"""Known issues as files: what is read, and what is refused with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi_engine.known_issue import load_known_issues

ROOT = Path(__file__).parents[2]
GOOD = """\
id: late_invoices
scope:
  kpis: [arr]
  table: invoices
owner: Finance
since: 2026-01-05
until: 2026-02-28
effect: qualify
note: Invoices of January arrive late.
"""
EXCLUDES = GOOD.replace("qualify", "exclude") + "rows:\n  - {column: status, is: draft}\n"


def written(folder: Path, text: str, name: str = "late_invoices.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_gives_its_issues(tmp_path: Path) -> None:
    issues, problems = load_known_issues(written(tmp_path, GOOD))
    assert problems == ()
    (issue,) = issues
    assert (issue.id, issue.owner, issue.effect) == ("late_invoices", "Finance", "qualify")
    assert (issue.since, issue.until) == (date(2026, 1, 5), date(2026, 2, 28))


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert load_known_issues(tmp_path / "none") == ((), ())


def test_rows_to_exclude_are_read(tmp_path: Path) -> None:
    issues, problems = load_known_issues(written(tmp_path, EXCLUDES))
    assert problems == ()
    assert [row.in_words() for row in issues[0].rows] == ["status = draft"]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (GOOD + "colour: red\n", 10, "colour: unknown field"),
        (GOOD.replace("owner: Finance\n", ""), 1, "owner: is missing"),
        (GOOD.replace("2026-02-28", "2026-01-04"), 1, "until must not lie before since"),
        (GOOD.replace("until: 2026-02-28\n", ""), 1, "until: is missing"),
        (GOOD.replace("until: 2026-02-28", "until: soon"), 7, "until:"),
        (GOOD.replace("qualify", "ignore"), 8, "effect:"),
        (GOOD.replace("  kpis: [arr]\n  table: invoices", "  dimension: segment"), 2, "dimension and its value"),
        (GOOD.replace("  kpis: [arr]\n  table: invoices", "  kpis: []"), 2, "kpis, a dimension value or a table"),
        (GOOD.replace("table: invoices", "table: bills"), 4, "scope.table: there is no table 'bills'"),
        (GOOD.replace("qualify", "exclude"), 1, "names scope.table and the rows"),
        (GOOD + "rows:\n  - {column: status, is: draft}\n", 1, "names scope.table and the rows"),
        (EXCLUDES.replace("status", "state"), 11, "rows[0].column: invoices has no column 'state'"),
        (EXCLUDES.replace("is: draft", "above: 3"), 11, "only numbers are above or below"),
        (GOOD + "owner: Sales\n", 10, "stands twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_field(text: str, line: int, told: str, tmp_path: Path) -> None:
    _, problems = load_known_issues(written(tmp_path, text))
    (problem,) = problems
    assert told in str(problem)
    assert str(problem).startswith(f"{tmp_path / 'late_invoices.yaml'}:{line}:")


def test_the_file_is_named_by_its_id(tmp_path: Path) -> None:
    _, problems = load_known_issues(written(tmp_path, GOOD, "other.yaml"))
    assert "must be named late_invoices.yaml" in str(problems[0])


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    issues, problems = load_known_issues(written(tmp_path, "id: 3\n", "broken.yaml"))
    assert [issue.id for issue in issues] == ["late_invoices"]
    assert all("broken.yaml" in str(problem) for problem in problems) and problems


def test_shipped_issues_are_sound_and_in_force_on_the_sample_s_last_day() -> None:
    issues, problems = load_known_issues(ROOT / "config" / "known_issues")
    assert problems == ()
    assert [issue.id for issue in issues if issue.in_force(date(2026, 6, 28))] == ["spend_ledger_change"]


def test_an_issue_about_a_kpi_that_is_not_there_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, GOOD)
    issues, _ = load_known_issues(folder)
    (problem,) = load_known_issues(folder, ["some_other_kpi"])[1]
    assert issues[0].scope.kpis[0] in problem.message and problem.line
    assert load_known_issues(folder, issues[0].scope.kpis)[1] == ()
