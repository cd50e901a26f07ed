"""What customers hold at month ends, and how it changes between them, as plain SQL."""

from __future__ import annotations

from datetime import date, timedelta

from sqlglot import exp

from .partial import States
from .period import add_months
from .workings import DIALECT, Workings, choose, stands

ONE_DAY = timedelta(days=1)

# A customer who holds nothing and held nothing before makes no movement.
_MOVEMENT = """
CASE
  WHEN before = 0 AND amount > 0 AND NOT seen THEN 'new'
  WHEN before = 0 AND amount > 0 THEN 'reactivation'
  WHEN before > 0 AND amount = 0 THEN 'churn'
  WHEN amount > before THEN 'expansion'
  WHEN amount < before THEN 'contraction'
END AS movement
"""


def month_before(day: date, months: int) -> date:
    """The day that lies some months before; from a month's end, a month's end."""
    return add_months(day + ONE_DAY, -months) - ONE_DAY


def held_on(sql: Workings, lines: States, day: date) -> exp.Select:
    """What each customer holds on a day; credits can't make it less than nothing."""
    start, end = sql.column(lines.table, lines.start), sql.column(lines.table, lines.end)
    rows = sql.rows(lines.table, lines.where).where(*stands(start, end, day), dialect=DIALECT)
    amount = sql.column(lines.table, lines.amount)
    return choose(rows, "account_id", f"GREATEST(SUM({amount}), 0) AS amount").group_by("account_id")


def months_known(sql: Workings, lines: States) -> int:
    """How many months back from the period's end lies the last month end before the first line and the period."""
    first = min(sql.period.start, sql.first_events.get(lines.table) or sql.period.start)
    months = 0
    while month_before(_anchor(sql), months) >= first:
        months += 1
    return months


def _anchor(sql: Workings) -> date:
    """The day from which months are counted back: the end of the month of the period's last day."""
    if sql.period.window == "span":
        return sql.last
    calendar = sql.context.calendar
    return calendar.month_span(calendar.month(sql.last))[1]


def is_whole_months(sql: Workings) -> bool:
    """Whether the period begins right after one of the month ends that are counted back from its end."""
    anchor, opening, months = _anchor(sql), sql.period.start - ONE_DAY, 0
    while month_before(anchor, months) > opening:
        months += 1
    return month_before(anchor, months) == opening


def paths(sql: Workings, lines: States, months: int, customers: str | None = None) -> str:
    """Each customer's amount at each month end, `months` of them before the last: a row each.

    `customers` names the part that lists them; by default all that ever held anything.
    """
    anchor = _anchor(sql)
    first_after, last_after = month_before(anchor, months) + ONE_DAY, anchor + ONE_DAY
    day = "CAST(day_after - INTERVAL 1 DAY AS DATE)"
    if anchor > sql.last:
        day = f"LEAST({day}, DATE '{sql.last}')"
    series = f"GENERATE_SERIES(DATE '{first_after}', DATE '{last_after}', INTERVAL 1 MONTH) AS months(day_after)"
    ends = sql.part("month_ends", exp.select(f"{day} AS day", dialect=DIALECT).from_(series, dialect=DIALECT))
    start, end = sql.column(lines.table, lines.start), sql.column(lines.table, lines.end)
    standing = f"{start} <= {ends}.day AND ({end} IS NULL OR {end} > {ends}.day)"
    rows = sql.rows(lines.table, lines.where).join(ends, on=standing, dialect=DIALECT)
    amount = f"GREATEST(SUM({sql.column(lines.table, lines.amount)}), 0) AS amount"
    held = sql.part("held", choose(rows, "account_id", "day", amount).group_by("account_id", "day"))
    everyone = customers or sql.part("customers", exp.select("account_id").distinct().from_(held))
    path = exp.select("account_id", "day", f"COALESCE({held}.amount, 0) AS amount").from_(everyone)
    path = path.join(ends, join_type="cross").join(held, using=["account_id", "day"], join_type="left")
    return sql.part("path", path)


def without_returns(sql: Workings, path: str) -> str:
    """The same paths, but a customer lost once holds nothing from then on."""
    lowest = "MIN(amount) OVER (PARTITION BY account_id ORDER BY day)"
    kept = exp.select("account_id", "day", f"CASE WHEN {lowest} = 0 THEN 0 ELSE amount END AS amount", dialect=DIALECT)
    return sql.part("path_until_lost", kept.from_(path))


def moves(sql: Workings, path: str) -> str:
    """Each customer's movement at each month end: its name and the change of the amount."""
    earlier = "(PARTITION BY account_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    steps = exp.select(
        "account_id", "day", "amount",
        "LAG(amount, 1, 0) OVER (PARTITION BY account_id ORDER BY day) AS before",
        f"COALESCE(MAX(amount) OVER {earlier}, 0) > 0 AS seen",
        dialect=DIALECT,
    ).from_(path)  # fmt: skip
    named = exp.select("account_id", "day", "amount - before AS change", _MOVEMENT, dialect=DIALECT)
    return sql.part("moves", named.from_(sql.part("steps", steps)))
