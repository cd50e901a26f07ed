"""The engine against plain Python: every metric kind, on small companies made by chance."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.memory_snapshot import snapshot_of_rows

from .contracts import KINDS, random_contract
from .days import spans
from .oracle import Oracle
from .random_company import Chance, random_company, random_rows
from .rows import completed, event_dates
from .structure import tables_of

SEEDS = range(11)
# Readings compared of each data set, drawn by chance: enough to meet every state, few enough to be quick.
COMPARED = 60


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_engine_reads_what_plain_python_reads(kind: str, seed: int, tmp_path: Path) -> None:
    chance = Chance(f"{kind} {seed}")
    company, rows, contract = random_company(chance), random_rows(chance), random_contract(chance, kind)
    rows = {table: held for table, held in rows.items() if table in needed(contract["variants"]["default"]["metric"])}
    oracle = Oracle(company, completed(rows, chance.as_of), chance.as_of, contract)
    engine = Engine(company=company, contracts={"kpi": Contract.model_validate(contract)}, known_issues=())
    snapshot, problems = snapshot_of_rows(rows, tmp_path, company)
    assert snapshot, problems
    readings = engine.readings(snapshot, chance.as_of).to_dict("records")

    assert_every_period_answered(oracle, readings)
    looked_at = chance.random.sample(readings, min(COMPARED, len(readings)))
    differences = [line for reading in looked_at if (line := difference(oracle, reading))]
    assert not differences, f"{len(differences)} of {len(looked_at)}:\n" + "\n".join(differences[:8])


def needed(metric: dict[str, Any]) -> set[str]:
    """The tables a metric stands on, and those that they look things up in."""
    tables = {*tables_of(metric), "accounts"}
    if "stage_history" in tables:
        tables.add("opportunities")
    if "opportunities" in tables:
        tables.add("activities")
    return tables | {"targets"} if metric["kind"] == "coverage" else tables


def difference(oracle: Oracle, reading: dict[str, Any]) -> str:
    """How a reading differs from the oracle's, or an empty text."""
    start, end = reading["period_start"], reading["period_end"]
    wanted = oracle.read(reading["window"], start, end, reading["dimension"], reading["slice"])
    value = reading["value"]
    value = None if value is None or math.isnan(value) else value
    same = (reading["n"], reading["state"], reading["reason"] or "") == (wanted.n, wanted.state, wanted.reason)
    if same and close(value, wanted.value):
        return ""
    place = f"{reading['window']} {start}…{end} {reading['dimension']}={reading['slice']}"
    got = (value, reading["n"], reading["state"], reading["reason"])
    return f"{place}: engine {got}, plain Python {(wanted.value, wanted.n, wanted.state, wanted.reason)}"


def close(one: float | None, other: float | None) -> bool:
    """Whether two values are the same number, or both absent."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=0.0 if other else 1e-12)


def assert_every_period_answered(oracle: Oracle, readings: list[dict[str, Any]]) -> None:
    """Each period from the data's beginning to the as-of day has a reading of the total, and just one."""
    answered = [(r["window"], r["period_start"], r["period_end"]) for r in readings if r["dimension"] == "total"]
    assert len(answered) == len(set(answered))
    first = min(day for table in tables_of(oracle.metric) for day in event_dates(oracle.rows, table))
    calendar = (oracle.company.week_start, oracle.company.fiscal_year_start_month)
    for window in oracle.contract["windows"]:
        asked = {(window, *span) for span in spans(window, first, oracle.as_of, *calendar)}
        assert asked <= set(answered), f"no answer for {sorted(asked - set(answered))[:3]}"
