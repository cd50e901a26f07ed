"""What a partial is summed over, as a table expression: a canonical table, stage cohorts, a pair of snapshots."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlglot import exp, parse_one

from .columns import BASE, Columns, literal, types_of
from .partial import SnapshotPair, Source, StageCohort, table_of
from .tables.catalogue import BY_NAME
from .tables.schema import ColumnType, Table

_PAIR_PARTS = ("start", "new", "amount_up", "amount_down", "moved_in", "moved_out", "lost", "won", "end")
_PAIR_TEXTS = ("account_id", "owner", "team", "type", "product", "segment", "region", "source")


def snapshot_table(fingerprint: str) -> str:
    """The name under which a backend knows the opportunities of a stored snapshot."""
    return f"opportunities@{fingerprint}"


def event_columns(source: Source) -> tuple[str, ...]:
    """The source's own dates that tell when something happened.

    A date that another table may supply speaks of that table's events, and costs a join.
    """
    if isinstance(source, StageCohort):
        return ("entered_on", "reached_on", "last_on")
    table = BY_NAME[table_of(source)]
    return tuple(column for column in table.event_columns if not table.lookup(column))


def source_of(source: Source, present: Collection[str], as_of: date) -> tuple[exp.Expression, Columns]:
    """The source as an aliased table expression, and the resolver of its columns."""
    if isinstance(source, StageCohort):
        own: dict[str, ColumnType] = {"opportunity_id": "text"}
        own |= dict.fromkeys(("entered_on", "reached_on", "last_on"), "date")
        return _aliased(_stage_cohort(source, as_of)), _columns(BY_NAME["stage_history"], own, present)
    if isinstance(source, SnapshotPair):
        table = BY_NAME["opportunities"]
        kept: dict[str, ColumnType] = dict.fromkeys(("opportunity_id", *_PAIR_TEXTS), "text")
        own = {**kept, **dict.fromkeys(_PAIR_PARTS, "money"), "in_start": "boolean", "slipped": "boolean"}
        return _aliased(_snapshot_pair(source)), _columns(table, own, present)
    table = BY_NAME[source]
    return named_table(source, BASE), _columns(table, types_of(table), present)


def named_table(name: str, alias: str) -> exp.Expression:
    """A table under an alias."""
    return exp.Table(this=exp.to_identifier(name, quoted=True), alias=exp.TableAlias(this=exp.to_identifier(alias)))


def _columns(table: Table, own: dict[str, ColumnType], present: Collection[str]) -> Columns:
    return Columns(table, own, present)


def _aliased(query: exp.Expression) -> exp.Expression:
    return exp.alias_(exp.Subquery(this=query), BASE, table=True)


def _stage_cohort(cohort: StageCohort, as_of: date) -> exp.Expression:
    def first_entry(stages: tuple[str, ...]) -> exp.Expression:
        entered = exp.column("entered_on")
        if not stages:
            return exp.cast(exp.Null(), "DATE")
        among = exp.In(this=exp.column("stage"), expressions=[literal(stage) for stage in stages])
        return exp.func("MIN", exp.Case(ifs=[exp.If(this=among, true=entered)]))

    return (
        exp.select("opportunity_id")
        .select(exp.alias_(first_entry(cohort.from_stages), "entered_on"))
        .select(exp.alias_(first_entry(cohort.to_stages), "reached_on"))
        .select(exp.alias_(exp.func("MAX", exp.column("entered_on")), "last_on"))
        .from_("stage_history")
        .where(exp.LTE(this=exp.column("entered_on"), expression=literal(as_of)))
        .group_by("opportunity_id")
    )


def _snapshot_pair(pair: SnapshotPair) -> exp.Expression:
    """Each deal of a period's pipeline with the part of the waterfall it makes up.

    A deal enters the period's pipeline from outside (`came`), or is new; what leaves it is won, lost (or
    gone from the export) or moved out. Amount changes count for deals that stood in the start and stay
    known; moved out deals leave with the amount they had.
    """
    start, end = literal(pair.start).sql("duckdb"), literal(pair.end).sql("duckdb")
    # Every name below is ours: dates as literals, fingerprints as quoted table names.
    texts = ", ".join(f"COALESCE(c.{name}, o.{name}) AS {name}" for name in ("opportunity_id", *_PAIR_TEXTS))
    query = f"""
    WITH deals AS (
      SELECT {texts},
        COALESCE(o.amount, 0) AS before, COALESCE(c.amount, 0) AS after,
        COALESCE(o.status = 'open', FALSE) AS was_open,
        COALESCE(o.status = 'open' AND o.close_on BETWEEN {start} AND {end}, FALSE) AS stood,
        COALESCE(c.status = 'open', FALSE) AS is_open, COALESCE(c.status = 'won', FALSE) AS is_won,
        COALESCE(c.status = 'lost', FALSE) AS is_lost, c.opportunity_id IS NULL AS is_gone,
        COALESCE(c.close_on BETWEEN {start} AND {end}, FALSE) AS closes_within,
        COALESCE(c.status = 'open' AND c.close_on > {end}, FALSE) AS closes_later,
        o.opportunity_id IS NULL OR (o.status <> 'open' AND c.status = 'open') AS is_new
      FROM "{snapshot_table(pair.opening)}" AS o
      FULL OUTER JOIN "{snapshot_table(pair.closing)}" AS c ON o.opportunity_id = c.opportunity_id
    ), paths AS (
      SELECT *, is_new AND closes_within AS arrived, was_open AND NOT stood AND closes_within AS came FROM deals
    )
    SELECT *, stood AS in_start, stood AND closes_later AS slipped,
      CASE WHEN stood THEN before ELSE 0 END AS "start",
      CASE WHEN arrived THEN after ELSE 0 END AS "new",
      CASE WHEN stood AND NOT is_gone AND NOT (is_open AND NOT closes_within) AND after > before
        THEN after - before ELSE 0 END AS amount_up,
      CASE WHEN stood AND NOT is_gone AND NOT (is_open AND NOT closes_within) AND after < before
        THEN before - after ELSE 0 END AS amount_down,
      CASE WHEN came THEN after ELSE 0 END AS moved_in,
      CASE WHEN stood AND is_open AND NOT closes_within THEN before ELSE 0 END AS moved_out,
      CASE WHEN stood AND is_gone THEN before WHEN (stood OR arrived OR came) AND is_lost THEN after
        ELSE 0 END AS lost,
      CASE WHEN (stood OR arrived OR came) AND is_won THEN after ELSE 0 END AS won,
      CASE WHEN is_open AND closes_within THEN after ELSE 0 END AS "end"
    FROM paths
    """  # noqa: S608 - nothing is put in but our own statements
    return parse_one(query, dialect="duckdb")
