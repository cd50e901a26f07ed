"""The pipeline waterfall between two snapshots against a walk through the deals, one by one."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.memory_snapshot import snapshot_of_rows

from .contracts import contract_of
from .random_company import Chance
from .rows import Row

START, END = date(2024, 2, 1), date(2024, 2, 29)
PARTS = ("start", "new", "amount_up", "amount_down", "moved_in", "moved_out", "lost", "won", "end")
SHARES = ("slipped_share", "slipped_amount_share")
COMPANY = Company(name="Any", stages=("Proposal",))


def random_deal(chance: Chance, number: int) -> Row:
    """A deal whose close date lies before, in or after the period, or nowhere."""
    status = chance.pick("open", "open", "open", "won", "lost")
    return {
        "opportunity_id": f"O{number}",
        "segment": chance.pick("SMB", "Enterprise", None),
        "stage": {"open": "Proposal", "won": "Closed Won", "lost": "Closed Lost"}[status],
        "status": status,
        "amount": chance.amount(),
        "created_on": date(2024, 1, 5),
        "close_on": None if chance.often(0.1) else date(2024, 1, 15) + timedelta(days=chance.random.randint(0, 75)),
    }


def later(chance: Chance, deals: list[Row]) -> list[Row]:
    """The same deals some weeks later: some gone, some changed, some new."""
    kept = [deal if chance.often(0.2) else random_deal(chance, at) for at, deal in enumerate(deals)]
    kept = [deal | {"segment": old["segment"]} for deal, old in zip(kept, deals, strict=True) if chance.often(0.9)]
    return kept + [random_deal(chance, len(deals) + at) for at in range(15)]


def in_pipeline(deal: Row | None) -> bool:
    """Whether an open deal closes in the period."""
    return deal is not None and deal["status"] == "open" and within(deal)


def within(deal: Row) -> bool:
    """Whether a deal's close date lies in the period."""
    return deal["close_on"] is not None and START <= deal["close_on"] <= END


def walk(before: Row | None, after: Row | None) -> dict[str, Decimal]:
    """What one deal adds to each part of the waterfall."""
    was = (before or {}).get("amount") or Decimal(0)
    now = (after or {}).get("amount") or Decimal(0)
    if in_pipeline(before):
        moves = {"start": was}
        if after is None:
            return moves | {"lost": was}
        if after["status"] == "open" and not within(after):
            return moves | {"moved_out": was}
        moves |= {"amount_up": now - was} if now > was else {"amount_down": was - now}
    elif after is None or not within(after):
        return {}
    elif before is None or (before["status"] != "open" and after["status"] == "open"):
        moves = {"new": now}
    elif before["status"] == "open":
        moves = {"moved_in": now}
    else:
        return {}
    return moves | {{"open": "end"}.get(after["status"], after["status"]): now}


def waterfall(pairs: list[tuple[Row | None, Row | None]]) -> dict[str, Decimal | None]:
    """All parts and shares of some deals."""
    walked = [walk(*pair) for pair in pairs]
    parts: dict[str, Decimal | None] = {
        part: sum((one.get(part, Decimal(0)) for one in walked), Decimal(0)) for part in PARTS
    }
    started = [pair for pair in pairs if in_pipeline(pair[0])]
    slipped = [
        before
        for before, after in started
        if after is not None and after["status"] == "open" and after["close_on"] is not None and after["close_on"] > END
    ]
    amount = sum(((deal or {}).get("amount") or Decimal(0) for deal in slipped), Decimal(0))
    whole = parts["start"]
    parts["slipped_share"] = Decimal(len(slipped)) / len(started) if started else None
    parts["slipped_amount_share"] = amount / whole if whole else None
    return parts


@pytest.mark.parametrize("seed", range(8))
def test_waterfall_between_two_snapshots(seed: int, tmp_path: Path) -> None:
    chance = Chance(f"waterfall {seed}")
    opening = [random_deal(chance, number) for number in range(60)]
    closing = later(chance, opening)
    first, _ = snapshot_of_rows({"opportunities": opening}, tmp_path, COMPANY, data_on=START)
    second, problems = snapshot_of_rows({"opportunities": closing}, tmp_path, COMPANY, data_on=END)
    assert first and second, problems
    contracts = {
        part: Contract.model_validate(
            contract_of(
                {"kind": "snapshot_difference", "part": part},
                id=part,
                windows=["month"],
                dimensions=[{"name": "segment"}],
            )
        )
        for part in (*PARTS, *SHARES)
    }
    found = Engine(company=COMPANY, contracts=contracts, history=(first, second)).readings(second, END)
    found = found[found.period_end == END]
    by_name = {deal["opportunity_id"]: deal for deal in opening}
    after = {deal["opportunity_id"]: deal for deal in closing}
    pairs = [(by_name.get(name), after.get(name)) for name in sorted({*by_name, *after})]
    for reading in found.to_dict("records"):
        mine = [
            pair for pair in pairs if reading["slice"] in ("(all)", (pair[1] or pair[0] or {})["segment"] or "(none)")
        ]
        parts = waterfall(mine)
        value = parts[reading["kpi"]]
        place = (reading["kpi"], reading["slice"])
        assert reading["n"] == sum(in_pipeline(before) for before, _ in mine), place
        if value is None or reading["n"] == 0:
            assert reading["state"] == "not_evaluable", place
        else:
            assert math.isclose(reading["value"], value, rel_tol=1e-9), (place, reading["value"], value)
    assert len(found) == 4 * len(contracts)
    gains = sum(waterfall(pairs)[part] or 0 for part in ("start", "new", "amount_up", "moved_in"))
    losses = sum(waterfall(pairs)[part] or 0 for part in ("amount_down", "moved_out", "lost", "won"))
    assert gains - losses == waterfall(pairs)["end"]
