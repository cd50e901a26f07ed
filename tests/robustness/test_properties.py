"""What holds for any table: a round trip, the order of rows and columns, a second import, parts and the whole."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_engine.importing import ImportResult, import_folder
from kpi_engine.mappings.model import Mapping
from kpi_engine.snapshot import Snapshot
from kpi_engine.yaml_strict import parse_model

from .judge import import_files, setting
from .truth import OWN_DEALS, OWN_LINES, TODAY, Sheet, clean

COLUMNS = ("spend_id", "spent_on", "function", "amount")
# Signs that a cell may not begin or end with, and those that are removed, have tests of their own.
LETTERS = st.characters(categories=("L", "Nd"), codec="utf-8")
INNER = st.characters(categories=("L", "N", "P", "S"), include_characters=" \n", codec="utf-8")
TEXTS = st.builds("{}{}{}".format, LETTERS, st.text(INNER, max_size=8), LETTERS)
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.dates(date(2001, 1, 1), TODAY),
        TEXTS,
        st.decimals(-(10**12), 10**12, places=2).map(lambda amount: amount + Decimal(0)),
    ),
    min_size=1, max_size=12, unique_by=lambda row: row[0],
)  # fmt: skip
SHEETS = st.builds(
    lambda layout, seed, rows: clean(layout, Random(seed), rows),
    st.sampled_from((OWN_DEALS, OWN_LINES)), st.integers(0, 10**6), st.integers(1, 30),
)  # fmt: skip
Property = Callable[..., None]


def few(examples: st.SearchStrategy, check: Property) -> Property:
    return _tried(examples, check, 4)


def many(examples: st.SearchStrategy, check: Property) -> Property:
    return pytest.mark.all(_tried(examples, check, 150))


def _tried(examples: st.SearchStrategy, check: Property, number: int) -> Property:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    how = settings(max_examples=number, deadline=None, database=None, derandomize=True, suppress_health_check=slow)
    return how(given(examples)(check))


def exported(snapshot: Snapshot, table: str, columns: tuple[str, ...]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    path = snapshot.tables[table].path
    writer.writerows(duckdb.sql(f"SELECT {', '.join(columns)} FROM '{path}'").fetchall())
    return out.getvalue().encode()


def taken(files: dict[str, bytes], home: str) -> Snapshot:
    result = import_files(files, Path(home))
    assert result.snapshot, result.problems
    return result.snapshot


def round_trip(rows: list[tuple[str, date, str, Decimal]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([COLUMNS, *rows])
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as other:
        first = taken({"spend.csv": out.getvalue().encode()}, home)
        stored = duckdb.sql(f"SELECT {', '.join(COLUMNS)} FROM '{first.tables['spend'].path}'").fetchall()
        assert sorted(stored) == sorted(rows)
        second = taken({"spend.csv": exported(first, "spend", COLUMNS)}, other)
        assert second.fingerprint == first.fingerprint


def order_does_not_matter(sheet: Sheet) -> None:
    rng = Random(len(sheet.records))
    order = rng.sample(range(len(sheet.header)), len(sheet.header))
    rows = [tuple(one[index] for index in order) for one in (sheet.header, *sheet.records)]
    moved = replace(sheet, header=rows[0], records=tuple(rng.sample(rows[1:], len(rows) - 1)))
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as other:
        one = taken({sheet.layout.file: sheet.bytes()}, home)
        assert taken({sheet.layout.file: moved.bytes(";", "\r\n")}, other).fingerprint == one.fingerprint


def importing_twice_changes_nothing(sheet: Sheet) -> None:
    with tempfile.TemporaryDirectory() as home:
        first = taken({sheet.layout.file: sheet.bytes()}, home)
        before = {path: path.read_bytes() for path in Path(home).rglob("*") if path.is_file()}
        assert taken({sheet.layout.file: sheet.bytes()}, home) == first
        assert {path: path.read_bytes() for path in Path(home).rglob("*") if path.is_file()} == before


def upserted(sheet: Sheet, home: Path) -> ImportResult:
    """The sheet imported by a mapping that replaces rows by key."""
    layout = sheet.layout
    columns = ", ".join(f"{name}: {name}" for name in layout.cells if name != "closed_on")
    text = (
        f"{{name: parts, title: Parts, files: '*', header: {layout.key}, time_zone: UTC, "
        f"tables: [{{table: {layout.table}, load: upsert, columns: {{{columns}}}}}]}}"
    )
    mapping, problems = parse_model(text, Mapping, "parts.yaml")
    assert mapping, problems
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "part.csv").write_bytes(sheet.bytes())
        return import_folder(Path(folder), home, setting()[0], [mapping], today=TODAY, data_on=TODAY)


def parts_make_the_whole(sheet: Sheet) -> None:
    kpi, table, engine = sheet.layout.kpi, sheet.layout.table, setting()[2]
    cut = len(sheet.records) // 3
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as other:
        whole = upserted(sheet, Path(home)).snapshot
        upserted(replace(sheet, records=sheet.records[cut:]), Path(other))
        # Rows that both parts hold are the same rows.
        parts = upserted(replace(sheet, records=sheet.records[: cut + 1]), Path(other)).snapshot
        assert whole
        assert parts
        assert parts.tables[table].digest == whole.tables[table].digest
        said = ["period_end", "window", "value", "provisional", "n", "state"]
        one, two = (engine.readings(one, TODAY, kpis=[kpi], by=[])[said] for one in (whole, parts))
        assert one.equals(two)


test_export_of_import_is_the_same = few(ROWS, round_trip)
test_export_of_import_is_the_same_always = many(ROWS, round_trip)
test_order_does_not_matter = few(SHEETS, order_does_not_matter)
test_order_never_matters = many(SHEETS, order_does_not_matter)
test_importing_twice_changes_nothing = few(SHEETS, importing_twice_changes_nothing)
test_importing_twice_never_changes_anything = many(SHEETS, importing_twice_changes_nothing)
test_parts_make_the_whole = few(SHEETS, parts_make_the_whole)
test_parts_always_make_the_whole = many(SHEETS, parts_make_the_whole)
