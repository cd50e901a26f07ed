"""The folders of controls and hygiene rules: every file read strictly and held against the tables and stages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import RootModel

from ..column_uses import Finding, filter_findings
from ..company import Company
from ..problem import Problem
from ..tables.catalogue import BY_NAME
from ..tables.resolve import column_type
from ..yaml_strict import load_model, problem_at
from .controls import Control, RowControl
from .controls.approved_formulas import ApprovedFormulas
from .hygiene import AnyHygieneRule, HygieneRule
from .hygiene.opened_ahead import OpenedAhead
from .hygiene.stage_checklist import StageChecklist

RowCheck = RowControl | AnyHygieneRule


@dataclass(frozen=True, slots=True)
class Checks:
    """The controls and hygiene rules of a configuration, by id."""

    controls: tuple[ApprovedFormulas | RowControl, ...] = ()
    hygiene: tuple[AnyHygieneRule, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Names the checks by their content; an empty text if there are none."""
        content = "\n".join(one.model_dump_json() for one in (*self.controls, *self.hygiene))
        return sha256(content.encode()).hexdigest()[:16] if content else ""


class _Control(RootModel[Control]):
    """One file of the folder of controls."""


class _HygieneRule(RootModel[HygieneRule]):
    """One file of the folder of hygiene rules."""


def load_checks(config: Path, company: Company | None = None) -> tuple[Checks, tuple[Problem, ...]]:
    """The checks of `controls/` and `hygiene/` below a configuration, and what is wrong with their files.

    A missing folder holds none.
    """
    controls: list[ApprovedFormulas | RowControl] = []
    hygiene: list[AnyHygieneRule] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in (*sorted((config / "controls").glob("*.yaml")), *sorted((config / "hygiene").glob("*.yaml"))):
        found: ApprovedFormulas | RowControl | AnyHygieneRule
        if path.parent.name == "controls":
            control, refused = load_model(path, _Control)
            problems += refused
            if control is None:
                continue
            found = control.root
            controls.append(found)
        else:
            rule, refused = load_model(path, _HygieneRule)
            problems += refused
            if rule is None:
                continue
            found = rule.root
            hygiene.append(found)
        problems += [problem_at(path, *finding) for finding in _findings(found, path.stem, company)]
        if found.id in seen:
            problems.append(problem_at(path, ("id",), f"another check has the id {found.id!r}"))
        seen.add(found.id)
    return Checks(tuple(controls), tuple(hygiene)), tuple(problems)


def _findings(check: ApprovedFormulas | RowCheck, file: str, company: Company | None) -> Iterator[Finding]:
    if check.id != file:
        yield ("id",), f"the file of {check.id!r} must be named {check.id}.yaml"
    if isinstance(check, ApprovedFormulas):
        return
    if check.table not in BY_NAME:
        yield ("table",), f"there is no table {check.table!r}"
        return
    for at, condition in enumerate(check.where):
        yield from filter_findings(("where", at), check.table, condition)
    for name in check.columns:
        if column_type(check.table, name) is None:
            yield (), f"{check.table} has no column {name!r}"
    if isinstance(check, OpenedAhead):
        for field in ("due", "opened"):
            if column_type(check.table, getattr(check, field)) not in ("date", None):
                yield (field,), f"{getattr(check, field)!r} is no date"
    if isinstance(check, StageChecklist) and company is not None:
        for stage in check.exits:
            if stage not in company.stages:
                yield ("exits", stage), f"{stage!r} is not among the company's stages: {', '.join(company.stages)}"
