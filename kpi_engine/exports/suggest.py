"""Which column of a new export may feed which of ours, and why: by name, by what shipped mappings know, by values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..company import Company
from ..mappings.model import Mapping
from ..tables.catalogue import TABLES
from ..tables.schema import Column, Table
from .columns import CHOICES
from .detect import Detection

SAMPLES = 3
_SUFFIXES = ("_on", "_at", "_id")
_SHAPES = {
    "date": re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./-]\d{1,2}[./-]\d{4}.*"),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./-]\d{1,2}[./-]\d{4}.*"),
    # No two repetitions side by side that take the same signs: a cell of blanks would be tried in all ways.
    "money": re.compile(r"[-+(]?\s*(?:([A-Z]{3}|[^\w\s-])\s*)?\d[\d.,'\s]*([A-Z]{3}|[^\w\s])?[)-]?"),
    "number": re.compile(r"[-+]?\d[\d.,' ]*%?"),
    "rate": re.compile(r"\d[\d.,' ]*"),
    "integer": re.compile(r"[-+]?\d+"),
    "boolean": re.compile(r"(?i)true|false|yes|no|y|n|t|f|0|1"),
}
_PLURAL: dict[str, str] = {"date": "dates", "money": "amounts"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Our `column` from the export's column `source`, because of `reason`; `samples` are cells of it."""

    column: str
    source: str
    reason: str
    samples: tuple[str, ...]


def guess_table(found: Detection, mappings: Sequence[Mapping], company: Company, file: str) -> Table:
    """The table that the file most likely feeds: tier 1 columns count most, then the file's name."""
    plain = _plain(file)

    def score(table: Table) -> float:
        names = {one.column for one in suggestions(found, table, mappings, company)}
        points = sum({1: 3.0, 2: 1.5, 3: 1.0}[column.tier] for column in table.columns if column.name in names)
        lacking = sum(column.required and column.name not in names for column in table.columns)
        return points - 4 * lacking + (3 if _plain(table.name).rstrip("s") in plain else 0)

    return max(TABLES, key=score)


def suggestions(
    found: Detection, table: Table, mappings: Sequence[Mapping], company: Company
) -> tuple[Suggestion, ...]:
    """At most one a column of ours; each column of the export is proposed once, but for stage and status."""
    free = list(range(len(found.header)))
    chosen: dict[str, Suggestion] = {}
    columns = [column for column in table.columns if not column.derived]
    for reason in (_same_name, _known_alias(table, mappings), _alike):
        for column in columns:
            if column.name in chosen:
                continue
            for index in free:
                said = reason(column, found.header[index])
                if said and _readable(column, found.column(index)):
                    chosen[column.name] = _suggestion(column, found, index, said)
                    free.remove(index)
                    break
    for column in columns:
        if column.name not in chosen and (value := _by_values(column, table, found, free, company)):
            chosen[column.name] = value
    for column in columns:
        if column.name not in chosen and column.tier == 1 and column.type in ("date", "money"):
            alike = [index for index in free if found.column(index) and _readable(column, found.column(index))]
            alike = [index for index in alike if (column.type == "date") == _are_dates(found.column(index))]
            if len(alike) == 1:
                said = f"the only column left whose values look like {_PLURAL[column.type]}"
                chosen[column.name] = _suggestion(column, found, alike[0], said)
                free.remove(alike[0])
    own = columns[0]
    if table.key == (own.name,) and own.name not in chosen and (alone := _own_value(found, free)) is not None:
        chosen[own.name] = _suggestion(own, found, alone, "every row has its own value")
    return tuple(chosen[column.name] for column in columns if column.name in chosen)


def _are_dates(cells: list[str]) -> bool:
    return all(_SHAPES["date"].fullmatch(cell) for cell in cells)


def _own_value(found: Detection, free: Sequence[int]) -> int | None:
    """The first column left whose cells are all filled and all differ."""
    rows = len(found.head)
    return next((index for index in free if rows > 2 and len(set(found.column(index))) == rows), None)


def _suggestion(column: Column, found: Detection, index: int, reason: str) -> Suggestion:
    samples = tuple(dict.fromkeys(found.column(index)))[:SAMPLES]
    return Suggestion(column.name, found.header[index], reason, samples)


def _same_name(column: Column, header: str) -> str:
    return "same name" if _plain(header) == _plain(column.name) else ""


def _known_alias(table: Table, mappings: Sequence[Mapping]) -> Callable[[Column, str], str]:
    known: dict[tuple[str, str], str] = {}
    for mapping in mappings:
        for feeding in mapping.tables:
            if feeding.table == table.name and not feeding.each:
                for column, source in feeding.columns.items():
                    for name in (*source.from_, *source.first_filled):
                        known.setdefault((column, _plain(name)), mapping.title)

    def reason(column: Column, header: str) -> str:
        title = known.get((column.name, _plain(header)))
        return f"called so in {title}" if title else ""

    return reason


def _alike(column: Column, header: str) -> str:
    ours, theirs = _stem(column.name), _stem(header)
    return "much the same name" if ours and ours == theirs else ""


def _by_values(
    column: Column, table: Table, found: Detection, free: Sequence[int], company: Company
) -> Suggestion | None:
    """Stages and statuses are known by their words; the status may be read from the stage."""
    words = set(CHOICES.get((table.name, column.name), ()))
    if column.name == "stage":
        words = {*company.stages, company.won_stage, company.lost_stage}
    if not words:
        return None
    wanted = {word.casefold() for word in words} | ({"closed won", "closed lost"} if column.name == "status" else set())
    for index in [*free, *(i for i in range(len(found.header)) if i not in free)]:
        cells = {cell.casefold() for cell in found.column(index)}
        if cells & wanted:
            shown = sorted(cells & wanted)[:2]
            return _suggestion(column, found, index, f"values look like it: {', '.join(shown)}")
    return None


def _readable(column: Column, cells: list[str]) -> bool:
    """Whether most cells have the shape of the type; words for yes and no are translated later."""
    shape = _SHAPES.get(column.type)
    if shape is None or not cells or column.type == "boolean":
        return True
    return sum(bool(shape.fullmatch(cell)) for cell in cells) >= len(cells) / 2


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _stem(name: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    for suffix in (*_SUFFIXES, "_date", "_name"):
        name = name.removesuffix(suffix)
    return name.replace("_", "").replace("created", "create").removesuffix("s")
