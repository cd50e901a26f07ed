"""Runs the tests that contracts carry: given rows must give the expected readings."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from .company import Company
from .contract import Contract
from .contract_case import ContractTest, Expected
from .engine import Engine
from .memory_snapshot import snapshot_of_rows
from .period import WindowName
from .problem import Problem


def calendar_of_tests(company: Company) -> Company:
    """The calendar that contract tests are written for: UTC, weeks from Monday, years from January."""
    return company.model_copy(
        update={"time_zone": "UTC", "week_start": "monday", "fiscal_year_start_month": 1, "currency": "USD"}
    )


def run_contract_tests(contract: Contract, company: Company, file: str) -> list[Problem]:
    """A problem for each expected reading that did not come out, or for rows that cannot be loaded."""
    return [problem for case in contract.tests for problem in _run(contract, case, calendar_of_tests(company), file)]


def _run(contract: Contract, case: ContractTest, company: Company, file: str) -> Iterator[Problem]:
    with tempfile.TemporaryDirectory() as folder:
        snapshot, problems = snapshot_of_rows(case.rows, Path(folder), company)
        if snapshot is None:
            yield from (Problem(file, f"test {case.name!r}: rows: {problem}") for problem in problems)
            return
        for (variant, window, dimension), expectations in _grouped(case, contract).items():
            if variant not in contract.variants:
                yield Problem(file, f"test {case.name!r}: there is no variant {variant!r}")
                continue
            engine = Engine(company, {contract.id: contract.model_copy(update={"variant": variant})})
            dimensions = [] if dimension == "total" else [dimension]
            found = engine.readings(snapshot, case.as_of, kpis=[contract.id], by=dimensions, windows=[window])
            for expected in expectations:
                message = _difference(contract, expected, found)
                if message:
                    yield Problem(file, f"test {case.name!r}: {message}")


def _grouped(case: ContractTest, contract: Contract) -> dict[tuple[str, WindowName, str], list[Expected]]:
    """Expectations that one question answers."""
    groups: dict[tuple[str, WindowName, str], list[Expected]] = {}
    for expected in case.expect:
        key = (expected.variant or contract.variant, expected.window, expected.dimension)
        groups.setdefault(key, []).append(expected)
    return groups


def _difference(contract: Contract, expected: Expected, found: pd.DataFrame) -> str:
    """What is different about the reading, or an empty text."""
    place = f"{expected.window} to {expected.period_end}, {expected.dimension} {expected.slice}"
    rows = found[
        (found["period_end"] == expected.period_end)
        & (found["dimension"] == expected.dimension)
        & (found["slice"] == expected.slice)
    ]
    if rows.empty:
        return f"{place}: there is no such reading"
    reading = rows.iloc[0]
    if expected.value is None:
        if reading["state"] != "not_evaluable":
            return f"{place}: expected not evaluable, got {reading['value']}"
        if expected.reason and reading["reason"] != expected.reason:
            return f"{place}: expected {expected.reason!r}, got {reading['reason']!r}"
    elif reading["state"] == "not_evaluable":
        return f"{place}: expected {expected.value}, got not evaluable ({reading['reason']})"
    elif abs(reading["value"] - expected.value) > max(expected.tolerance, 1e-9 * abs(expected.value)):
        return f"{place}: expected {expected.value}, got {reading['value']}"
    if expected.n is not None and reading["n"] != expected.n:
        return f"{place}: expected n {expected.n}, got {reading['n']}"
    if expected.status is not None:
        colour = contract.bands.colour(reading["value"]) if contract.bands else None
        if colour != expected.status:
            return f"{place}: expected {expected.status}, got {colour}"
    return ""
