"""One sample company for all tests: building, writing and importing it takes some seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_engine.company import Company
from kpi_engine.importing import ImportResult, import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.sample import World, build, write_exports
from kpi_engine.yaml_strict import load_model

CONFIG = Path(__file__).parents[1] / "config"


@pytest.fixture(scope="session")
def world() -> World:
    return build(7, 30)


@pytest.fixture(scope="session")
def exports(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    write_exports(folder, world)
    return folder


@pytest.fixture(scope="session")
def imported(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> ImportResult:
    company, problems = load_model(CONFIG / "company.yaml", Company)
    mappings, more = load_mappings(CONFIG / "mappings")
    assert company and not problems and not more
    return import_folder(exports, tmp_path_factory.mktemp("workspace"), company, mappings)
