"""The inspection of each load: made once, stored beside the snapshots, and then only read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd
from pydantic import TypeAdapter

from kpi_engine import ENGINE_VERSION
from kpi_engine.engine import Engine
from kpi_engine.quality.check import Inspection, Outcome
from kpi_engine.snapshot import Snapshot

from .site import Site
from .stored_file import keep

_OUTCOMES = TypeAdapter(tuple[Outcome, ...])


def keep_inspection(site: Site, engine: Engine, snapshot: Snapshot) -> None:
    """Inspect a load and store what was found; nothing happens where it is stored already."""
    folder = _folder(engine, snapshot)
    if (site.workspace / folder / "outcomes.json").exists():
        return
    found = engine.inspect(snapshot)
    offences = found.offences.to_parquet(index=False)
    assert offences is not None
    keep(site, f"{folder}/offences.parquet", offences)
    keep(site, f"{folder}/outcomes.json", _OUTCOMES.dump_json(found.outcomes))  # last: it says that all is there


def inspection_of(site: Site, engine: Engine, snapshot: Snapshot) -> Inspection | None:
    """What was found in a load under today's checks; None if it was never inspected under them."""
    folder = site.workspace / _folder(engine, snapshot)
    return _read(folder) if (folder / "outcomes.json").exists() else None


@dataclass(frozen=True, slots=True)
class Inspected:
    """A load with what was found in it; the outcomes are those of the checks as they were then, or none."""

    snapshot: Snapshot
    outcomes: tuple[Outcome, ...]


def inspected_loads(site: Site, engine: Engine) -> tuple[Inspected, ...]:
    """Every load, oldest first, with its outcomes: under today's checks if it was read by them, else as it was."""
    return tuple(Inspected(snapshot, _outcomes_of(site, engine, snapshot)) for snapshot in engine.history)


def _outcomes_of(site: Site, engine: Engine, snapshot: Snapshot) -> tuple[Outcome, ...]:
    today = inspection_of(site, engine, snapshot)
    if today is not None:
        return today.outcomes
    earlier = sorted((site.workspace / "inspections").glob(f"{snapshot.fingerprint[:32]}-*/outcomes.json"))
    return _read_outcomes(max(earlier, key=lambda file: file.stat().st_mtime)) if earlier else ()


def _folder(engine: Engine, snapshot: Snapshot) -> str:
    parts = (
        engine.checks.fingerprint,
        engine.company.model_dump_json(),
        *(f"{edit.kpi} {edit.version}" for edit in engine.edits),
        str(len(engine.contracts)),
        snapshot.parent or "",
        ENGINE_VERSION,
    )
    checks = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    return f"inspections/{snapshot.fingerprint[:32]}-{checks}"


@lru_cache(maxsize=8)
def _read(folder: Path) -> Inspection:
    return Inspection(_read_outcomes(folder / "outcomes.json"), pd.read_parquet(folder / "offences.parquet"))


@lru_cache(maxsize=256)
def _read_outcomes(file: Path) -> tuple[Outcome, ...]:
    return _OUTCOMES.validate_json(file.read_bytes())
