"""Large exports made by arithmetic: every value is a hash of its row number, so equal sizes give equal files."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import duckdb

FIRST_DAY = date(2024, 7, 1)
WEEKS = 104
AS_OF = FIRST_DAY + timedelta(days=7 * WEEKS - 1)
DATA = Path(__file__).parent / "data"
# Deals, leads and customers; every deal has six stage changes, every customer ten subscription lines.
SIZES = {"full": 1_000_000, "tenth": 100_000, "tiny": 2_000}
SEGMENTS, REGIONS, INDUSTRIES, TIERS, SOURCES = 4, 8, 15, 3, 12

_MACROS = f"""
-- A number from 0 to 1 that depends on the row and on what it is for.
CREATE MACRO u(i, k) AS (hash(i * 64 + k) % 1048573) / 1048573.0;
CREATE MACRO pick(word, i, k, n) AS word || ' ' || CAST(1 + floor(u(i, k) * n) AS INT);
CREATE MACRO tier(i, k) AS chr(65 + CAST(floor(u(i, k) * {TIERS}) AS INT));
CREATE MACRO day(n) AS DATE '{FIRST_DAY}' + CAST(n AS INT);
-- A day that has come, else nothing.
CREATE MACRO past(n) AS CASE WHEN n < {7 * WEEKS} THEN DATE '{FIRST_DAY}' + CAST(n AS INT) END;
CREATE MACRO account(i, customers) AS 'A' || CAST(floor(u(i, 63) * customers) AS INT);
"""

_DEALS = """
CREATE TABLE deals AS SELECT *, came + cycle AS ends, came + cycle < {days} AS closed, u(i, 3) < 0.25 AS is_won
FROM (SELECT i, floor(u(i, 1) * {days}) AS came, 15 + floor(u(i, 2) * u(i, 2) * 200) AS cycle FROM range({deals}) r(i))
"""

_TABLES = {
    "accounts": """
SELECT 'A' || i AS account_id, 'Account ' || i AS name, pick('owner', i, 1, 200) AS owner,
  pick('segment', i, 2, {segments}) AS segment, pick('region', i, 3, {regions}) AS region,
  pick('industry', i, 4, {industries}) AS industry, tier(i, 5) AS tier, pick('source', i, 6, {sources}) AS source,
  day(floor(u(i, 7) * 600)) AS created_on, CASE WHEN u(i, 8) < 0.6 THEN past(floor(u(i, 7) * 600) + 20) END
  AS qualified_on, CASE WHEN u(i, 9) < 0.5 THEN past(floor(u(i, 7) * 600) + 30) END AS activated_on
FROM range({customers}) r(i)""",
    "opportunities": """
SELECT 'O' || i AS opportunity_id, account(i, {customers}) AS account_id, pick('owner', i, 4, 200) AS owner,
  CASE WHEN u(i, 5) < 0.7 THEN 'new' WHEN u(i, 5) < 0.9 THEN 'expansion' ELSE 'renewal' END AS type,
  CASE WHEN NOT closed THEN 'Proposal' WHEN is_won THEN 'Closed Won' ELSE 'Closed Lost' END AS stage,
  CASE WHEN NOT closed THEN 'open' WHEN is_won THEN 'won' ELSE 'lost' END AS status,
  CASE WHEN closed THEN 'closed' ELSE 'pipeline' END AS forecast_category,
  1000 + CAST(floor(u(i, 6) * 99000) AS INT) AS amount,
  CAST(ceil((1000 + floor(u(i, 6) * 99000)) * (1 + u(i, 7) * 0.3)) AS INT) AS list_amount,
  day(came) AS created_on, CASE WHEN u(i, 8) < 0.8 THEN past(came + 5) END AS qualified_on,
  day(greatest(came - 10, 0)) AS first_contact_on, CASE WHEN u(i, 9) < 0.9 THEN past(came + 8) END
  AS discovery_held_on, past(ends) AS closed_on, day(ends) AS close_on, pick('source', i, 10, {sources}) AS source
FROM deals""",
    "stage_history": """
SELECT 'O' || i AS opportunity_id,
  (CASE WHEN NOT closed THEN ['Qualification', 'Discovery', 'Qualification', 'Discovery', 'Pilot', 'Proposal']
   WHEN is_won THEN ['Qualification', 'Discovery', 'Pilot', 'Proposal', 'Negotiation', 'Closed Won']
   ELSE ['Qualification', 'Discovery', 'Pilot', 'Discovery', 'Pilot', 'Closed Lost'] END)[step + 1] AS stage,
  CAST(day(came) AS TIMESTAMP) + to_minutes(CAST(480 + step + floor(
    step * (least(ends, {days} - 1) - came) / 5) * 1440 AS BIGINT)) AS entered_at,
  day(came + floor(step * (least(ends, {days} - 1) - came) / 5)) AS entered_on
FROM deals, range(6) s(step)""",
    "leads": """
SELECT 'L' || i AS lead_id, account(i, {customers}) AS account_id, pick('source', i, 1, {sources}) AS source,
  pick('segment', i, 2, {segments}) AS segment, pick('region', i, 3, {regions}) AS region,
  CAST(floor(u(i, 4) * 100) AS INT) AS score, day(came) AS created_on,
  CASE WHEN u(i, 6) < 0.5 THEN past(came + floor(u(i, 7) * 30)) END AS mql_on,
  CASE WHEN u(i, 6) < 0.3 THEN past(came + floor(u(i, 7) * 60)) END AS sql_on,
  CASE WHEN u(i, 6) < 0.1 THEN past(came + floor(u(i, 7) * 140)) END AS converted_on
FROM (SELECT i, floor(u(i, 5) * {days}) AS came FROM range(2 * {deals}) r(i))""",
    "subscriptions": """
SELECT 'S' || i || '-' || line AS line_id, 'S' || i AS subscription_id, 'A' || i AS account_id, 'recurring' AS kind,
  'active' AS status, day(came + line * width) AS starts_on,
  CASE WHEN line < 9 THEN past(came + (line + 1) * width - CASE WHEN u(i * 10 + line, 9) < 0.02 THEN 31 ELSE 0 END)
    WHEN u(i, 8) < 0.2 THEN past(came + 10 * width) END AS ends_on,
  1 AS billing_months, 100 + CAST(floor(u(i, 6) * 900 * (1 + (u(i * 10 + line, 7) - 0.4) / 2)) AS INT) AS amount
FROM (SELECT i, floor(u(i, 1) * 300) AS came, 32 + floor(u(i, 2) * 10) AS width FROM range({customers}) r(i)),
  range(10) l(line)""",
    "spend": """
SELECT 'P' || week || '-' || f || '-' || c AS spend_id, day(week * 7) AS spent_on,
  ['sales', 'marketing', 'other'][f + 1] AS function, 'channel ' || c AS channel,
  1000 + CAST(u(week * 100 + f * 10 + c, 1) * 9000 AS INT) AS amount
FROM range({weeks}) w(week), range(3) g(f), range(10) h(c)""",
    "targets": """
SELECT 'T' || m AS target_id, 'bookings' AS metric,
  CAST(DATE '2024-07-01' + to_months(CAST(m AS INT)) AS DATE) AS period_on, 60 * {deals} AS amount
FROM range(36) r(m)""",
    "activities": """
SELECT 'M' || i AS activity_id, 'discovery' AS type, account(i, {customers}) AS account_id,
  'O' || i AS opportunity_id, day(came) AS booked_on, day(came + 8) AS scheduled_on,
  CASE WHEN u(i, 9) < 0.8 THEN past(came + 8) END AS held_on FROM deals WHERE i % 2 = 0""",
    "proposals": """
SELECT 'R' || i AS proposal_id, 'O' || i AS opportunity_id, account(i, {customers}) AS account_id,
  past(came + 12) AS sent_on, CASE WHEN u(i, 9) < 0.5 THEN past(came + 30) END AS accepted_on
FROM deals WHERE i % 4 = 0 AND came + 12 < {days}""",
    "pilots": """
SELECT 'P' || i AS pilot_id, account(i, {customers}) AS account_id, 'O' || i AS opportunity_id, day(came) AS kickoff_on,
  CASE WHEN u(i, 9) < 0.8 THEN past(came + 5 + floor(u(i, 10) * 30)) END AS first_value_on,
  past(came + 40) AS completed_on, past(came + 40) AS ended_on,
  CASE WHEN u(i, 11) < 0.4 THEN past(came + 60) END AS paid_on FROM deals WHERE i % 10 = 0""",
    "gate_runs": """
SELECT 'G' || i || '-' || run AS gate_run_id, 'P' || i AS pilot_id, account(i, {customers}) AS account_id,
  past(came + run * 5) AS run_on, u(i * 4 + run, 12) < 0.2 AS failed,
  CASE WHEN u(i * 4 + run, 12) < 0.2 THEN CAST(past(came + run * 5) AS TIMESTAMP) + INTERVAL 9 HOUR END AS failed_at,
  CASE WHEN u(i * 4 + run, 12) < 0.18 THEN CAST(past(came + run * 5) AS TIMESTAMP) + INTERVAL 20 HOUR END AS triaged_at
FROM deals, range(4) g(run) WHERE i % 10 = 0 AND came + run * 5 < {days}""",
    "renewals": """
SELECT 'N' || i AS renewal_id, 'A' || i AS account_id, pick('owner', i, 1, 200) AS owner,
  12 * (100 + CAST(floor(u(i, 6) * 900) AS INT)) AS arr, day(term) AS renewal_on, day(greatest(term - 90, 0))
  AS opened_on, CASE WHEN u(i, 3) < 0.8 THEN past(term - 3) END AS renewed_on,
  CASE WHEN u(i, 3) > 0.9 THEN past(term) END AS lost_on, u(i, 4) < 0.15 AS at_risk,
  CASE WHEN u(i, 4) < 0.15 THEN past(term - 40) END AS at_risk_since_on, CAST(u(i, 5) * 100 AS INT) AS health
FROM (SELECT i, 100 + floor(u(i, 2) * {days}) AS term FROM range({customers}) r(i)) WHERE term - 90 < {days}""",
}


def exports(size: str) -> Path:
    """The folder of exports of a size; made now unless it is there already."""
    folder = DATA / size / "exports"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as draft:
            write_exports(Path(draft) / "exports", SIZES[size])
            with suppress(OSError):  # another process was faster, with equal files
                (Path(draft) / "exports").rename(folder)
    return folder


def write_exports(folder: Path, deals: int) -> None:
    """Writes one CSV a canonical table, under our own column names."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {
        "deals": deals, "customers": deals * 3 // 10, "days": 7 * WEEKS, "weeks": WEEKS, "segments": SEGMENTS,
        "regions": REGIONS, "industries": INDUSTRIES, "sources": SOURCES,
    }  # fmt: skip
    with duckdb.connect() as connection:
        for statement in (*_MACROS.split(";\n"), _DEALS.format(**numbers)):
            if statement.strip():
                connection.execute(statement)
        for name, query in _TABLES.items():
            connection.execute(f"COPY ({query.format(**numbers)}) TO '{folder / name}.csv' (HEADER)")


def write_next_week(folder: Path, target: Path) -> None:
    """Writes what an export of one week more would bring: rows of the last week, as new and as changed ones."""
    target.mkdir(parents=True, exist_ok=True)
    since = AS_OF - timedelta(days=6)
    kept = {
        "opportunities": f"created_on >= '{since}' OR closed_on >= '{since}'",
        "stage_history": f"entered_on >= '{since}'",
        "leads": f"created_on >= '{since}'",
        "subscriptions": f"starts_on >= '{since}'",
    }
    ids = {"opportunities": "opportunity_id", "stage_history": "opportunity_id", "leads": "lead_id",
           "subscriptions": "line_id"}  # fmt: skip
    with duckdb.connect() as connection:
        for name, condition in kept.items():
            source = f"(SELECT * FROM read_csv('{folder / name}.csv') WHERE {condition})"
            fresh = f"SELECT * REPLACE ({ids[name]} || '+' AS {ids[name]}) FROM {source}"
            connection.execute(f"COPY (SELECT * FROM {source} UNION ALL {fresh}) TO '{target / name}.csv' (HEADER)")
