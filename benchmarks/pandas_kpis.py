"""The twelve KPIs in pandas, as a good analyst writes them: group, unstack, roll; loops where pandas has no verb.

It shares nothing with the engine but the files, so that equal values mean something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .data import FIRST_DAY, WEEKS

DIMENSIONS = ["segment", "region", "industry", "tier", "source"]
FIRST = pd.Timestamp(FIRST_DAY)
FIRST_MONTH = pd.Period(FIRST_DAY, "M")
MONTHS = 23  # those that have ended
Table = pd.DataFrame
Found = Iterator[tuple[str, Table]]


def pandas_readings(paths: Mapping[str, Path]) -> Table:
    """Rows kpi, dimension, slice, window, period_end, value of everything that has a value."""
    accounts = load(paths["accounts"], ["account_id", *DIMENSIONS])
    deals = load(
        paths["opportunities"],
        ["opportunity_id", "account_id", "status", "amount", "list_amount", "created_on", "closed_on", "source"],
    ).merge(accounts.drop(columns="source"), on="account_id", how="left")
    leads = load(
        paths["leads"], ["account_id", "source", "segment", "region", "created_on", "sql_on", "converted_on"]
    ).merge(accounts[["account_id", "industry", "tier"]], on="account_id", how="left")
    found = [*of_deals(deals), *of_leads(leads)]
    found += of_stages(load(paths["stage_history"], ["opportunity_id", "stage", "entered_on"]), deals)
    lines = load(paths["subscriptions"], ["account_id", "kind", "status", "starts_on", "ends_on", "arr"])
    found += of_customers(lines, accounts)
    return pd.concat([table.assign(kpi=kpi) for kpi, table in found], ignore_index=True)


def load(path: Path, columns: list[str]) -> Table:
    """The columns with dates as timestamps and amounts as floats; converted by Arrow, which is quicker."""
    table = pq.read_table(path, columns=columns)
    plain = {pa.date32(): pa.timestamp("s"), pa.decimal128(18, 4): pa.float64()}
    table = table.cast(pa.schema([(field.name, plain.get(field.type, field.type)) for field in table.schema]))
    frame = table.to_pandas()
    return frame.astype({name: "category" for name in DIMENSIONS if name in columns})


def weekly(rows: Table, date: str, column: str | None = None) -> dict[str, Table]:
    """For the total and each dimension: weeks × slices, rows counted or a column added up."""
    rows = rows.dropna(subset=[date])
    week = (rows[date] - FIRST).dt.days // 7
    value = rows[column] if column else pd.Series(1, index=rows.index)
    found = {"total": value.groupby(week).sum().to_frame("(all)")}
    for name in DIMENSIONS:
        found[name] = value.groupby([week, rows[name]], observed=True).sum().unstack(fill_value=0)
    return {name: table.reindex(range(WEEKS), fill_value=0) for name, table in found.items()}


def rolled(kpi: str, above: dict[str, Table], below: dict[str, Table] | None = None) -> Found:
    """The sums, or their ratio, by week and over thirteen weeks."""
    for name, top in above.items():
        for window, width in (("week", 1), ("13w", 13)):
            value = top.rolling(width).sum()
            if below is not None:
                value = value / below[name].rolling(width).sum().replace(0, np.nan)
            yield kpi, long(value, name, window)


def long(table: Table, dimension: str, window: str) -> Table:
    """Periods × slices as rows; the index holds weeks, or months for the window month."""
    rows = table.rename_axis(index="at", columns="slice").stack().reset_index(name="value")
    if window == "month":
        ends = rows["at"].map({at: month_end(at) for at in range(MONTHS)})
    else:
        ends = FIRST + pd.to_timedelta(rows["at"] * 7 + 6, unit="D")
    return rows.assign(dimension=dimension, window=window, period_end=ends, slice=rows["slice"].astype(str))


def month_end(at: int) -> pd.Timestamp:
    """Last day of a month, counted from the first."""
    return (FIRST_MONTH + at).end_time.normalize()


def of_deals(deals: Table) -> Found:
    """Counts, sums, ratios, the median cycle and the open pipeline."""
    won = deals[deals["status"] == "won"]
    closed = deals[deals["status"].isin(["won", "lost"])]
    bookings = weekly(won, "closed_on", "amount")
    yield from rolled("new_deals", weekly(deals, "created_on"))
    yield from rolled("bookings", bookings)
    yield from rolled("win_rate", weekly(won, "closed_on"), weekly(closed, "closed_on"))
    for kpi, table in rolled("discount_rate", bookings, weekly(won, "closed_on", "list_amount")):
        yield kpi, table.assign(value=1 - table["value"])
    yield from medians(won)
    entered, left = weekly(deals, "created_on", "amount"), weekly(deals, "closed_on", "amount")
    for name in entered:
        standing = (entered[name] - left[name]).cumsum()
        yield "open_pipeline", long(standing, name, "week")
        yield "open_pipeline", long(standing.iloc[12:], name, "13w")


def medians(won: Table) -> Found:
    """Days from creation to close. There is no rolling median over rows of a window, hence the loop."""
    rows = won.assign(days=(won["closed_on"] - won["created_on"]).dt.days, total="(all)")
    week = (rows["closed_on"] - FIRST).dt.days // 7
    for name in ["total", *DIMENSIONS]:
        for window, width in (("week", 1), ("13w", 13)):
            found = {}
            for at in range(width - 1, WEEKS):
                within = rows[(week > at - width) & (week <= at)]
                found[at] = within.groupby(name, observed=True)["days"].median()
            yield "sales_cycle", long(pd.DataFrame(found).T, name, window)


def of_leads(leads: Table) -> Found:
    """Qualified leads by lead, and the share of a week's leads that convert within ninety days."""
    created = weekly(leads, "created_on")
    yield from rolled("leads_qualified", weekly(leads, "sql_on"), created)
    days = (leads["converted_on"] - leads["created_on"]).dt.days
    yield from rolled("lead_conversion", weekly(leads[days.between(0, 90)], "created_on"), created)


def of_stages(history: Table, deals: Table) -> Found:
    """Of the deals that entered Discovery or beyond, those in Proposal or beyond within sixty days."""
    beyond = ["Proposal", "Negotiation", "Closed Won"]

    def first(stages: list[str], name: str) -> pd.Series:
        rows = history[history["stage"].isin(stages)]
        return rows.groupby("opportunity_id")["entered_on"].min().rename(name)

    cohort = pd.concat([first(["Discovery", "Pilot", *beyond], "entered"), first(beyond, "reached")], axis=1)
    cohort = cohort.join(deals.set_index("opportunity_id")[DIMENSIONS], how="left")
    in_time = cohort[(cohort["reached"] - cohort["entered"]).dt.days <= 60]
    yield from rolled("stage_conversion", weekly(in_time, "entered"), weekly(cohort, "entered"))


def of_customers(lines: Table, accounts: Table) -> Found:
    """What customers pay at month ends, and from it NRR, GRR and expansion."""
    lines = lines[(lines["kind"] == "recurring") & (lines["status"] == "active")]
    held = {}
    for at in range(MONTHS):
        day = month_end(at)
        active = lines[(lines["starts_on"] <= day) & (lines["ends_on"].isna() | (lines["ends_on"] > day))]
        held[at] = active.groupby("account_id")["arr"].sum()
    states = pd.DataFrame(held).fillna(0)
    states = states.join(accounts.set_index("account_id").assign(total="(all)"), how="left")
    for name in ["total", *DIMENSIONS]:
        yield from of_slices(states, name)


def of_slices(states: Table, name: str) -> Found:
    """The customers' KPIs of every slice of one dimension."""
    net, gross, expansion = {}, {}, {}
    for at in range(1, MONTHS):
        step = (states[at] - states[at - 1]).where((states[at - 1] > 0) & (states[at] > states[at - 1]), 0)
        expansion[at] = step.groupby(states[name], observed=True).sum()
    for at in range(12, MONTHS):
        then = states[states[at - 12] > 0]
        below = then[at - 12].groupby(then[name], observed=True).sum()
        net[at] = then[at].groupby(then[name], observed=True).sum() / below
        gross[at] = then[[at, at - 12]].min(axis=1).groupby(then[name], observed=True).sum() / below
    for kpi, found in (("nrr", net), ("grr", gross), ("expansion", expansion)):
        yield kpi, long(pd.DataFrame(found).T, name, "month")
