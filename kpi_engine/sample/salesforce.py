"""Enterprise and Mid-Market deals as two Salesforce reports: opportunities, and their stage history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from .company import DATA_ON, STAGES
from .csv_files import write_report
from .deals import Deal
from .world import World, until

_FORECAST = {
    "Qualification": "Pipeline",
    "Discovery": "Pipeline",
    "Pilot": "Best Case",
    "Proposal": "Best Case",
    "Negotiation": "Commit",
    "Closed Won": "Closed",
    "Closed Lost": "Omitted",
}
_PROBABILITY = {
    "Qualification": 10,
    "Discovery": 20,
    "Pilot": 40,
    "Proposal": 60,
    "Negotiation": 80,
    "Closed Won": 100,
    "Closed Lost": 0,
}
_HEADER = (
    "Opportunity ID", "Opportunity Name", "Account ID", "Account Name", "Opportunity Owner", "Owner Role", "Type",
    "Stage", "Forecast Category", "Amount", "List Amount", "Probability (%)", "Age", "Close Date", "Created Date",
    "First Contact Date", "Qualified Date", "Discovery Held Date",
    "Fiscal Period", "Lead Source", "Primary Campaign Source", "Segment", "Territory Region",
    "Main Competitor", "Use Case", "Loss Reason", "Next Step",
)  # fmt: skip
_HISTORY_HEADER = (
    "Opportunity ID", "Opportunity Name", "From Stage", "To Stage", "Stage Duration", "Last Modified", "Amount",
    "Close Date", "Stage", "Created Date",
)  # fmt: skip


def us_date(day: date | None) -> str:
    """M/D/YYYY, as a report for the United States writes it."""
    return f"{day.month}/{day.day}/{day.year}" if day else ""


def _footer(records: int) -> tuple[str, ...]:
    return (
        "",
        "",
        f"Grand Totals ({records} records)",
        "Confidential Information - Do Not Distribute",
        "Copyright © 2000-2026 salesforce.com, inc. All rights reserved.",
    )


def write_opportunities(path: Path, world: World) -> Path:
    """The opportunity report."""
    rows = [_opportunity(deal) for deal in world.deals if deal.segment != "SMB"]
    return write_report(path, _HEADER, rows, _footer(len(rows)))


def _opportunity(deal: Deal) -> tuple[object, ...]:
    stage = deal.stage_on(DATA_ON)
    quarter = (deal.close_on.month + 2) // 3
    lost = stage == "Closed Lost"
    return (
        deal.crm_id, deal.name, deal.account.account_id, deal.account.name, deal.owner, deal.manager,
        "New Business" if deal.type == "new" else "Existing Business", stage, _FORECAST[stage], f"{deal.amount}.00",
        f"{deal.list_amount}.00", _PROBABILITY[stage], (min(deal.close_on, DATA_ON) - deal.created_on).days,
        us_date(deal.close_on), us_date(deal.created_on),
        us_date(deal.first_contact_on), us_date(deal.qualified_on(DATA_ON)), us_date(until(deal.discovery_on)),
        f"Q{quarter}-{deal.close_on.year}", deal.source, deal.campaign_id, deal.segment, deal.region,
        deal.competitor, deal.use_case, deal.loss_reason if lost else "",
        "" if not deal.is_open(DATA_ON) else f"Next: {_next_stage(stage)}",
    )  # fmt: skip


def _next_stage(stage: str) -> str:
    return (*STAGES, "signature")[STAGES.index(stage) + 1].lower()


def write_history(path: Path, world: World) -> Path:
    """The opportunity history report: a row for each stage entered."""
    rows = [row for deal in world.deals if deal.segment != "SMB" for row in _changes(deal)]
    return write_report(path, _HISTORY_HEADER, rows, _footer(len(rows)))


def _changes(deal: Deal) -> Iterator[tuple[object, ...]]:
    before, since = "", deal.created_on
    now = deal.stage_on(DATA_ON)
    for stage, entered_on in deal.stages_until(DATA_ON):
        yield (
            deal.crm_id, deal.name, before, stage, (entered_on - since).days, us_date(entered_on), f"{deal.amount}.00",
            us_date(deal.close_on), now, us_date(deal.created_on),
        )  # fmt: skip
        before, since = stage, entered_on
