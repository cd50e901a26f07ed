"""Weekly numbers → rows → snapshot → cards: the real path, in two verbs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kpi_engine.card import Assessment, Card, Check
from kpi_engine.company import Company
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.known_issue import KnownIssue
from kpi_engine.memory_snapshot import snapshot_of_rows

from ..differential.contracts import WEEKLY, contract_of

Spec = dict[str, Any]
# One number a week, oldest first, the last one of the week that ends on AS_OF; None: nothing happened.
Weeks = Sequence[float | None]
Judge = Callable[..., Assessment]

COMPANY = Company(name="Any", currency="EUR", stages=("Discovery",))
AS_OF = date(2026, 3, 29)
ACTION = {"kind": "investigate", "text": "Look.", "sla_hours": 48}
WON = {"table": "opportunities", "date": "closed_on", "sum": "amount"}
# One deal a week: the mean reads its amount whatever the window, the sum adds up over a longer one.
MEAN = {"kind": "mean", "of": WON}
SUM = {"kind": "sum", "of": WON}
BANDS = {"kind": "bands", "window": "week", "red_below": 60, "green_above": 80, "action": ACTION}
FALLS = {"kind": "change", "id": "falls", "window": "week", "against": "8w", "falls_by": 0.15, "action": ACTION}


def sunday(back: int = 0) -> date:
    """The end of a week, counted back from the latest."""
    return AS_OF - timedelta(days=7 * back)


def deals(weeks: Weeks, name: str = "D", **columns: Any) -> list[Spec]:
    """A deal won on the Wednesday of each week that has a number; the number is its amount."""
    return [
        {"opportunity_id": f"{name} {back}", "status": "won", "stage": "Closed Won", "amount": amount,
         "closed_on": sunday(back) - timedelta(days=4), **columns}
        for back, amount in zip(range(len(weeks) - 1, -1, -1), weeks, strict=True)
        if amount is not None
    ]  # fmt: skip


def kpi(*rules: Spec, metric: Spec = MEAN, **changes: Any) -> Contract:
    """An operating contract with these rules."""
    told = {"role": "operating", "windows": list(WEEKLY), "rules": list(rules), "min_n": 1} | changes
    return Contract.model_validate(contract_of(metric, **told))


def judging(folder: Path) -> Judge:
    """A function from rows and contracts to an assessment; `given` are weeks, or rows of opportunities, or tables."""
    numbers = itertools.count()

    def judge(
        given: Weeks | list[Spec] | Mapping[str, list[Spec]],
        *contracts: Contract,
        as_of: date = AS_OF,
        issues: Sequence[Spec] = (),
        company: Company = COMPANY,
    ) -> Assessment:
        rows = given if isinstance(given, Mapping) else {"opportunities": _deals(given)}
        snapshot, problems = snapshot_of_rows(rows, folder / str(next(numbers)), company, as_of)
        assert snapshot, problems
        known = tuple(KnownIssue.model_validate(issue) for issue in issues)
        return Engine(company, {one.id: one for one in contracts}, known).assess(snapshot, as_of)

    return judge


def _deals(given: Weeks | list[Spec]) -> list[Spec]:
    return list(given) if given and isinstance(given[0], dict) else deals(given)


def assert_quiet(found: Assessment, reason: str = "") -> None:
    """No card, and every check green; or, with a reason, a check that could not be evaluated for it."""
    assert [(card.kpi, card.slice, card.limit_text) for card in found.cards] == []
    reasons = {check.reason for check in found.checks if check.status == "not_evaluable"}
    assert reasons == ({reason} if reason else set())
    assert found.all_clear == (not reason)


def assert_breach(found: Assessment, status: str = "red", **told: Any) -> Card:
    """Exactly one card, of this status, that says these things."""
    (card,) = found.cards
    assert card.status == status
    assert {name: getattr(card, name) for name in told} == told
    assert not found.all_clear
    return card


def check_of(found: Assessment, slice_: str = "(all)") -> Check:
    """The answer for one slice."""
    (check,) = [check for check in found.checks if check.slice == slice_]
    return check
