"""The command line: what it prints, its exit codes, and that no traceback reaches a person."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from kpi_engine.commands import run

ROOT = Path(__file__).parents[2]
RAVENSTACK = ROOT / "data" / "examples" / "ravenstack"
READING = [
    "kpi",
    "dimension",
    "slice",
    "window",
    "period_start",
    "period_end",
    "value",
    "n",
    "state",
    "reason",
    "variant",
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    assert run(["import", str(RAVENSTACK), "--workspace", str(folder)]) == 0
    return folder


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(list(words))
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_readings_as_json_have_the_documented_fields(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(
        capsys, "readings", "--kpi", "mrr", "--window", "month", "--as-of", "2025-01-10", "--format", "json",
        "--workspace", str(workspace),
    )  # fmt: skip
    assert code == 0
    rows = json.loads(out)
    assert list(rows[0])[: len(READING)] == READING
    december = {row["period_end"]: row for row in rows}["2024-12-31"]
    assert december["value"] == 10_159_608
    assert (december["dimension"], december["slice"], december["state"]) == ("total", "(all)", "value")


def test_a_span_is_one_period(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(
        capsys, "readings", "--kpi", "churn_dollars", "--from", "2024-01-01", "--to", "2024-12-31", "--format", "json",
        "--as-of", "2025-01-10", "--workspace", str(workspace),
    )  # fmt: skip
    assert code == 0
    (row,) = json.loads(out)
    assert (row["window"], row["period_start"], row["period_end"]) == ("span", "2024-01-01", "2024-12-31")


def test_csv_and_table_carry_the_same_rows(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["readings", "--kpi", "mrr", "--window", "month", "--by", "region", "--workspace", str(workspace)]
    code, out, _ = asked(capsys, *words, "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    _, table, _ = asked(capsys, *words)
    assert len(rows) > 24
    assert table.count("\n") == len(rows) + 1


def test_an_alias_names_its_kpi(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(
        capsys, "readings", "--kpi", "close rate", "--format", "json", "--workspace", str(workspace),
    )  # fmt: skip
    assert code == 0
    assert {row["kpi"] for row in json.loads(out)} <= {"win_rate"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["readings", "--kpi", "win_rat"], "did you mean win_rate"),
        (["readings", "--kpi", "nrr", "--window", "week"], "its windows are"),
        (["readings", "--kpi", "nrr", "--by", "planet"], "dimension 'planet'"),
        (["readings", "--from", "2024-01-01"], "belong together"),
        (["readings", "--from", "2024-02-01", "--to", "2024-01-01"], "lies after"),
        (["explain", "nothing_like_it"], "there is no KPI"),
    ],
)
def test_a_mistake_is_named(words: list[str], says: str, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = asked(capsys, *words, "--workspace", str(workspace))
    assert code == 1
    assert says in err


def test_without_data_a_command_says_how_to_load_some(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["readings"], ["assess"], ["explain", "nrr"]):
        code, _, err = asked(capsys, *command, "--workspace", str(tmp_path))
        assert code == 1
        assert "import FOLDER" in err


def test_a_date_that_is_none_is_a_usage_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run(["assess", "--as-of", "yesterday"])
    assert stop.value.code == 2
    assert "2026-06-28" in capsys.readouterr().err


def test_a_broken_file_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports = tmp_path / "exports"
    shutil.copytree(RAVENSTACK, exports)
    file = exports / "ravenstack_subscriptions.csv"
    file.write_text(file.read_text().replace("2024-06-11", "the 11th of June", 1))
    workspace = tmp_path / "workspace"
    code, out, _ = asked(capsys, "import", str(exports), "--workspace", str(workspace), "--format", "json")
    assert code == 1
    report = json.loads(out)
    assert report["snapshot"] is None
    (problem,) = report["problems"]
    assert problem["file"].endswith("ravenstack_subscriptions.csv")
    assert (problem["column"], problem["value"]) == ("start_date", "the 11th of June")
    assert problem["row"] > 1 and problem["remedy"]
    code, _, _ = asked(capsys, "readings", "--workspace", str(workspace))
    assert code == 1

    words = ["import", str(exports), "--workspace", str(workspace), "--format", "json"]
    code, out, _ = asked(capsys, *words, "--exclude-unreadable", "one start date is prose")
    assert code == 0
    counts = {table["table"]: table for table in json.loads(out)["tables"]}["subscriptions"]
    assert (counts["read"], counts["accepted"], counts["refused"]) == (5000, 4999, 1)


def test_check_names_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config"
    (config / "contracts").mkdir(parents=True)
    shutil.copy(ROOT / "config" / "company.yaml", config)
    text = (ROOT / "config" / "contracts" / "mtttf.yaml").read_text()
    (config / "contracts" / "mtttf.yaml").write_text(text.replace("cadence: weekly", "cadence: sometimes"))
    code, _, err = asked(capsys, "check", "--contracts", str(config / "contracts"))
    assert code == 1
    assert "mtttf.yaml:" in err and "cadence" in err


def test_assess_as_json_holds_the_cards(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, "assess", "--as-of", "2025-01-10", "--format", "json", "--workspace", str(workspace))
    assert code == 0
    assessment = json.loads(out)
    assert {"cards", "checks", "as_of", "snapshot", "stale", "warnings"} <= set(assessment)
    assert any(check["status"] == "not_evaluable" for check in assessment["checks"])


def test_explain_gives_sql(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, "explain", "mrr", "--as-of", "2025-01-10", "--workspace", str(workspace))
    assert code == 0
    assert "SELECT" in out and "READ_PARQUET" in out


def test_sample_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, "sample", str(tmp_path / "sample"), "--months", "1", "--seed", "3")
    assert code == 0
    assert "exports in" in out
    assert len(list((tmp_path / "sample").glob("*.csv"))) > 20
    with pytest.raises(SystemExit):
        run(["sample", str(tmp_path / "sample"), "--months", "0"])
