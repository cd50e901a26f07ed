"""Every metric kind on small companies made by chance: the SQL says what the engine says."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.memory_snapshot import snapshot_of_rows
from kpi_engine.metrics.snapshot_difference import _PARTS

from ..differential.contracts import KINDS, contract_of, random_contract
from ..differential.random_company import Chance, random_company, random_rows
from .comparing import TOTAL, differences, latest_final, ungated

# Kinds of many forms, or seldom with a value, are drawn more often.
DRAWS = {"ratio": 10, "retention": 8, "cac_payback": 8}


@pytest.mark.parametrize("kind", KINDS)
def test_sql_says_what_the_engine_says(kind: str, tmp_path: Path) -> None:
    for seed in range(DRAWS.get(kind, 3)):
        chance = Chance(f"recompute {kind} {seed}")
        company, rows = random_company(chance), random_rows(chance)
        contract = ungated(Contract.model_validate(random_contract(chance, kind)), "default")
        snapshot, problems = snapshot_of_rows(rows, tmp_path / str(seed), company)
        assert snapshot, problems
        engine = Engine(company, {"kpi": contract})
        found = []
        for series in engine.series(snapshot, chance.as_of):
            for before in (0, 3):
                at = latest_final(series, before)
                slices = [TOTAL, *series.slices[1 + seed % 3 : 2 + seed % 3]]
                if at is not None:
                    found += differences(engine, snapshot, chance.as_of, series, slices, at)
        assert not found, found[0]


@pytest.mark.parametrize("part", [*_PARTS, "slipped_share", "slipped_amount_share"])
def test_sql_walks_the_waterfall_as_the_engine_does(part: str, tmp_path: Path) -> None:
    chance = random.Random(part)
    company = Company(name="Any", stages=("Discovery", "Proposal"))
    metric = {"kind": "snapshot_difference", "part": part}
    spec = contract_of(metric, windows=["month"], dimensions=[{"name": "segment"}, {"name": "industry"}])
    stored = []
    for data_on in (date(2026, 3, 1), date(2026, 3, 31)):
        rows = {
            "accounts": [
                {"account_id": f"A{at}", "segment": chance.choice(["SMB", None]), "industry": chance.choice("XY")}
                for at in range(5)
            ],
            "opportunities": [_deal(chance, at) for at in range(60) if chance.random() < 0.85],
        }
        snapshot, problems = snapshot_of_rows(rows, tmp_path / str(data_on), company, data_on)
        assert snapshot, problems
        stored.append(snapshot)
    contract = ungated(Contract.model_validate(spec), "default")
    engine = Engine(company, {"kpi": contract}, history=tuple(stored))
    (series,) = engine.series(stored[-1], date(2026, 3, 31))
    at = latest_final(series)
    assert at is not None and series.periods[at].end == date(2026, 3, 31) and series.result.n[0, at] > 5
    found = differences(engine, stored[-1], date(2026, 3, 31), series, list(series.slices), at)
    assert not found, found[0]


def _deal(chance: random.Random, at: int) -> dict[str, object]:
    status = chance.choice(["open", "open", "won", "lost"])
    closes = date(2026, 2, 20) + timedelta(days=chance.randint(0, 50))
    return {
        "opportunity_id": f"O{at}",
        "account_id": chance.choice(["A0", "A1", "A2", "A3", "A4", "unknown", None]),
        "segment": chance.choice(["Enterprise", None, None]),
        "stage": {"won": "Closed Won", "lost": "Closed Lost"}.get(status, "Proposal"),
        "status": status,
        "amount": chance.choice([None, chance.randint(1, 9000), chance.randint(1, 9000)]),
        "created_on": date(2026, 1, 5),
        "closed_on": None if status == "open" else min(closes, date(2026, 3, 1)),
        "close_on": chance.choice([None, closes, closes, closes]),
    }
