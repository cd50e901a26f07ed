"""Files beyond a limit are refused by name, with one message, before anything is built of them."""

from io import BytesIO

import duckdb
import pytest

from kpi_engine.exports.limits import MAX_LINE_BYTES, Limits, limits
from kpi_engine.exports.text import Export, open_export
from kpi_engine.problem import Problem
from services.people import LOCAL_PERSON
from services.site import Site
from services.staging import stage, staged

SPEND = "spend_id,spent_on,function,amount\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "spend.csv"
    path.write_text(SPEND + "".join(f"{row},2026-01-05,sales,5\n" for row in range(9)))
    return path


def test_lines_are_counted_before_a_table_is_built(file, tmp_path, monkeypatch):
    monkeypatch.setenv("RCC_MAX_ROWS", "10")
    assert isinstance(open_export(file, tmp_path), Export)
    monkeypatch.setattr(duckdb, "connect", lambda *_: pytest.fail("a table was built"))
    monkeypatch.setenv("RCC_MAX_ROWS", "9")
    found = open_export(file, tmp_path)
    assert str(found) == "spend.csv: has more than 9 lines — export it in parts, or set RCC_MAX_ROWS"


def test_old_line_ends_count_as_well(file, tmp_path, monkeypatch):
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r"))
    monkeypatch.setenv("RCC_MAX_ROWS", "9")
    assert isinstance(open_export(file, tmp_path), Problem)


def test_a_file_beyond_its_megabytes_is_refused(file, tmp_path, monkeypatch):
    monkeypatch.setenv("RCC_MAX_FILE_MB", "1")
    with file.open("ab") as stream:
        stream.truncate(1024**2 + 1)
    assert "is larger than 1 MB" in str(open_export(file, tmp_path))


def test_a_line_beyond_sixteen_megabytes_is_named_and_one_below_is_read(file, tmp_path):
    with file.open("a") as stream:
        stream.write(f"9,2026-01-05,{'x' * (MAX_LINE_BYTES - 30)},5\n")
    assert isinstance(open_export(file, tmp_path), Export)
    with file.open("a") as stream:
        stream.write(f"10,2026-01-05,{'x' * MAX_LINE_BYTES},5\n11,2026-01-05,sales,5\n")
    found = open_export(file, tmp_path)
    said = "spend.csv: line 12 is longer than 16 MiB — mend its record, or export without that column"
    assert str(found) == said


@pytest.mark.parametrize("given", ["many", "0", "-1", "1e6"])
def test_a_setting_that_is_no_number_is_said(given):
    found = limits({"RCC_MAX_ROWS": given})
    assert str(found) == f"RCC_MAX_ROWS: is {given!r} — set it to a whole number above 0, or unset it"


def test_without_settings_the_documented_defaults_hold():
    assert limits({}) == Limits(file_mb=4096, lines=50_000_000, waiting_mb=4096)


def test_what_waits_for_a_person_is_bounded_in_all(tmp_path, monkeypatch):
    monkeypatch.setenv("RCC_MAX_WAITING_MB", "1")
    site = Site(tmp_path / "workspace", tmp_path / "config")
    half = SPEND.encode() + b"x" * 600_000
    assert stage(site, LOCAL_PERSON, "one.csv", BytesIO(half)) is None
    refused = stage(site, LOCAL_PERSON, "two.csv", BytesIO(half))
    assert refused is not None
    assert "was not kept: with it more than 1 MB would wait" in str(refused)
    assert stage(site, LOCAL_PERSON, "one.csv", BytesIO(half)) is None, "in place of itself"
    assert [one.name for one in staged(site, LOCAL_PERSON)] == ["one.csv"]
