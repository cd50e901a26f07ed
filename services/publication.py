"""Publishing: compute readings and cards once for a snapshot, a configuration and a day; then only read them."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd
from pydantic import TypeAdapter

from kpi_engine.card import Assessment
from kpi_engine.engine import Engine
from kpi_engine.period import EPOCH, WindowName
from kpi_engine.problem import Problem
from kpi_engine.reading import TOTAL_SLICE
from kpi_engine.snapshot import Snapshot
from kpi_engine.snapshot_store import current_snapshot

from .configuration import engine_with, load_engine
from .inspection import keep_inspection
from .site import Site
from .stored_file import replace_whole

_ASSESSMENT = TypeAdapter(Assessment)
_READINGS, _CARDS = "readings.parquet", "assessment.json"
_KEPT = 100
"""How many publications stay beside the newest."""
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Publication:
    """What was computed for one as-of date; `folder` holds it and never changes."""

    folder: Path

    @property
    def assessment(self) -> Assessment:
        """The cards and checks."""
        return _read_assessment(self.folder)

    @property
    def readings(self) -> pd.DataFrame:
        """Every reading behind them, one row each."""
        return pd.read_parquet(self.folder / _READINGS)

    @property
    def slices(self) -> tuple[tuple[str, str], ...]:
        """Every slice of a dimension (dimension, value) that there are readings of, in order."""
        found = pd.read_parquet(self.folder / _READINGS, columns=["dimension", "slice"]).drop_duplicates()
        return tuple(sorted(found[found["slice"] != TOTAL_SLICE].itertuples(index=False, name=None)))

    def readings_of(self, kpi: str, window: WindowName) -> pd.DataFrame:
        """The readings of one KPI in one window; the others are not read from disk."""
        wanted = [("kpi", "==", kpi), ("window", "==", window)]
        return pd.read_parquet(self.folder / _READINGS, filters=wanted)


def published(site: Site, as_of: date | None = None) -> tuple[Publication | None, tuple[Problem, ...]]:
    """The publication for the day (default: the data date), computed now if nobody has asked before.

    Neither a publication nor a problem means that no export has been imported yet.
    """
    return _published(site, as_of, (_READINGS, _CARDS))


def assessed(site: Site, as_of: date | None = None) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """The assessment of that publication; its readings are left for whoever asks for them first."""
    publication, problems = _published(site, as_of, (_CARDS,))
    return (None if publication is None else publication.assessment), problems


def beside(publication: Publication, name: str, compute: Callable[[], bytes]) -> bytes:
    """A further file of the publication, computed once by whoever asks first."""
    file = publication.folder / name
    if not file.exists():
        replace_whole(file, compute())
    return file.read_bytes()


def _published(
    site: Site, as_of: date | None, files: tuple[str, ...]
) -> tuple[Publication | None, tuple[Problem, ...]]:
    snapshot = current_snapshot(site.workspace)
    if snapshot is None:
        return None, ()
    engine, problems = load_engine(site)
    if engine is None:
        return None, problems
    return _computed(site, engine, snapshot, as_of, files), ()


def assessed_candidate(site: Site, candidate: Snapshot) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """What the cards would be if the candidate were in force; computed once, and there when it is published."""
    engine, problems = engine_with(site, candidate)
    return (None if engine is None else _computed(site, engine, candidate, None, (_CARDS,)).assessment), problems


def _computed(
    site: Site, engine: Engine, snapshot: Snapshot, as_of: date | None, files: tuple[str, ...]
) -> Publication:
    day = max(EPOCH, min(as_of or snapshot.data_on, snapshot.data_on))  # the address may ask for the year 1
    parts = (snapshot.fingerprint, engine.fingerprint, day.isoformat())
    folder = site.workspace / "published" / hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    for name in files:
        if not (folder / name).exists():
            with _one_at_a_time:
                if not (folder / name).exists():
                    keep_inspection(site, engine, snapshot)
                    _compute(engine, snapshot, day, folder / name)
    return Publication(folder)


def _compute(engine: Engine, snapshot: Snapshot, as_of: date, file: Path) -> None:
    """Write a file of the publication beside its place and move it there whole."""
    file.parent.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=file.parent.parent) as draft:
        written = Path(draft) / file.name
        if file.name == _READINGS:
            # Small row groups, so that reading one KPI passes over the others.
            engine.readings(snapshot, as_of).to_parquet(written, index=False, row_group_size=20_000)
        else:
            written.write_bytes(_ASSESSMENT.dump_json(engine.assess(snapshot, as_of)))
        file.parent.mkdir(exist_ok=True)
        # Another process may have been faster, with equal bytes.
        written.replace(file)
    _forget_oldest(file.parent)


def _forget_oldest(newest: Path) -> None:
    """Any address may ask for another day, and what is forgotten is computed again, to equal bytes, when asked for."""
    others = [one for one in newest.parent.iterdir() if one != newest and not one.name.startswith(".")]
    for old in sorted(others, key=lambda one: one.stat().st_mtime)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


@lru_cache(maxsize=16)
def _read_assessment(folder: Path) -> Assessment:
    return _ASSESSMENT.validate_json((folder / _CARDS).read_bytes())
