"""A second, independent way to read a KPI: plain loops over lists of dicts, exact fractions, no engine code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from kpi_engine.company import Company

from .asked import Asked, Spec
from .composed import answer
from .rows import EVENTS, Rows, event_dates
from .structure import flow_tables, follow_up, tables_of


@dataclass(frozen=True)
class Read:
    """What a reading must be."""

    value: float | None
    n: int
    state: str
    reason: str


@dataclass(frozen=True)
class Oracle:
    """A company's completed rows, asked on one day. `contract` is the contract as a plain dict."""

    company: Company
    rows: Rows
    as_of: date
    contract: Spec

    @property
    def metric(self) -> Spec:
        """The formula in force."""
        metric: Spec = self.contract["variants"][self.contract["variant"]]["metric"]
        return metric

    def read(self, window: str, start: date, end: date, dimension: str, value: str) -> Read:
        """One reading, with the first reason that forbids to judge it."""
        columns = {one["name"]: one.get("column") or one["name"] for one in self.contract.get("dimensions", ())}
        asked = Asked(
            self.company, self.rows, self.as_of, window, start, end, columns.get(dimension, ""), value
        )  # fmt: skip
        found = answer(self.metric, asked) if all(self.rows.get(table) for table in tables_of(self.metric)) else None
        n = found.n if found else 0
        reason = self._common(asked) or (self._missing(asked) if dimension != "total" else "")
        reason = reason or (found.reason if found else "")
        if not reason and n < (self.contract.get("min_n") or 0):
            reason = "below min_n"
        if reason or found is None or found.value is None:
            return Read(None, n, "not_evaluable", reason)
        return Read(float(found.value), n, "zero" if found.value == Fraction(0) else "value", "")

    def _common(self, asked: Asked) -> str:
        """Why no slice of a period may be judged."""
        refresh = self.contract["refresh"]
        if asked.end + timedelta(days=refresh.get("sla_days", 0) + follow_up(self.metric)) > self.as_of:
            return "period still open"
        if any(asked.begins_before_data(table) for table in tables_of(self.metric)):
            return "no rows"
        limit = refresh.get("stale_after_days")
        for table in tables_of(self.metric) if limit else ():
            days = event_dates(self.rows, table)
            if days and max(days) < asked.end - timedelta(days=limit):
                return "source stale"
        return ""

    def _missing(self, asked: Asked) -> str:
        """Whether nothing at all happened in the slice, in the tables a flow stands on."""
        tables = flow_tables(self.metric)
        if not tables:
            return ""
        # The day of a discovery meeting may come from the meetings: it says nothing of the deals' own table.
        own = {table: [column for column in EVENTS[table] if column != "discovery_held_on"] for table in tables}
        days = [row.get(column) for table in tables for row in asked.mine(table) for column in own[table]]
        happened = any(asked.happened(day) for day in days)
        return "" if happened else "segment missing"
