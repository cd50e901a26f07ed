"""A mapping as a person fills it in, and the YAML file that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kpi_engine.exports.detect import Detection
from kpi_engine.mappings.model import ANY_OTHER, Mapping
from kpi_engine.problem import Problem
from kpi_engine.tables.catalogue import BY_NAME
from kpi_engine.yaml_strict import parse_model

from .yaml_file import as_yaml

LONGEST_TITLE = 100
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
"""What a file cannot be called on a machine with Windows, where a configuration may be looked after."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mapping as a person fills it in: our column → the export's, and how words and cells are written.

    `values` translates words of a column, `scales` multiplies its numbers (1000 for k€, 0.01 for per cent);
    `constants` fills one without a column in the export. `currency` is the export's column with the currency of
    the amounts; without one they are in the reporting currency. `only` keeps rows by the words of a column:
    (column, "one_of" or "none_of", words). `missing` are words for an empty cell, with commas between them. `last_day`
    says whether the end date of a line belongs to it.
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
    scales: dict[str, str] = field(default_factory=dict)
    only: tuple[str, str, tuple[str, ...]] | None = None
    missing: str = ""
    negative: str = ""
    last_day: str = "exclusive"


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
    problems += (*_name_problems(draft), *_word_problems(draft))
    if problems:
        return None, problems
    mapping, wrong = parse_model(yaml_of(draft, file, found), Mapping, f"{draft.name}.yaml")
    return mapping, tuple(wrong)


def yaml_of(draft: Draft, file: str, found: Detection | Problem) -> str:
    """The draft as the text of a mapping file."""
    assert isinstance(found, Detection)
    table = BY_NAME[draft.table]
    columns = {column.name: source for column in table.columns if (source := _source(draft, column.name)) is not None}
    absent = [one.name for one in table.columns if one.tier == 1 and not one.derived and one.name not in columns]
    filtered = draft.only[0] if draft.only else ""
    content = {
        "name": draft.name,
        "title": draft.title,
        "files": [_pattern(file)],
        "header": list(dict.fromkeys(filter(None, [*draft.columns.values(), draft.currency, filtered]))),
        "delimiter": found.delimiter,
        "dates": [draft.dates] if draft.dates else [],
        "numbers": _numbers(draft),
        "missing": [word for part in draft.missing.split(",") if (word := part.strip())],
        "tables": [_feeding(draft, columns, absent)],
    }
    kept = {name: given for name, given in content.items() if given}
    return as_yaml(kept)


def _name_problems(draft: Draft) -> Iterator[Problem]:
    if not draft.title.strip():
        yield Problem("mapping", "the layout has no name", "say what this export is called", column="title")
    elif len(draft.title) > LONGEST_TITLE or len(draft.name) > LONGEST_TITLE:
        yield Problem("mapping", "the name is too long", f"keep it under {LONGEST_TITLE} characters", column="title")
    elif not _NAME.fullmatch(draft.name) or draft.name in _RESERVED:
        message = f"a file cannot be called {draft.name!r}"
        yield Problem("mapping", message, "begin the name with another word, in Latin letters", column="title")


def _word_problems(draft: Draft) -> Iterator[Problem]:
    """Words that a layout cannot tell apart: the star stands for all others, and capitals do not count."""
    for column, meanings in draft.values.items():
        if meanings.get(ANY_OTHER, ANY_OTHER) not in ("", ANY_OTHER):
            remedy = "change it in the export: in a layout it stands for every other word"
            yield Problem("mapping", f"the word {ANY_OTHER!r} cannot be given a meaning", remedy, column=column)
        known: dict[str, str] = {}
        for word, meaning in meanings.items():
            if meaning and known.setdefault(word.casefold(), meaning) != meaning:
                message = f"{word!r} differs from another word by its capitals only, and means something else"
                yield Problem("mapping", message, "give both the same meaning", column=column)


def _source(draft: Draft, column: str) -> object:
    """Where the column comes from; None if the draft does not say."""
    if column not in draft.columns:
        return {"constant": draft.constants[column]} if column in draft.constants else None
    source: dict[str, object] = {"from": draft.columns[column]}
    if words := {word: meaning for word, meaning in draft.values.get(column, {}).items() if meaning}:
        source["values"] = words
    if scale := draft.scales.get(column):
        source["scale"] = float(scale) if "." in scale else int(scale)
    return source if len(source) > 1 else source["from"]


def _numbers(draft: Draft) -> dict[str, object]:
    """How numbers are written, where it differs from 1234.56."""
    told: dict[str, object] = {"decimal": draft.decimal, "thousands": draft.thousands}
    if draft.signs.split():
        told["signs"] = draft.signs.split()
    if draft.negative:
        told[draft.negative] = True
    return {} if told == {"decimal": ".", "thousands": ""} else told


def _feeding(draft: Draft, columns: dict[str, object], absent: list[str]) -> dict[str, object]:
    """What the export gives to its table."""
    feeding: dict[str, object] = {"table": draft.table, "load": draft.load}
    if draft.last_day != "exclusive":
        feeding["end_dates"] = draft.last_day
    if draft.currency:
        feeding["currency"] = draft.currency
    if draft.only:
        column, test, words = draft.only
        feeding["filters"] = [{"column": column, test: list(words)}]
    return feeding | {"columns": columns} | ({"absent": absent} if absent else {})


def _pattern(file: str) -> str:
    """The file's name with whatever changes from export to export left open."""
    stem, suffix = Path(file).stem, Path(file).suffix
    return re.sub(r"[\W_]*\d[\d\W_]*", "*", stem) + ("*" if not stem[-1:].isdigit() else "") + suffix
