"""The folder of contracts: every file read strictly, and the files held against each other and the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .column_uses import Finding, YamlPath, findings, pieces
from .company import Company
from .contract import Contract
from .metrics import Metric
from .metrics.stage_age import StageAge
from .metrics.stage_conversion import StageConversion
from .period import Calendar, periods
from .problem import Problem
from .supply import Context, tables_of
from .tables.catalogue import BY_NAME
from .tables.resolve import ACCOUNT_PREFIX, column_type
from .yaml_strict import load_model, problem_at

MOST_IN_A_FORUM = 12


@dataclass(frozen=True, slots=True)
class _Read:
    """A contract and the file it was read from."""

    path: Path
    contract: Contract

    def problem(self, finding: Finding) -> Problem:
        """The finding at its field."""
        return problem_at(self.path, *finding)


def load_contracts(folder: Path, company: Company | None = None) -> tuple[dict[str, Contract], list[Problem]]:
    """All contracts of `folder/*.yaml` by id, and every problem; use them only if there is none.

    With a company, stage names are held against its stage list.
    """
    read: list[_Read] = []
    problems: list[Problem] = []
    if not folder.is_dir():
        return {}, [Problem(str(folder), "is not a folder", "name the folder that holds the contracts")]
    for path in sorted(folder.glob("*.yaml")):
        contract, refused = load_model(path, Contract)
        problems += refused
        if contract:
            read.append(_Read(path, contract))
    ids = {one.contract.id for one in read} | {path.stem for path in folder.glob("*.yaml")}
    for one in read:
        found = [*_own_findings(one), *_reference_findings(one.contract, ids), *_stages(one.contract, company)]
        problems += [one.problem(finding) for finding in found]
    problems += _shared_names(read)
    return {one.contract.id: one.contract for one in read}, problems


def warnings(contracts: Mapping[str, Contract]) -> tuple[str, ...]:
    """What a person should know though nothing is wrong: forums that review too many operating KPIs."""
    counted = Counter(contract.forum for contract in contracts.values() if contract.role == "operating")
    return tuple(
        f"{number} operating KPIs in the {forum} forum; more than {MOST_IN_A_FORUM} dilute attention"
        for forum, number in counted.items()
        if number > MOST_IN_A_FORUM
    )


def _own_findings(read: _Read) -> Iterator[Finding]:
    """What is wrong in one file, held against its name and the tables."""
    contract = read.contract
    if contract.id != read.path.stem:
        yield ("id",), f"the file of {contract.id!r} must be named {contract.id}.yaml"
    if contract.source.table not in BY_NAME:
        yield ("source", "table"), f"there is no table {contract.source.table!r}"
    unknown = False
    for name, variant in contract.variants.items():
        for finding in findings(variant.metric, ("variants", name, "metric")):
            unknown = True
            yield finding
    if not unknown:
        yield from _dimensions(contract)
    yield from _test_rows(contract)


def _dimensions(contract: Contract) -> Iterator[Finding]:
    tables = {table: None for variant in contract.variants.values() for table in tables_under(variant.metric)}
    monthly = any(getattr(variant.metric, "months_only", False) for variant in contract.variants.values())
    for at, dimension in enumerate(contract.dimensions):
        for table in tables:
            if column_type(table, dimension.source_column) is None:
                field = "column" if dimension.column else "name"
                yield ("dimensions", at, field), f"{table} has no column {dimension.source_column!r} to slice by"
        if monthly and column_type("accounts", dimension.source_column.removeprefix(ACCOUNT_PREFIX)) is None:
            yield ("dimensions", at, "name"), "customers' movements can be sliced by columns of accounts only"


def tables_under(metric: Metric) -> tuple[str, ...]:
    """The tables that a formula stands on."""
    day = date(2024, 1, 1)
    company = Company(name="any", stages=_stages_of(metric))
    calendar = Calendar.of(company)
    # Two snapshots around one period, so that a difference of snapshots asks for something.
    month = periods(calendar, "month", day, day)
    snapshots = (("opening", day), ("closing", day + timedelta(days=1)))
    return tables_of(metric.requests(Context(company, calendar, day, month, snapshots)))


def _stages_of(metric: Metric) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stage for _, stage in _named_stages(metric, ())))


def _named_stages(metric: Metric, path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    for place, piece in pieces(metric, path):
        if isinstance(piece, StageConversion):
            yield (*place, "from_stage"), piece.from_stage
            yield (*place, "to_stage"), piece.to_stage
        elif isinstance(piece, StageAge):
            yield from (((*place, "stages", at), stage) for at, stage in enumerate(piece.stages))


def _stages(contract: Contract, company: Company | None) -> Iterator[Finding]:
    if company is None:
        return
    known = (*company.stages, company.won_stage)
    for name, variant in contract.variants.items():
        for place, stage in _named_stages(variant.metric, ("variants", name, "metric")):
            if stage not in known:
                yield place, f"{stage!r} is not among the company's stages: {', '.join(known)}"


def _test_rows(contract: Contract) -> Iterator[Finding]:
    for at, test in enumerate(contract.tests):
        for table, rows in test.rows.items():
            place: YamlPath = ("tests", at, "rows", table)
            if table not in BY_NAME:
                yield place, f"there is no table {table!r}"
                continue
            for column in dict.fromkeys(name for row in rows for name in row):
                if BY_NAME[table].column(column) is None:
                    yield place, f"{table} has no column {column!r}"


def _reference_findings(contract: Contract, ids: set[str]) -> Iterator[Finding]:
    for at, name in enumerate(contract.beside):
        if name not in ids:
            yield ("beside", at), f"there is no contract {name!r}"
    if contract.cost and contract.cost.of_kpi and contract.cost.of_kpi not in ids:
        yield ("cost", "of_kpi"), f"there is no contract {contract.cost.of_kpi!r}"


def _shared_names(read: list[_Read]) -> Iterator[Problem]:
    """Names by which two contracts would both be known, at their place in the later file."""
    first: dict[str, _Read] = {}
    for one in read:
        for place, name in _names(one.contract):
            other = first.setdefault(_plain(name), one)
            if other is not one:
                yield one.problem((place, f"{name!r} already names {other.contract.id} in {other.path.name}"))


def _names(contract: Contract) -> Iterator[tuple[YamlPath, str]]:
    yield ("id",), contract.id
    yield ("name",), contract.name
    yield from ((("aliases", at), alias) for at, alias in enumerate(contract.aliases))


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
