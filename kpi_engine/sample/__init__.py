"""The sample company: a seeded generator of the exports of a fictitious software company with planted stories."""

from __future__ import annotations

from pathlib import Path

from . import hubspot, money_tables, product_tables, sales_tables, salesforce, stripe
from .company import DATA_ON
from .csv_files import write_rows
from .world import World, build

__all__ = ["DATA_ON", "World", "build", "write_exports", "write_sample"]

_OWN_TABLES = (
    sales_tables.accounts,
    sales_tables.activities,
    sales_tables.calls,
    sales_tables.contacts,
    sales_tables.discount_approvals,
    sales_tables.gate_runs,
    sales_tables.pilot_scope_changes,
    sales_tables.pilots,
    sales_tables.pricing_experiments,
    sales_tables.proposals,
    sales_tables.referrals,
    sales_tables.reps,
    money_tables.budget,
    money_tables.cancellation_reasons,
    money_tables.invoices,
    money_tables.renewals,
    money_tables.spend,
    money_tables.subscriptions,
    money_tables.targets,
    product_tables.business_reviews,
    product_tables.campaigns,
    product_tables.leads,
    product_tables.product_usage,
    product_tables.signup_steps,
    product_tables.surveys,
    product_tables.tickets,
    product_tables.trials,
    product_tables.web_traffic,
)


def write_sample(folder: Path, *, seed: int = 7, months: int = 30) -> list[Path]:
    """Write the exports of so many months, the last being June 2026, and return the files.

    Equal arguments give equal bytes. The folder is created; files of the same names are replaced.
    """
    return write_exports(folder, build(seed, months))


def write_exports(folder: Path, world: World) -> list[Path]:
    """Write a company's history as its systems export it."""
    folder.mkdir(parents=True, exist_ok=True)
    own = [write_rows(folder / f"{table.__name__}.csv", table(world)) for table in _OWN_TABLES]
    return [
        salesforce.write_opportunities(folder / "salesforce_opportunities.csv", world),
        salesforce.write_history(folder / "salesforce_opportunity_history.csv", world),
        hubspot.write_deals(folder / f"hubspot-crm-exports-smb-deals-{DATA_ON.isoformat()}.csv", world),
        stripe.write_subscriptions(folder / "stripe_subscriptions.csv", world),
        *(path for path in own if path),
    ]
