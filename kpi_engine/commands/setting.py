"""What every command needs: where the workspace and the configuration lie, and how to speak to a person."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from rich.console import Console

from ..company import Company
from ..contract import Contract
from ..engine import Engine
from ..importing import current_snapshot, snapshot_history
from ..problem import Problem
from ..snapshot import Snapshot
from ..yaml_strict import load_model

ROOT = Path(__file__).parents[2]

# Numbers go to standard output, everything said to a person to standard error.
# Piped output is as wide as it needs to be: a table cut at 80 columns is of no use to grep.
WIDE = None if sys.stdout.isatty() else 240
OUT = Console(highlight=False, soft_wrap=True, width=WIDE)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


class Stop(Exception):
    """Ends a command: its problems are printed and the exit code is 1."""

    def __init__(self, *problems: Problem | str) -> None:
        super().__init__(*map(str, problems))


@dataclass(frozen=True, slots=True)
class Setting:
    """The folders a command works on. Company and known issues lie beside the contracts."""

    workspace: Path
    contracts: Path
    mappings: Path

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Setting:
        """The folders named on the command line."""
        return cls(arguments.workspace, arguments.contracts, arguments.mappings)

    @property
    def company_file(self) -> Path:
        """The company's file."""
        return self.contracts.parent / "company.yaml"

    @property
    def known_issues(self) -> Path:
        """The folder of known issues."""
        return self.contracts.parent / "known_issues"

    def company(self) -> Company:
        """The company, or a stop with what is wrong with its file."""
        if not self.company_file.exists():
            # A folder of contracts alone is judged with a plain calendar: UTC, Mondays, January.
            return Company(name="Company")
        company, problems = load_model(self.company_file, Company)
        if company is None:
            raise Stop(*problems)
        return company

    def engine(self) -> Engine:
        """The engine of the configuration, or a stop with what is wrong with it."""
        from ..contracts_folder import load_contracts
        from ..known_issue import load_known_issues
        from ..quality.folder import load_checks

        company = self.company()
        contracts, problems = load_contracts(self.contracts, company)
        issues, others = load_known_issues(self.known_issues, contracts)
        checks, wrong = load_checks(self.contracts.parent, company)
        if problems or others or wrong:
            raise Stop(*problems, *others, *wrong)
        return Engine(company, contracts, issues, snapshot_history(self.workspace), checks=checks)

    def snapshot(self) -> Snapshot:
        """The current snapshot, or a stop that says how to get one."""
        snapshot = current_snapshot(self.workspace)
        if snapshot is None:
            raise Stop(f"{self.workspace} holds no data yet; load exports with: python -m kpi_engine import FOLDER")
        return snapshot


def contract_named(engine: Engine, name: str) -> Contract:
    """The contract of an id or alias, or a stop that names the nearest ones."""
    wanted = name.casefold().replace(" ", "_").replace("-", "_")
    known = {contract.id: contract for contract in engine.contracts.values()}
    for contract in engine.contracts.values():
        for alias in (contract.name, *contract.aliases):
            known.setdefault(alias.casefold().replace(" ", "_").replace("-", "_"), contract)
    if wanted in known:
        return known[wanted]
    near = get_close_matches(wanted, known, n=3)
    raise Stop(f"there is no KPI {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))


@contextmanager
def working(what: str) -> Iterator[None]:
    """Shows that something longer is under way, where a person is looking."""
    if not sys.stderr.isatty():
        yield
        return
    with ERR.status(what):
        yield
