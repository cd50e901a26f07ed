"""A snapshot of a few rows: how contract tests, and tests of our own, give the engine data."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from .company import Company
from .importing import import_folder
from .mappings.canonical import canonical_mappings
from .problem import Problem
from .snapshot import Snapshot
from .tables.catalogue import BY_NAME


def snapshot_of_rows(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path, company: Company, data_on: date | None = None
) -> tuple[Snapshot | None, tuple[Problem, ...]]:
    """Rows by canonical table as a snapshot, by way of CSV files and an ordinary import into `folder`.

    Columns left out are empty; derived columns are computed as for any export.
    """
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    for name, given in rows.items():
        columns = [column.name for column in BY_NAME[name].columns if not column.derived]
        with (exports / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows({key: _cell(value) for key, value in row.items()} for row in given)
    result = import_folder(exports, folder / "workspace", company, canonical_mappings(), data_on=data_on)
    return result.snapshot, result.problems


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
