"""`check`: contracts, mappings, known issues, data checks and the tests that contracts carry."""

from __future__ import annotations

import argparse

from rich.progress import track

from ..contract_tests import run_contract_tests
from ..contracts_folder import load_contracts, warnings
from ..known_issue import load_known_issues
from ..mappings.loading import load_mappings
from ..problem import Problem
from ..quality.folder import load_checks
from .setting import ERR, OUT, Setting, Stop


def check(arguments: argparse.Namespace) -> int:
    """Prints every problem as `file:line: field: message`; exit code 1 if there is one."""
    setting = Setting.of(arguments)
    company = setting.company()
    contracts, problems = load_contracts(setting.contracts, company)
    mappings, more = load_mappings(setting.mappings)
    issues, others = load_known_issues(setting.known_issues, contracts)
    checks, wrong = load_checks(setting.contracts.parent, company)
    found: list[Problem] = [*problems, *more, *others, *wrong]
    if not found:
        asked = track(contracts.values(), "Contract tests", console=ERR, disable=not ERR.is_terminal)
        for contract in asked:
            found += run_contract_tests(contract, company, str(setting.contracts / f"{contract.id}.yaml"))
    if found:
        raise Stop(*found)
    for warning in warnings(contracts):
        ERR.print(f"warning: {warning}", markup=False)
    tests = sum(len(contract.tests) for contract in contracts.values())
    OUT.print(
        f"{len(contracts)} contracts with {tests} tests, {len(mappings)} mappings, {len(issues)} known issues, "
        f"{len(checks.controls)} controls, {len(checks.hygiene)} hygiene rules: all good"
    )
    return 0
