"""Mapping a new export layout: what is recognised, what is suggested, a mapping tested on the file and saved."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice
from pathlib import Path

import duckdb
import pandas as pd

from kpi_engine.company import Company
from kpi_engine.exports.columns import CHOICES
from kpi_engine.exports.detect import Detection
from kpi_engine.exports.header import Header, header_of, normal
from kpi_engine.exports.loading import raw_relation
from kpi_engine.exports.matching import name_fits
from kpi_engine.exports.suggest import Suggestion, guess_table, suggestions
from kpi_engine.exports.text import Told, open_export
from kpi_engine.importing import import_folder
from kpi_engine.mappings.loading import load_mappings
from kpi_engine.mappings.model import Mapping
from kpi_engine.problem import Problem
from kpi_engine.snapshot_store import current_snapshot
from kpi_engine.tables.catalogue import BY_NAME, TABLES
from kpi_engine.tables.schema import Table
from kpi_engine.yaml_strict import load_model

from .mapping_draft import Draft, model_of, yaml_of
from .people import Person, require
from .site import Site
from .staging import Staged

SURE_COLUMNS = 3
"""A header that holds so many columns of a mapping's signature is recognised whatever the file's name."""
MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Layouts:
    """The mappings that can read a file, the best first; `recognised` is the one beyond doubt, or ""."""

    fitting: tuple[Mapping, ...]
    recognised: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A mapping tried on a whole file: rows accepted and refused, the first rows as read, and the problems."""

    accepted: int
    refused: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    first_rows: pd.DataFrame


def layouts(site: Site, person: Person, file: Staged) -> Layouts:
    """Which mappings read the file, by its header; the file's name only breaks ties."""
    require(person, "publish")
    if isinstance(file.found, Problem):
        return Layouts((), "")
    mappings, _ = load_mappings(site.mappings)
    head = _as_text(file.found)
    fitting = [one for one in mappings if header_of(head, one.delimiter, one.header) and _tables_fit(one, file.found)]

    def rank(one: Mapping) -> tuple[bool, int]:
        return name_fits(one, file.name), len(one.header)

    fitting.sort(key=rank, reverse=True)
    first = rank(fitting[0]) if fitting else (False, 0)
    sure = bool(fitting) and (first[0] or first[1] >= SURE_COLUMNS) and all(rank(one) < first for one in fitting[1:])
    return Layouts(tuple(fitting), fitting[0].name if sure else "")


def suggested_table(site: Site, person: Person, file: Staged) -> str:
    """The table that a new layout most likely feeds."""
    require(person, "publish")
    mappings, company = _known(site)
    assert isinstance(file.found, Detection)
    return guess_table(file.found, mappings, company, file.name).name


def suggested_pairs(site: Site, person: Person, file: Staged, table: str) -> tuple[Suggestion, ...]:
    """Pairs of columns for that table, each with its reason and sample values."""
    require(person, "publish")
    mappings, company = _known(site)
    assert isinstance(file.found, Detection)
    found = suggestions(file.found, BY_NAME[table], mappings, company)
    return (*found, *_by_known_keys(site, file.found, BY_NAME[table], found))


def words_of(person: Person, file: Staged, source: str) -> tuple[str, ...]:
    """The distinct words of a column over the whole file, the most frequent first, at most forty."""
    require(person, "publish")
    found = file.found
    if isinstance(found, Problem) or source not in found.header:
        return ()
    header = Header(found.delimiter, found.header)
    return _words(file.path, file.path.stat().st_mtime_ns, found.header.index(source), file.how, header)


def choices_of(site: Site, table: str, column: str) -> tuple[str, ...]:
    """The words that a column of ours knows: statuses, kinds, the company's stages, yes and no; () if any word does."""
    if column == "stage":
        company = _known(site)[1]
        return (*company.stages, company.won_stage, company.lost_stage)
    found = BY_NAME[table].column(column)
    if found and found.type == "boolean":
        return "true", "false"
    return CHOICES.get((table, column), ())


def known_meanings(site: Site, column: str) -> dict[str, str]:
    """What the company's own stages say of a status, in small letters."""
    if column != "status":
        return {}
    company = _known(site)[1]
    meanings = {stage.casefold(): "open" for stage in company.stages}
    return meanings | {company.won_stage.casefold(): "won", company.lost_stage.casefold(): "lost"}


def try_mapping(site: Site, person: Person, file: Staged, draft: Draft, today: date) -> Trial | tuple[Problem, ...]:
    """Read the whole file under the draft, beside everything in force; or what is wrong with the draft."""
    require(person, "publish")
    mapping, problems = model_of(draft, file.name, file.found)
    if mapping is None:
        return problems
    with tempfile.TemporaryDirectory(dir=site.workspace, prefix=".trial-") as scratch:
        folder = Path(scratch) / "files"
        folder.mkdir()
        (folder / file.name).symlink_to(file.path.resolve())
        told = {file.name: Told(file.how.encoding, file.how.skip_lines, mapping.name)}
        return _trial(Path(scratch), folder, _known(site)[1], mapping, told, today)


def first_rows(site: Site, person: Person, file: Staged, today: date) -> Trial | None:
    """The first rows as the chosen mapping reads them; None while none is chosen."""
    require(person, "publish")
    mappings, company = _known(site)
    chosen = next((one for one in mappings if one.name == file.told.mapping), None)
    if chosen is None or isinstance(file.found, Problem):
        return None
    with tempfile.TemporaryDirectory(dir=site.workspace, prefix=".trial-") as scratch:
        folder = Path(scratch) / "files"
        folder.mkdir()
        (folder / file.name).write_text(_as_text(file.found), encoding="utf-8")
        for other in _supplying(chosen, file.path):
            (folder / other.name).symlink_to(other.resolve())
        return _trial(Path(scratch), folder, company, chosen, {file.name: Told("utf-8", 0, chosen.name)}, today)


def save_mapping(site: Site, person: Person, file: Staged, draft: Draft) -> tuple[Problem, ...]:
    """Save the draft under config/mappings; a name that is taken is refused, nothing is ever overwritten."""
    require(person, "publish")
    mapping, problems = model_of(draft, file.name, file.found)
    if mapping is None:
        return problems
    target = site.mappings / f"{mapping.name}.yaml"
    taken = {one.name for one in load_mappings(site.mappings)[0]}
    if mapping.name in taken or target.exists():
        message = f"the name {mapping.name!r} is taken"
        return (Problem("mapping", message, "choose another name", column="name"),)
    site.mappings.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=site.mappings, prefix=".new-", encoding="utf-8", delete=False) as fresh:
        fresh.write(yaml_of(draft, file.name, file.found))
        fresh.flush()
        os.fsync(fresh.fileno())
    try:
        # A link fails where the name is taken meanwhile; a rename would overwrite.
        os.link(fresh.name, target)
        target.chmod(0o644)
    except FileExistsError:
        return (Problem("mapping", f"the name {mapping.name!r} is taken", "choose another name", column="name"),)
    finally:
        Path(fresh.name).unlink()
    return ()


def _trial(
    scratch: Path, folder: Path, company: Company, mapping: Mapping, told: Dict[str, Told], today: date
) -> Trial:
    result = import_folder(
        folder, scratch / "workspace", company, [mapping], today=today, data_on=today, told=told,
        exclude_unreadable="trial",
    )  # fmt: skip
    frame = pd.DataFrame()
    if result.snapshot is not None:
        fed = mapping.tables[0]
        names = ", ".join(f"""coalesce(CAST("{name}" AS VARCHAR), '') AS "{name}" """ for name in fed.columns)
        path = result.snapshot.tables[fed.table].path
        frame = duckdb.sql(f"SELECT {names} FROM read_parquet('{path}') LIMIT 6").df()  # noqa: S608
    counts = result.tables[0] if result.tables else None
    return Trial(
        counts.accepted if counts else 0, counts.refused if counts else 0,
        (*result.problems, *result.left_out), result.notes, frame,
    )  # fmt: skip


def _by_known_keys(site: Site, found: Detection, table: Table, named: tuple[Suggestion, ...]) -> Iterator[Suggestion]:
    """Identifiers are known by their values: most of them stand as keys in the tables in force."""
    snapshot = current_snapshot(site.workspace)
    keys = {other.key[0]: other.name for other in TABLES if len(other.key) == 1}
    free = [name for name in found.header if name and name not in {one.source for one in named}]
    lacking = [column.name for column in table.columns if column.name not in {one.column for one in named}]
    for column in (column for column in lacking if column in keys):
        file = snapshot.tables.get(keys[column]) if snapshot else None
        for source in free if file else ():
            assert file is not None
            cells = list(dict.fromkeys(found.column(found.header.index(source))))
            rows = duckdb.execute(
                f"SELECT count(DISTINCT {column}) FROM read_parquet(?) WHERE list_contains(?, {column})",  # noqa: S608
                [str(file.path), cells],
            ).fetchall()
            if cells and rows[0][0] >= len(cells) / 2:
                yield Suggestion(column, source, f"values are known in {keys[column]}", tuple(cells[:3]))
                free.remove(source)
                break


def _supplying(mapping: Mapping, path: Path) -> list[Path]:
    """The files beside it in which the mapping looks something up."""
    patterns = {one.lookup.file for fed in mapping.tables for one in fed.columns.values() if one.lookup}
    others = [other for other in path.parent.iterdir() if other != path]
    return [other for other in others if any(fnmatchcase(other.name.lower(), one.lower()) for one in patterns)]


def _tables_fit(mapping: Mapping, found: Detection) -> bool:
    """Whether every tier 1 column that one of its tables must have can be read from the header."""
    present = {normal(name) for name in found.header}
    for feeding in mapping.tables[:1]:
        for name, source in feeding.columns.items():
            column = feeding.canonical.column(name)
            wanted = (*source.from_, *source.first_filled)
            if column and column.required and wanted and present.isdisjoint(map(normal, wanted)):
                return False
    return True


def _as_text(found: Detection) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=found.delimiter, lineterminator="\n")
    writer.writerow(found.header)
    writer.writerows(row for row in found.head if len(row) == len(found.header))
    return out.getvalue()


def _known(site: Site) -> tuple[tuple[Mapping, ...], Company]:
    company, problems = load_model(site.company, Company)
    assert company is not None, problems
    return load_mappings(site.mappings)[0], company


@lru_cache(maxsize=200)
def _words(path: Path, _at: int, index: int, how: Told, header: Header) -> tuple[str, ...]:
    """Counted over the whole file by the scan that imports use; where that refuses, by its beginning."""
    with tempfile.TemporaryDirectory() as scratch:
        export = open_export(path, Path(scratch), how)
        if isinstance(export, Problem):
            return ()
        cell = f"trim(c{index})"
        try:
            found = duckdb.sql(
                f"SELECT {cell} FROM {raw_relation(export, header)} WHERE {cell} <> '' "  # noqa: S608
                f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST_WORDS}"
            ).fetchall()
        except duckdb.InvalidInputException:
            rows = csv.reader(io.StringIO(export.head), delimiter=header.delimiter)
            return tuple(dict.fromkeys(row[index].strip() for row in islice(rows, 1, None) if index < len(row)))
    return tuple(word for (word,) in found)
