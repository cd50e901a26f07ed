"""The order in which the rows of a table are stored, so that equal rows give equal bytes."""

from __future__ import annotations

from ..company import Company
from ..tables.schema import Table
from .cells import name, text


def order_of(table: Table, company: Company) -> str:
    """SQL to sort by. It spans the whole key: rows of one key stand side by side, and no two orders are possible."""
    if table.name == "stage_history":
        stages = [*company.stages, company.won_stage, company.lost_stage]
        # Dates without a time tie on days with several changes; then the order of selling decides.
        return f"opportunity_id, entered_at, list_position([{', '.join(map(text, stages))}], stage), stage"
    return ", ".join(map(name, table.key))


def ordered(rows: str, table: Table, company: Company) -> str:
    """SQL of the rows as they are stored."""
    return f"SELECT * FROM ({rows}) ORDER BY {order_of(table, company)}"
