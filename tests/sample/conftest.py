"""One sample company for all tests of this folder: building it takes a few seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_engine.sample import World, build, write_exports


@pytest.fixture(scope="session")
def world() -> World:
    return build(7, 30)


@pytest.fixture(scope="session")
def exports(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    write_exports(folder, world)
    return folder
