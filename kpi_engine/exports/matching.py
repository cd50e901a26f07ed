"""Which mapping reads a file: its name must fit and its header must hold the mapping's signature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path

from ..mappings.model import Mapping
from ..problem import Problem
from .header import MAX_COLUMNS, Header, header_of, parse_header
from .text import Export


@dataclass(frozen=True, slots=True)
class Choice:
    """A file, the mapping that reads it, and its header as that mapping's delimiter gives it."""

    export: Export
    mapping: Mapping
    header: Header


def choose(
    exports: dict[Path, Export | Problem],
    mappings: Sequence[Mapping],
    named: str | None,
    chosen: Dict[str, str] | None = None,
) -> tuple[list[Choice], list[Problem], list[str]]:
    """A mapping for every file that one reads, the problems, and a note for every file left aside.

    With `named` only that mapping counts and file names need not fit; `chosen` names it for single files.
    """
    candidates = [mapping for mapping in mappings if named in (None, mapping.name)]
    if not candidates:
        return [], [Problem("mappings", f"there is no mapping {named!r}", "see docs/mappings.md for the names")], []
    choices: list[Choice] = []
    problems: list[Problem] = []
    notes: list[str] = []
    supplied = [
        source.lookup.file
        for one in candidates
        for table in one.tables
        for source in table.columns.values()
        if source.lookup
    ]
    for path, export in exports.items():
        own = named or (chosen or {}).get(path.name)
        fitting = [one for one in candidates if one.name == own or (not own and name_fits(one, path.name))]
        if isinstance(export, Problem):
            if fitting:
                problems.append(export)
            else:
                notes.append(f"{export.file}: was not read; it {export.message}")
            continue
        found = _best(export, fitting)
        if len(found) > 1:
            names = ", ".join(choice.mapping.name for choice in found)
            problems.append(Problem(export.file, f"fits several mappings equally: {names}", "name one of them"))
        elif not found and not any(fnmatchcase(path.name.lower(), pattern.lower()) for pattern in supplied):
            notes.append(_unknown(export, fitting))
        if own and not named and not found:
            problems += _misfits([export], fitting)
        for choice in found[:1]:
            if problem := _wrong_header(choice):
                problems.append(problem)
            else:
                choices.append(choice)
    if named and not choices and not problems:
        problems += _misfits(exports.values(), candidates)
    return choices, problems, notes


def _wrong_header(choice: Choice) -> Problem | None:
    if len(choice.header.names) > MAX_COLUMNS:
        return Problem(choice.export.file, f"has more than {MAX_COLUMNS:,} columns", "export fewer columns", row=1)
    if doubled := choice.header.doubled():
        message = f"the header names {', '.join(map(repr, doubled))} more than once"
        return Problem(choice.export.file, message, "rename or remove one of the columns", row=1)
    return None


def name_fits(mapping: Mapping, file: str) -> bool:
    """Whether the file name matches one of the mapping's patterns, ignoring case."""
    return any(fnmatchcase(file.lower(), pattern.lower()) for pattern in mapping.files)


def _best(export: Export, mappings: Sequence[Mapping]) -> list[Choice]:
    """The fitting mappings with the longest signature; more than one means that nobody can tell."""
    fitting = [
        Choice(export, mapping, header)
        for mapping in mappings
        if (header := header_of(export.head, mapping.delimiter, mapping.header))
    ]
    most = max((len(choice.mapping.header) for choice in fitting), default=0)
    return [choice for choice in fitting if len(choice.mapping.header) == most]


def _unknown(export: Export, fitting: Sequence[Mapping]) -> str:
    note = f"{export.file}: was not read; no mapping knows it"
    if fitting:
        header = parse_header(export.head, ",")
        nearest = min(fitting, key=lambda mapping: len(header.missing(mapping.header)) / len(mapping.header))
        lacking = header.missing(nearest.header)
        if len(lacking) < len(nearest.header):
            note += f" (for {nearest.name} it lacks {', '.join(lacking)})"
    return note


def _misfits(exports: Iterable[Export | Problem], mappings: Sequence[Mapping]) -> list[Problem]:
    problems = []
    for mapping, export in product(mappings, exports):
        if isinstance(export, Export):
            header = parse_header(export.head, ",")
            message = f"is not an export for {mapping.name}: it lacks {', '.join(header.missing(mapping.header))}"
            problems.append(Problem(export.file, message, "choose another mapping or mend the header", row=1))
    return problems
