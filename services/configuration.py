"""The configuration in force: named by its content, loaded once per content, archived with what was built on it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from decision_log.formula import SUBJECT, sealed
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.partial_store import PartialStore
from kpi_engine.problem import Problem
from kpi_engine.quality.formulas import FormulaEdit, formula_edits
from kpi_engine.snapshot import Snapshot
from kpi_engine.snapshot_store import current_snapshot, snapshots_in_force

from .people import Person, require
from .scope import may_see
from .site import Site


def fingerprint(site: Site) -> str:
    """Names contracts, company, known issues and data checks by their content."""
    digest = hashlib.sha256()
    for file in sorted(_read_by_engine(site)):
        at = Path(file).stat()
        # A file is read once: whoever changes it changes its time of change, which nobody can set.
        digest.update(f"{file}\0{_content(file, (at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns))}\0".encode())
    return digest.hexdigest()


@lru_cache(maxsize=4096)
def _content(file: str, _as_of: tuple[int, ...]) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def archive(site: Site) -> tuple[str, Site]:
    """Keep the configuration as it is now under the name of its content; gives the name and the site of the copy.

    People and forums are in it too: names and audiences belong to what was built.
    """
    files = map(Path, _archived_files(site))
    content = {str(file.relative_to(site.config)): file.read_bytes() for file in files}
    digest = hashlib.sha256()
    for name, body in sorted(content.items()):
        digest.update(f"{name}\0{len(body)}\0".encode() + body)
    named = digest.hexdigest()
    kept = archived(site, named)
    if not kept.config.exists():
        kept.config.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=kept.config.parent) as draft:
            for name, body in content.items():
                file = Path(draft) / "whole" / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(body)
            try:
                (Path(draft) / "whole").rename(kept.config)
            except OSError:
                if not kept.config.exists():  # else another process was faster, with equal bytes
                    raise
    return named, kept


def archived(site: Site, named: str) -> Site:
    """The same workspace under an archived configuration."""
    return Site(site.workspace, site.workspace / "configurations" / named)


def _archived_files(site: Site) -> Iterator[str]:
    yield from (str(file) for file in (site.people, site.forums, site.okrs) if file.is_file())
    yield from _read_by_engine(site)
    yield from _yaml_in(site.config / "dashboards")


def _read_by_engine(site: Site) -> Iterator[str]:
    if site.company.is_file():
        yield str(site.company)
    for folder in (site.contracts, site.known_issues, site.config / "controls", site.config / "hygiene"):
        yield from _yaml_in(folder)


def _yaml_in(folder: Path) -> Iterator[str]:
    # Every page asks for this: paths as texts, because making hundreds of `Path`s costs more than all the rest.
    for place, _, names in os.walk(folder):
        yield from (f"{place}/{name}" for name in names if name.endswith(".yaml"))


def engine_of(site: Site, snapshots: int, up_to: int | None = None) -> tuple[Engine | None, tuple[Problem, ...]]:
    """The engine of a site's configuration with the first so many snapshots and log entries: as it was then."""
    history = snapshots_in_force(site.workspace, snapshots)
    engine, problems = Engine.load(site.contracts, site.company, site.known_issues, history)
    return _with_edits(site, engine, up_to), problems


def engine_with(site: Site, candidate: Snapshot) -> tuple[Engine | None, tuple[Problem, ...]]:
    """The engine as it would be with the candidate in force; a snapshot known already takes it back to that."""
    history = snapshots_in_force(site.workspace)
    known = [one.fingerprint for one in history]
    later = history[: known.index(candidate.fingerprint) + 1] if candidate.fingerprint in known else ()
    engine, problems = Engine.load(site.contracts, site.company, site.known_issues, later or (*history, candidate))
    return _with_edits(site, engine), problems


def load_engine(site: Site) -> tuple[Engine | None, tuple[Problem, ...]]:
    """The engine under the configuration as it is now on disk, or what to mend in it."""
    snapshot = current_snapshot(site.workspace)
    content, loaded = fingerprint(site), None if snapshot is None else snapshot.fingerprint
    engine, problems = _load(site, content, loaded)
    edits = _edits(site, content, loaded, tuple(_sealed(site).items())) if engine else ()
    return (replace(engine, edits=edits, inspected={}) if engine and edits else engine), problems


def _with_edits(site: Site, engine: Engine | None, up_to: int | None = None) -> Engine | None:
    """The engine, told which of its formulas differ from what they were sealed with."""
    return engine and replace(engine, edits=formula_edits(engine.contracts.values(), _sealed(site, up_to)))


def _sealed(site: Site, up_to: int | None = None) -> dict[tuple[str, int], str]:
    """What the log says the formulas of each version were sealed with."""
    return sealed(site.log().stream("formula", up_to).get(SUBJECT, ()))


@lru_cache(maxsize=4)
def _edits(
    site: Site, content: str, snapshot: str | None, known: tuple[tuple[tuple[str, int], str], ...]
) -> tuple[FormulaEdit, ...]:
    """The formulas that differ from it; asked with every page, so it is kept."""
    engine, _ = _load(site, content, snapshot)
    return formula_edits(engine.contracts.values(), dict(known)) if engine else ()


def contracts(site: Site, person: Person) -> tuple[dict[str, Contract], tuple[Problem, ...]]:
    """Every contract that the person may see, by id in the order of names; none while there is something to mend."""
    require(person, "view", keeps_scope=True)
    engine, problems = load_engine(site)
    if engine is None:
        return {}, problems
    theirs = {id_: contract for id_, contract in engine.contracts.items() if may_see(person, contract)}
    return dict(sorted(theirs.items(), key=lambda item: item[1].name.lower())), ()


def currency(site: Site) -> str:
    """The reporting currency; US dollars while the configuration cannot be read."""
    engine, _ = load_engine(site)
    return "USD" if engine is None else engine.company.currency


@lru_cache(maxsize=4)
def _load(site: Site, _content: str, _snapshot: str | None) -> tuple[Engine | None, tuple[Problem, ...]]:
    """Differences between snapshots need all that are stored, so a new one asks for a new engine."""
    engine, problems = Engine.load(site.contracts, site.company, site.known_issues, snapshots_in_force(site.workspace))
    if engine is None:
        return None, problems
    return replace(engine, partials=PartialStore(site.workspace / "partials")), problems
