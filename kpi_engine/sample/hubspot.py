"""SMB deals as HubSpot exports them, with the day each stage was entered in columns of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from .company import DATA_ON, STAGES
from .csv_files import write_report
from .deals import Deal
from .world import World, until

_PIPELINE = "SMB Pipeline"
_HEADER = (
    "Record ID", "Deal Name", "Deal Stage", "Deal owner", "Amount", "List Amount", "Close Date", "Create Date",
    "First Contact Date", "Qualified Date", "Discovery Held Date",
    "Pipeline", "Deal Type", "Original Traffic Source", "Forecast category", "Closed Lost Reason",
    "Competitor", "Region", "Associated Company IDs", "Associated Company",
    *(f'Date entered "{stage} ({_PIPELINE})"' for stage in (*STAGES, "Closed Won", "Closed Lost")),
)  # fmt: skip
_FORECAST = {"Pilot": "Best case", "Proposal": "Best case", "Negotiation": "Commit", "Closed Won": "Closed won"}


def write_deals(path: Path, world: World) -> Path:
    """The deals export of the SMB pipeline."""
    return write_report(path, _HEADER, (_row(deal) for deal in world.deals if deal.segment == "SMB"))


def _moment(day: date | None, deal: Deal) -> str:
    """A time of the working day, by deal, so that no two exports differ."""
    return f"{day.isoformat()} {9 + deal.number % 8:02d}:{deal.number * 7 % 60:02d}" if day else ""


def _row(deal: Deal) -> tuple[object, ...]:
    stage = deal.stage_on(DATA_ON)
    entered = dict(deal.stages_until(DATA_ON))
    return (
        deal.crm_id, deal.name, stage, deal.owner, deal.amount, deal.list_amount, _moment(deal.close_on, deal),
        _moment(deal.created_on, deal), _moment(deal.first_contact_on, deal), _moment(deal.qualified_on(DATA_ON), deal),
        _moment(until(deal.discovery_on), deal), _PIPELINE,
        "newbusiness" if deal.type == "new" else "existingbusiness", deal.source,
        "Not forecasted" if stage == "Closed Lost" else _FORECAST.get(stage, "Pipeline"),
        deal.loss_reason if stage == "Closed Lost" else "", deal.competitor, deal.region,
        deal.account.account_id, deal.account.name,
        *(_moment(entered.get(name), deal) for name in (*STAGES, "Closed Won", "Closed Lost")),
    )  # fmt: skip
