"""`import`: a folder of exports becomes a snapshot, or a list of what to mend and no change."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.progress import Progress
from rich.table import Table

from ..importing import ImportResult, import_folder
from ..loads.unknown_keys import unknown_keys
from ..mappings.loading import load_mappings
from ..problem import abridged
from .setting import ERR, OUT, Setting, Stop


def load(arguments: argparse.Namespace) -> int:
    """Imports and says what was read; exit code 1 if nothing was published."""
    setting = Setting.of(arguments)
    if not arguments.folder.is_dir():
        raise Stop(f"{arguments.folder} is not a folder of exports")
    company = setting.company()
    mappings, problems = load_mappings(setting.mappings)
    if problems:
        raise Stop(*problems)
    with Progress(console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task("Importing", total=1.0)
        result = import_folder(
            arguments.folder,
            setting.workspace,
            company,
            mappings,
            # The one place where the engine's day of today enters: an event of tomorrow cannot have happened.
            today=datetime.now(ZoneInfo(company.time_zone)).date(),
            mapping=arguments.mapping,
            exclude_unreadable=arguments.exclude_unreadable,
            data_on=arguments.data_on,
            progress=lambda what, share: bar.update(task, description=what, completed=share),
        )
    result = replace(result, notes=(*result.notes, *_unknown_keys(result)))
    if arguments.format == "json":
        OUT.print_json(json.dumps(_as_data(result)))
    else:
        _print(result)
    return 0 if result.snapshot else 1


def _unknown_keys(result: ImportResult) -> list[str]:
    fed = {report.table for report in result.tables}
    found = unknown_keys(result.snapshot, fed) if result.snapshot else ()
    return [
        f"{one.table}: {one.rows:,} rows name a {one.column} that {one.other} does not hold, such as {one.examples[0]}"
        for one in found
    ]


def _as_data(result: ImportResult) -> dict[str, object]:
    return {
        "snapshot": result.snapshot.fingerprint if result.snapshot else None,
        "data_on": result.snapshot.data_on.isoformat() if result.snapshot else None,
        "tables": [asdict(report) for report in result.tables],
        "problems": [asdict(problem) for problem in result.problems],
        "notes": list(result.notes),
    }


def _print(result: ImportResult) -> None:
    table = Table("table", "file", "read", "accepted", "repaired", "refused", box=None)
    for report in result.tables:
        counts = (report.read, report.accepted, report.repaired, report.refused)
        table.add_row(report.table, report.file, *(f"{count:,}" for count in counts))
    if result.tables:
        OUT.print(table)
    for note in result.notes:
        OUT.print(f"note: {note}", markup=False)
    for problem in abridged(result.problems):
        ERR.print(str(problem), markup=False)
    if result.snapshot:
        OUT.print(f"published snapshot {result.snapshot.fingerprint[:12]}, data as of {result.snapshot.data_on}")
    else:
        ERR.print(f"nothing was published: {len(result.problems):,} problem(s) to mend")
