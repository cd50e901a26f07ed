"""Reads the mappings of a folder and adds those of our own column names."""

from __future__ import annotations

from pathlib import Path

from ..problem import Problem
from ..yaml_strict import load_model
from .canonical import canonical_mappings
from .model import Mapping


def load_mappings(folder: Path) -> tuple[tuple[Mapping, ...], list[Problem]]:
    """Every mapping of the folder's YAML files and the canonical ones, with the problems of the files."""
    mappings = list(canonical_mappings())
    taken = {mapping.name: "the canonical names" for mapping in mappings}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        mapping, found = load_model(path, Mapping)
        problems += found
        if mapping is None:
            continue
        if mapping.name in taken:
            message = f"the name {mapping.name!r} is taken by {taken[mapping.name]}"
            problems.append(Problem(str(path), message, "choose another name", line=1, column="name"))
        taken[mapping.name] = path.name
        mappings.append(mapping)
    return tuple(mappings), problems
