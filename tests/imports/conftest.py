"""A folder of exports written from strings, imported, and read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kpi_engine.company import Company
from kpi_engine.importing import ImportResult, import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.mappings.model import Mapping
from kpi_engine.yaml_strict import parse_model

ROOT = Path(__file__).parents[2]
COMPANY = Company(
    name="Test",
    currency="USD",
    time_zone="America/New_York",
    stages=("Qualification", "Discovery", "Pilot", "Proposal", "Negotiation"),
)
SHIPPED, _PROBLEMS = load_mappings(ROOT / "config" / "mappings")
assert not _PROBLEMS


def mapping_of(text: str) -> Mapping:
    mapping, problems = parse_model(text, Mapping, "test.yaml")
    assert mapping is not None, problems
    return mapping


@dataclass
class Desk:
    """A folder to put exports in and a workspace to import them into."""

    folder: Path
    workspace: Path

    def put(self, file: str, content: str | bytes) -> None:
        raw = content.encode() if isinstance(content, str) else content
        (self.folder / file).write_bytes(raw)

    def load(self, *mappings: Mapping, today: date | None = date(2026, 6, 30), **settings: Any) -> ImportResult:
        return import_folder(self.folder, self.workspace, COMPANY, mappings or SHIPPED, today=today, **settings)

    def rows(self, result: ImportResult, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        assert result.snapshot, "\n".join(map(str, result.problems))
        path = result.snapshot.tables[table].path
        return duckdb.sql(f"SELECT {columns} FROM '{path}' ORDER BY ALL").fetchall()

    def refusal(self, *mappings: Mapping, **settings: Any) -> str:
        result = self.load(*mappings, **settings)
        assert result.snapshot is None
        assert result.problems
        return "\n".join(map(str, result.problems))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "exports"
    folder.mkdir()
    return Desk(folder, tmp_path / "workspace")
