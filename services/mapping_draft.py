"""A mapping as a person fills it in, and the YAML file that it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kpi_engine.exports.detect import Detection
from kpi_engine.mappings.model import Mapping
from kpi_engine.problem import Problem
from kpi_engine.tables.catalogue import BY_NAME
from kpi_engine.yaml_strict import parse_model


@dataclass(frozen=True, slots=True)
class Draft:
    """A mapping as a person fills it in: our column → the export's, and how words and cells are written.

    `values` translates words of a column; `constants` fills one without a column in the export. `currency` is
    the export's column with the currency of the amounts; without one they are in the reporting currency.
    """

    name: str
    title: str
    table: str
    columns: dict[str, str]
    load: str = "full"
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    dates: str = ""
    decimal: str = "."
    thousands: str = ""
    signs: str = ""
    currency: str = ""


def model_of(draft: Draft, file: str, found: Detection | Problem) -> tuple[Mapping | None, tuple[Problem, ...]]:
    """The draft as a mapping that the loader accepts, or what is wrong with it."""
    table = BY_NAME[draft.table]
    fed = {*draft.columns, *draft.constants}
    lacking = [column.name for column in table.columns if column.required and not column.derived]
    problems = tuple(
        Problem("mapping", f"{name} must come from a column of the file", "choose the column", column=name)
        for name in lacking
        if name not in fed
    )
    if problems:
        return None, problems
    mapping, wrong = parse_model(yaml_of(draft, file, found), Mapping, f"{draft.name}.yaml")
    return mapping, tuple(wrong)


def yaml_of(draft: Draft, file: str, found: Detection | Problem) -> str:
    """The draft as the text of a mapping file."""
    assert isinstance(found, Detection)
    table = BY_NAME[draft.table]
    columns: dict[str, object] = {}
    for column in table.columns:
        if column.name in draft.columns:
            source: dict[str, object] = {"from": draft.columns[column.name]}
            if words := {word: meaning for word, meaning in draft.values.get(column.name, {}).items() if meaning}:
                source["values"] = words
            columns[column.name] = source if len(source) > 1 else source["from"]
        elif column.name in draft.constants:
            columns[column.name] = {"constant": draft.constants[column.name]}
    signature = list(dict.fromkeys([*draft.columns.values(), *filter(None, [draft.currency])]))
    content: dict[str, object] = {
        "name": draft.name,
        "title": draft.title,
        "files": [_pattern(file)],
        "header": signature,
        "delimiter": found.delimiter,
    }
    if draft.dates:
        content["dates"] = [draft.dates]
    numbers: dict[str, object] = {"decimal": draft.decimal, "thousands": draft.thousands}
    if draft.signs.split():
        numbers["signs"] = draft.signs.split()
    if numbers != {"decimal": ".", "thousands": ""}:
        content["numbers"] = numbers
    absent = [c.name for c in table.columns if c.tier == 1 and not c.derived and c.name not in columns]
    feeding: dict[str, object] = {"table": draft.table, "load": draft.load}
    if draft.currency:
        feeding["currency"] = draft.currency
    feeding |= {"columns": columns} | ({"absent": absent} if absent else {})
    return yaml.safe_dump({**content, "tables": [feeding]}, sort_keys=False, allow_unicode=True, width=120)


def _pattern(file: str) -> str:
    """The file's name with whatever changes from export to export left open."""
    stem, suffix = Path(file).stem, Path(file).suffix
    return re.sub(r"[\W_]*\d[\d\W_]*", "*", stem) + ("*" if not stem[-1:].isdigit() else "") + suffix
