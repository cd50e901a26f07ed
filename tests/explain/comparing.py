"""The engine's reading and the SQL's answer, side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from kpi_engine.measure import Spec
from kpi_engine.metrics.cohort_conversion import CohortConversion
from kpi_engine.metrics.composed.cac_payback import CacPayback
from kpi_engine.metrics.composed.growth import Growth
from kpi_engine.metrics.composed.quick_ratio import QuickRatio
from kpi_engine.metrics.count import Count
from kpi_engine.metrics.mean import Mean
from kpi_engine.metrics.movements import Movements
from kpi_engine.metrics.ratio import Ratio
from kpi_engine.metrics.retention import Retention
from kpi_engine.metrics.stock import PointInTime
from kpi_engine.metrics.sum import Sum
from kpi_engine.narrowing import Within
from kpi_engine.period import Period
from kpi_engine.question import Series
from kpi_engine.reading import TOTAL_SLICE, Reason
from kpi_engine.recompute import recompute_sql
from kpi_engine.snapshot import Snapshot
from kpi_engine.supply import REASONS, Slice

# The formula itself has no value then; every other reason forbids to judge a number that is there.
NO_VALUE = (Reason.ZERO_DENOMINATOR, Reason.NO_LOSSES, Reason.NO_TARGET, Reason.NO_SNAPSHOT, Reason.NOT_WHOLE_MONTHS)
TOTAL: Slice = ("total", TOTAL_SLICE)


@dataclass(frozen=True)
class Answered:
    """What one side says."""

    value: float | None
    n: int


def ungated(contract: Contract, variant: str) -> Contract:
    """The contract as it reads under a variant, with nothing that hides a number for being small or old."""
    refresh = contract.refresh.model_copy(update={"stale_after_days": None})
    return contract.model_copy(update={"variant": variant, "min_n": None, "refresh": refresh})


def answer_of_sql(sql: str) -> Answered:
    row = duckdb.sql(sql).df().iloc[0]
    value = math.nan if row["value"] is None else float(row["value"])
    return Answered(None if math.isnan(value) else value, int(row["n"]))


def latest_final(series: Series, before: int = 0) -> int | None:
    """The place of the latest period that is final, or of one some places before it."""
    open_ = REASONS.index(Reason.OPEN)
    final = [at for at in range(len(series.periods)) if series.result.reason[0, at] != open_]
    return final[-1 - before] if len(final) > before else None


def differences(
    engine: Engine, snapshot: Snapshot, as_of, series: Series, slices: list[Slice], at: int, asked: Within | None = None
) -> list[str]:
    """Where engine and SQL do not say the same of a period, in words; `asked` is what the series was narrowed to."""
    found = []
    for one in slices:
        row = series.slices.index(one)
        reason = REASONS[series.result.reason[row, at]]
        if reason in (Reason.NO_ROWS, Reason.MISSING):
            # The table begins later, or knows nothing of the slice: the SQL cannot tell that from a zero.
            continue
        value, n = series.result.value[row, at], int(series.result.n[row, at])
        expected = Answered(None if np.isnan(value) else float(value), n)
        assert expected.value is not None or reason in NO_VALUE, reason
        within = dict(asked or {}) if one == TOTAL else {**(asked or {}), one[0]: one[1]}
        sql = sql_of(engine, snapshot, as_of, series, series.periods[at], within)
        got = answer_of_sql(sql)
        if got.n != expected.n or not same(got.value, expected.value):
            found.append(f"{series.contract.id} {series.periods[at]} {one}: SQL {got}, engine {expected}\n{sql}")
    return found


def added_up(metric: Spec, rows: pd.DataFrame, prefix: str = "") -> Answered:
    """What a person gets who adds up the file of records; None where the file does not hold the formula's columns."""
    of = rows["part"].str.split(" \\+ ").explode()

    def part(name: str) -> pd.DataFrame:
        return rows.loc[of[of == f"{prefix}{name}"].index.unique()]

    def total(name: str, column: str | None) -> float:
        # A column that is empty throughout is not in the file.
        return float(part(name).get(column, pd.Series(dtype=float)).sum()) if column else float(len(part(name)))

    match metric:
        case Count():
            return Answered(total("counted", None), len(part("counted")))
        case Sum():
            return Answered(total("added up", metric.of.sum) / metric.divide_by, len(part("added up")))
        case Mean():
            return Answered(total("averaged", metric.of.sum) / len(part("averaged")), len(part("averaged")))
        case PointInTime():
            return Answered(total("standing", metric.of.sum) / metric.divide_by, len(part("standing")))
        case Ratio():
            below = metric.denominator.sum
            share = total("numerator", metric.numerator.sum) / total("denominator", below)
            return Answered(1 - share if metric.complement else share, len(part("denominator")))
        case CohortConversion():
            return Answered(total("converted", None) / total("entered", None), len(part("entered")))
        case Retention():
            below = None if metric.of == "logo" else "amount_then"
            return Answered(total("customers", "kept") / total("customers", below), len(part("customers")))
        case Movements():
            moved, n = total("customers", "moved") / metric.divide_by, len(part("customers"))
            if metric.over is None:
                return Answered(moved, n)
            held = part("customers")["amount_then"]
            n = int((held > 0).sum())
            return Answered(moved / (held.sum() if metric.over == "opening_amount" else n), n)
        case Growth():
            now, before = (added_up(metric.of, rows, name) for name in ("now: ", "before: "))
            return Answered(now.value / before.value - 1, min(now.n, before.n))
        case QuickRatio():
            gained, lost = added_up(metric.gained, rows, "gained: "), added_up(metric.lost, rows, "lost: ")
            return Answered(gained.value / lost.value, gained.n + lost.n)
        case CacPayback():
            spent, gained = added_up(metric.spend, rows, "spend: "), added_up(metric.new_mrr, rows, "new: ")
            return Answered(spent.value / (gained.value * metric.gross_margin), gained.n)
    return Answered(None, len(rows))


def sql_of(engine: Engine, snapshot: Snapshot, as_of, series: Series, period: Period, within: Within) -> str:
    return recompute_sql(
        series.contract, series.variant, snapshot, engine.company, as_of, period, within,
        history=engine.history, known_issues=engine.known_issues,
    )  # fmt: skip


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
