"""The deals behind the committed number: which to de-risk, which to escalate, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from pydantic import TypeAdapter

from kpi_engine.engine import Engine
from kpi_engine.period import Calendar
from kpi_engine.snapshot import Snapshot
from kpi_engine.snapshot_store import snapshot_history

from .configuration import load_engine
from .people import Person, require
from .publication import Publication, beside, published
from .site import Site

_KPI, _CATEGORY = "open_pipeline", {"forecast_category": "commit"}
_MOST = 5000


@dataclass(frozen=True, slots=True)
class Deal:
    """An open deal in commit; `reasons` say what speaks against it, `escalate` whether others must act."""

    id: str
    name: str
    account: str
    owner: str
    segment: str
    stage: str
    amount: float | None
    close_on: date | None
    next_step: str
    reasons: tuple[str, ...]
    escalate: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything in commit on a day: how many deals and how much, and those with something against them."""

    as_of: date
    quarter_ends: date
    currency: str
    deals: int
    amount: float
    at_issue: tuple[Deal, ...]

    @property
    def to_escalate(self) -> tuple[Deal, ...]:
        """Past its close date, due after the quarter, or slipped into a later one: largest first."""
        return tuple(one for one in self.at_issue if one.escalate)

    @property
    def to_de_risk(self) -> tuple[Deal, ...]:
        """Due in the quarter, but without a next step or an amount: largest first."""
        return tuple(one for one in self.at_issue if not one.escalate)


_COMMIT = TypeAdapter(Commit)


def commit_deals(site: Site, person: Person, as_of: date | None = None) -> Commit | None:
    """What is in commit; None without data, or where the open pipeline has no forecast category."""
    require(person, "view")
    publication, _ = published(site, as_of)
    engine, _ = load_engine(site)
    if publication is None or engine is None or not _has_category(engine):
        return None
    return _COMMIT.validate_json(
        beside(publication, "commit.json", lambda: _COMMIT.dump_json(_commit(site, engine, publication)))
    )


def _has_category(engine: Engine) -> bool:
    contract = engine.contracts.get(_KPI)
    return contract is not None and any(one.name == "forecast_category" for one in contract.dimensions)


def _commit(site: Site, engine: Engine, publication: Publication) -> Commit:
    assessment = publication.assessment
    day = assessment.as_of
    snapshot = next(one for one in snapshot_history(site.workspace) if one.fingerprint == assessment.snapshot)
    rows = engine.records(snapshot, _KPI, day, start=day, end=day, within=_CATEGORY, limit=_MOST)
    calendar = Calendar.of(engine.company)
    ends = calendar.quarter_span(calendar.quarter(day))[1]
    found = [] if rows.empty else [_deal(row, day, ends, slips) for slips in [_slips(snapshot, rows, calendar)]
                                   for row in rows.to_dict("records")]  # fmt: skip
    at_issue = sorted((one for one in found if one.reasons), key=lambda one: (-(one.amount or 0), one.id))
    return Commit(
        day, ends, engine.company.currency, len(found), sum(one.amount or 0 for one in found), tuple(at_issue)
    )


def _slips(snapshot: Snapshot, rows: pd.DataFrame, calendar: Calendar) -> dict[str, date]:
    """The close date that a deal once had in an earlier quarter than today's, by deal."""
    table = snapshot.tables.get("stage_history")
    if table is None or not table.rows:
        return {}
    columns = ["opportunity_id", "close_on", "entered_at"]
    known = pd.read_parquet(
        table.path, columns=columns, filters=[("opportunity_id", "in", list(rows["opportunity_id"]))]
    )
    first = known.dropna(subset=["close_on"]).sort_values("entered_at").drop_duplicates("opportunity_id")
    once = dict(zip(first["opportunity_id"], first["close_on"], strict=True))
    now = {row["opportunity_id"]: _day(row.get("close_on")) for row in rows.to_dict("records")}
    return {
        deal: then
        for deal, then in once.items()
        if (due := now.get(deal)) is not None and calendar.quarter(then) < calendar.quarter(due)
    }


def _deal(row: dict[Any, Any], as_of: date, quarter_ends: date, slips: dict[str, date]) -> Deal:
    close_on, id_ = _day(row.get("close_on")), str(row["opportunity_id"])
    amount = row.get("amount")
    outside = []
    if close_on is None:
        outside.append("no close date")
    elif close_on < as_of:
        outside.append("past its close date")
    elif close_on > quarter_ends:
        outside.append("due after the quarter")
    if id_ in slips:
        then = slips[id_]
        outside.append(f"slipped, once due {then.day} {then:%b %Y}")
    within = ["no next step"] if not _text(row.get("next_step")) else []
    if pd.isna(amount):
        within.append("no amount")
    return Deal(
        id=id_,
        name=_text(row.get("name")),
        account=_text(row.get("account")),
        owner=_text(row.get("owner")),
        segment=_text(row.get("segment")),
        stage=_text(row.get("stage")),
        amount=None if pd.isna(amount) else float(str(amount)),
        close_on=close_on,
        next_step=_text(row.get("next_step")),
        reasons=(*outside, *within),
        escalate=bool(outside),
    )


def _day(cell: Any) -> date | None:
    return None if cell is None or pd.isna(cell) else pd.Timestamp(cell).date()


def _text(cell: Any) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell).strip()
