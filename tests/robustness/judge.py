"""Imports one case and says how it ended: exact, repaired, refused, or silently wrong."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Mapping as Files
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.importing import ImportResult, import_folder
from kpi_engine.loads.unknown_keys import unknown_keys
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.mappings.model import Mapping
from kpi_engine.snapshot import Snapshot
from kpi_engine.yaml_strict import load_model

from .cost import Cost
from .truth import TODAY, Layout, Sheet, clean, true_reading, true_rows

CONFIG = Path(__file__).parents[2] / "config"
EXACT, REPAIRED, REFUSED, WRONG, VAGUE = "exact", "repaired", "refused", "silently wrong", "refused vaguely"


@dataclass(frozen=True)
class Case:
    """A spoilt file with the sheet it truly stands for (None if it stands for nothing that can be read).

    A taken file is right if its rows are the sheet's, `says` (if given) stands in a note, and no values but those
    of the columns and keys in `doubtful` differ. A refusal must name the record and the exported column of `place`,
    where they are given. `before` and `beside` are files of an earlier load and of the same folder.
    """

    files: Files[str, bytes]
    sheet: Sheet | None
    place: tuple[int | None, str | None] = (None, None)
    says: str = ""
    before: Files[str, bytes] = field(default_factory=dict)
    beside: Files[str, bytes] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """How a case ended, what was said about it, and the processor seconds and memory (MB) that its import took."""

    outcome: str
    said: str
    seconds: float = 0
    megabytes: float = 0


@cache
def setting() -> tuple[Company, tuple[Mapping, ...], Engine]:
    """The shipped company and mappings, with an engine for the KPIs that are compared."""
    company, problems = load_model(CONFIG / "company.yaml", Company)
    mappings, more = load_mappings(CONFIG / "mappings")
    assert company, problems
    assert not more, more
    contracts = {}
    for kpi in ("bookings", "arr"):
        contract, wrong = load_model(CONFIG / "contracts" / f"{kpi}.yaml", Contract)
        assert contract, wrong
        contracts[kpi] = contract
    return company, mappings, Engine(company, contracts)


def import_files(files: Files[str, bytes], home: Path, *, only_propose: bool = False) -> ImportResult:
    """Imports the files as one folder into the workspace of `home`."""
    company, mappings, _ = setting()
    with tempfile.TemporaryDirectory(dir=home) as folder:
        for file, content in files.items():
            (Path(folder) / file).write_bytes(content)
        return import_folder(
            Path(folder), home / "workspace", company, mappings, today=TODAY, only_propose=only_propose
        )


def judge(case: Case) -> Verdict:
    """Imports the case into an empty workspace (after `before`) and compares with the truth."""
    setting()
    cost = Cost()
    verdict = _judged(case, cost)
    return replace(verdict, seconds=cost.seconds, megabytes=cost.megabytes)


def _judged(case: Case, cost: Cost) -> Verdict:
    with tempfile.TemporaryDirectory() as home:
        if case.before:
            first = import_files(case.before, Path(home))
            assert first.snapshot, first.problems
        with cost:
            result = import_files({**case.beside, **case.files}, Path(home))
        notes = [*result.notes, *_warnings(result)]
        said = "\n".join([*map(str, result.problems), *notes])
        if result.snapshot is None:
            return Verdict(REFUSED if _tells_where(case, result) else VAGUE, said)
        if case.sheet is None:
            return Verdict(WRONG, f"taken, though nothing of it can be read\n{said}")
        difference = _difference(case, result.snapshot)
        if difference:
            return Verdict(WRONG, f"{difference}\n{said}")
    news = [note for note in notes if _plain(note) not in _usual(case.sheet.layout)]
    if case.says and not re.search(case.says, "\n".join(news)):
        return Verdict(WRONG, f"not said: {case.says}\n{said}")
    return Verdict(REPAIRED if news else EXACT, "\n".join(news))


def _warnings(result: ImportResult) -> list[str]:
    """What a load report says beside the notes: keys that no other table knows."""
    if result.snapshot is None:
        return []
    unknown = unknown_keys(result.snapshot, result.snapshot.tables)
    return [f"{one.table}: {one.rows} rows with a {one.column} that {one.other} does not know" for one in unknown]


def _tells_where(case: Case, result: ImportResult) -> bool:
    """Every problem has a file and a reason; one stands at the record and column that were spoilt."""
    row, column = case.place
    named = all(problem.file and problem.message for problem in result.problems)
    return named and any(
        (row is None or problem.row == row) and (column is None or column in (problem.column or ""))
        for problem in result.problems
    )


def _difference(case: Case, snapshot: Snapshot) -> str:
    sheet = case.sheet
    assert sheet
    columns = sheet.layout.columns
    path = snapshot.tables[sheet.layout.table].path
    found = duckdb.sql(f"SELECT {', '.join(columns)} FROM '{path}'").fetchall()
    wanted, found = true_rows(sheet), sorted(found, key=str)
    if len(found) != len(wanted):
        return f"{len(found)} rows, truly {len(wanted)}"
    for have, want in zip(found, wanted, strict=True):
        for column, a, b in zip(columns, have, want, strict=True):
            if a != b and column not in case.doubtful:
                return f"{column}: {a!r}, truly {b!r}"
    return "" if case.doubtful else _reading_difference(sheet, snapshot)


def _reading_difference(sheet: Sheet, snapshot: Snapshot) -> str:
    kpi = sheet.layout.kpi
    *_, engine = setting()
    table = engine.readings(snapshot, TODAY + timedelta(days=1), kpis=[kpi], by=[], windows=["month"])
    for row in table[table.period_end <= TODAY].itertuples():
        have: Any = row.provisional if math.isnan(row.value) else row.value
        value, n = true_reading(sheet, row.period_start, row.period_end)
        if row.n != n or (n and not math.isclose(have, value, abs_tol=0.005)):
            return f"{kpi} of {row.period_end}: {have} (n {row.n}), truly {value} (n {n})"
    return ""


@cache
def _usual(layout: Layout) -> frozenset[str]:
    """What the import says of a clean file of this layout."""
    with tempfile.TemporaryDirectory() as home:
        result = import_files({layout.file: clean(layout, Random(0)).bytes()}, Path(home))
    assert result.snapshot, result.problems
    return frozenset(map(_plain, result.notes))


def _plain(note: str) -> str:
    return re.sub(r"\d+", "0", note)
