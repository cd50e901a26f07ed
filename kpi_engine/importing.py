"""Imports a folder of exports: one new snapshot of all tables, or the list of what to mend and no change."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

import duckdb

from .company import Company
from .exports.cells import text
from .exports.columns import Setting
from .exports.currency import convert, rates_of
from .exports.each import fits_any
from .exports.last_load import cut, shrunk
from .exports.loading import Loaded, cell_problems, load
from .exports.lookups import lookups_of, prepare
from .exports.matching import Choice, choose
from .exports.merging import extent, observed_stages, stored, unite, upserted, write
from .exports.order import ordered
from .exports.records import Mending
from .exports.reports import TableReport, notes_of, report_of
from .exports.text import Export, Told, open_export
from .mappings.model import Mapping
from .problem import Problem
from .snapshot import Snapshot, TableFile
from .snapshot_store import (
    SCRATCH,
    current_snapshot,
    keep_table,
    load_snapshot,
    locked,
    propose,
    publish,
    restore,
    snapshot_history,
)
from .tables.catalogue import BY_NAME
from .tables.schema import Table

__all__ = [
    "ImportResult",
    "TableReport",
    "current_snapshot",
    "import_folder",
    "load_snapshot",
    "restore",
    "snapshot_history",
]

MAX_FILES = 500
SUFFIXES = (".csv", ".tsv")
# Parts of the work use one core only; those of another file fill the others meanwhile.
AT_ONCE = 2
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: the snapshot, or the problems that kept it from changing anything.

    `tables` counts rows per file and table; `notes` say in words what was repaired, left out, absent,
    flagged or not read. `left_out` are the problems of rows that a reason allowed to leave out.
    """

    snapshot: Snapshot | None
    problems: tuple[Problem, ...] = ()
    tables: tuple[TableReport, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[Problem, ...] = ()


def import_folder(
    folder: Path,
    workspace: Path,
    company: Company,
    mappings: Sequence[Mapping],
    *,
    today: date | None = None,
    mapping: str | None = None,
    exclude_unreadable: str | None = None,
    data_on: date | None = None,
    progress: Progress | None = None,
    told: Dict[str, Told] | None = None,
    only_propose: bool = False,
    wait: bool = True,
) -> ImportResult:
    """Reads every export of the folder and publishes one snapshot, or gives problems and changes nothing.

    `mapping` names the only mapping to use, `told` by file name how a person said to read the file.
    With `only_propose` the snapshot is a candidate, not in force. While another import runs, this one
    waits, or raises `Busy`. An event date after `today` is unreadable.
    `exclude_unreadable` is the reason for leaving unreadable rows out; without it they block the import.
    `data_on` defaults to the last event date of the tables. Tables that no file feeds carry over.
    """
    if not folder.is_dir():
        return ImportResult(None, (Problem(str(folder), "is not a folder", "name the folder that holds the exports"),))
    with locked(workspace, wait=wait), tempfile.TemporaryDirectory(dir=workspace, prefix=SCRATCH) as scratch:
        put = propose if only_propose else publish
        reason = exclude_unreadable or ""
        run = _Import(company, workspace, Path(scratch), today, reason, progress or _silent, told or {}, put)
        return run.of(folder, mappings, mapping, data_on)


@dataclass(slots=True)
class _Import:
    """One run: its settings, its database, and what it has said so far."""

    company: Company
    workspace: Path
    scratch: Path
    today: date | None
    reason: str
    progress: Progress
    told: Dict[str, Told]
    put: Callable[[Path, date, dict[str, TableFile]], Snapshot]
    connection: duckdb.DuckDBPyConnection = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    loads: list[Loaded] = field(default_factory=list)
    previous: Snapshot | None = None
    numbers: Iterator[int] = field(default_factory=count)

    def of(self, folder: Path, mappings: Sequence[Mapping], named: str | None, data_on: date | None) -> ImportResult:
        self.previous = current_snapshot(self.workspace)
        self.connection = duckdb.connect()
        try:
            self.connection.execute("SET temp_directory = " + text(str(self.scratch)))
            self._load_all(folder, mappings, named)
            rows = self._unite_all() if not self._blocked() else {}
            snapshot = None if self._blocked() else self._publish(rows, data_on)
        finally:
            self.connection.close()
        reports = tuple(report_of(loaded) for loaded in self.loads)
        return ImportResult(snapshot, tuple(self.problems), reports, tuple(self.notes), tuple(self.left_out))

    def _blocked(self) -> bool:
        return bool(self.problems)

    def _load_all(self, folder: Path, mappings: Sequence[Mapping], named: str | None) -> None:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
        if len(files) > MAX_FILES:
            self.problems.append(Problem(str(folder), f"holds more than {MAX_FILES} files", "import it in parts"))
            return
        exports = {path: open_export(path, self.scratch, self.told.get(path.name, Told())) for path in files}
        chosen = {file: how.mapping for file, how in self.told.items() if how.mapping}
        choices, problems, notes = choose(exports, mappings, named, chosen)
        self.problems += problems
        self.notes += notes
        if not choices and not problems:
            self.problems.append(Problem(str(folder), "holds no export that a mapping reads", "see docs/mappings.md"))
        mending = Mending(self.scratch)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = [pool.submit(self._load, choice, exports, mending) for choice in choices]
            for done, (choice, read) in enumerate(zip(choices, found, strict=True)):
                self.progress(f"Reading {choice.export.file}", 0.7 * done / len(choices))
                loads, problems, notes = read.result()
                self.loads += loads
                self.problems += problems
                self.notes += notes

    def _load(
        self, choice: Choice, exports: dict[Path, Export | Problem], mending: Mending
    ) -> tuple[list[Loaded], list[Problem], list[str]]:
        """What one file gives to its tables, with problems and notes; runs beside the loading of other files."""
        with self.connection.cursor() as connection:
            lookups, problems, notes = self._lookups(connection, choice, exports, mending)
            if problems:
                return [], problems, notes
            export = choice.export
            setting = Setting(export.file, choice.mapping, choice.header, self.company, self.today, export.signs)
            loads = []
            for feeding in choice.mapping.tables:
                if feeding.each and not fits_any(choice.header, feeding.each):
                    notes.append(f"{choice.export.file} → {feeding.table}: no column {feeding.each}; not fed")
                    continue
                table = f"load_{next(self.numbers)}"
                loaded = load(connection, choice.export, setting, feeding, table, lookups=lookups, mending=mending)
                loads.append(loaded)
                problems += self._blocking(connection, loaded)
        return loads, problems, notes

    def _lookups(
        self,
        connection: duckdb.DuckDBPyConnection,
        choice: Choice,
        exports: dict[Path, Export | Problem],
        mending: Mending,
    ) -> tuple[dict[tuple[str, str, str], str], list[Problem], list[str]]:
        tables: dict[tuple[str, str, str], str] = {}
        problems: list[Problem] = []
        notes: list[str] = []
        for lookup in [lookup for feeding in choice.mapping.tables for lookup in lookups_of(feeding)]:
            if lookup.supply not in tables:
                table = tables[lookup.supply] = f"look_{next(self.numbers)}"
                found, said = prepare(connection, lookup, table, exports, mending, excluding=bool(self.reason))
                problems += found
                notes += said
        return tables, problems, notes

    def _blocking(self, connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> list[Problem]:
        """The problems that keep the load from being taken; with a reason, those of rows only leave the rows out."""
        # Behind a broken record the row numbers would be off; its mending comes first.
        rows = loaded.broken or (cell_problems(connection, loaded) if loaded.unreadable else [])
        return [*loaded.problems, *self._rows(rows)]

    def _rows(self, problems: list[Problem]) -> list[Problem]:
        """Problems of rows block; with a reason they only leave the rows out."""
        if not self.reason:
            return problems
        self.left_out += problems
        return []

    def _unite_all(self) -> dict[str, str]:
        """SQL of the fresh rows of every fed table."""
        for loaded in self.loads:
            found = convert(self.connection, loaded, self._rates(), self.company.currency)
            self.problems += self._rows(found)
        rows = {}
        for name in dict.fromkeys(loaded.feeding.table for loaded in self.loads):
            loads = [loaded for loaded in self.loads if loaded.feeding.table == name]
            table = BY_NAME[name]
            fresh, found = unite(self.connection, table, self.company, loads)
            self.problems += self._rows(found)
            full = any(loaded.feeding.load == "full" for loaded in loads)
            rows[name] = fresh if full else upserted(self.connection, table, self.company, fresh, self._stored(name))
        for loaded in self.loads:
            self.notes += notes_of(self.connection, loaded)
        return rows

    def _stored(self, name: str) -> Path | None:
        file = self.previous.tables.get(name) if self.previous else None
        return file.path if file else None

    def _rates(self) -> str:
        fresh = [loaded.table for loaded in self.loads if loaded.feeding.table == "currency_rates"]
        return rates_of(self.connection, fresh, self._stored("currency_rates"))

    def _publish(self, rows: dict[str, str], data_on: date | None) -> Snapshot | None:
        carried = {
            name: file for name, file in (self.previous.tables if self.previous else {}).items() if name not in rows
        }
        reach = [self._reach(name, fresh) for name, fresh in rows.items()]
        reach += [file.last_event for file in carried.values()]
        data_on = data_on or max((day for day in reach if day), default=None)
        if data_on is None:
            self.problems.append(Problem("import", "no table holds an event date", "say the day the data speaks of"))
        if data_on is None or self._blocked():
            return None
        self._observe_stages(rows, data_on)
        tables = dict(carried)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            written = {name: pool.submit(self._write, BY_NAME[name], fresh) for name, fresh in rows.items()}
            for done, (name, file) in enumerate(written.items()):
                self.progress(f"Writing {name}", 0.7 + 0.3 * done / len(rows))
                tables[name] = file.result()
        return self.put(self.workspace, data_on, dict(sorted(tables.items())))

    def _reach(self, table: str, fresh: str) -> date | None:
        rows, _, last_event = extent(self.connection, BY_NAME[table], fresh)
        notes = shrunk(table, rows, last_event, self.previous.tables.get(table) if self.previous else None)
        self.notes += notes
        self.problems += self._rows(cut(table, self.loads, notes))
        return last_event

    def _observe_stages(self, rows: dict[str, str], data_on: date) -> None:
        deals, history = BY_NAME["opportunities"], BY_NAME["stage_history"]
        before = self._stored(deals.name)
        if deals.name not in rows or history.name in rows or before is None:
            return
        changes = observed_stages(rows[deals.name], stored(self.connection, deals, before), data_on, self.company)
        self.connection.execute(f"CREATE TABLE seen AS {ordered(changes, history, self.company)}")
        seen = "SELECT * FROM seen"
        changes_seen = extent(self.connection, history, seen)[0]
        if not changes_seen:
            return
        rows[history.name] = upserted(self.connection, history, self.company, seen, self._stored(history.name))
        self.notes.append(f"stage_history: {changes_seen:,} stage changes seen since the last load were added")

    def _write(self, table: Table, rows: str) -> TableFile:
        written = self.scratch / f"{table.name}.parquet"
        loads = [loaded for loaded in self.loads if loaded.feeding.table == table.name]
        with self.connection.cursor() as connection:
            write(connection, table, rows, written)
            path, digest = keep_table(self.workspace, table.name, written)
            found, first, last = extent(connection, table, stored(connection, table, path))
            for loaded in loads:
                connection.execute(f"DROP TABLE {loaded.table}")
        left_out = sum(loaded.unreadable + loaded.broken_records for loaded in loads)
        return TableFile(
            table.name, path, digest, found, first, last, tuple(loaded.export.file for loaded in loads),
            left_out, self.reason if left_out else "",
        )  # fmt: skip


def _silent(_: str, __: float) -> None:
    return None
