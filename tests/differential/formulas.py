"""Each metric kind that counts or measures rows, by its definition and nothing else."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from fractions import Fraction

from .asked import Answer, Asked, Spec, added, divided, exactly, filled, percentile, statistic
from .days import ONE_DAY
from .rows import Row


def count(metric: Spec, asked: Asked) -> Answer:
    rows = asked.flowing(metric["of"])
    return Answer(Fraction(len(rows)), len(rows))


def total(metric: Spec, asked: Asked) -> Answer:
    rows, column = asked.flowing(metric["of"]), metric["of"]["sum"]
    return _sum_of(rows, column, metric)


def mean(metric: Spec, asked: Asked) -> Answer:
    column = metric["of"]["sum"]
    rows = filled(asked.flowing(metric["of"]), column)
    return Answer(added(rows, column) / len(rows), len(rows)) if rows else Answer(None, 0, "no rows")


def percentile_of(metric: Spec, asked: Asked) -> Answer:
    column = metric["of"]["sum"]
    values = [Fraction(row[column]) for row in filled(asked.flowing(metric["of"]), column)]
    found = percentile(values, exactly(metric.get("percentile", 50)) / 100)
    return Answer(found, len(values), "" if values else "no rows")


def ratio(metric: Spec, asked: Asked) -> Answer:
    top, bottom = metric["numerator"], metric["denominator"]
    if "start" in bottom:
        rows = _active(bottom, asked)
        answer = divided(added(asked.flowing(top), top.get("sum")), Fraction(len(rows)), len(rows))
    else:
        rows = asked.flowing(bottom)
        above = asked.flowing(top)
        if metric.get("basis") == "cohort":
            reached = [*top.get("where", ()), {"column": top["date"], "empty": False}]
            above = asked.flowing(bottom, reached)
        n = len(filled(rows, bottom.get("sum")))
        answer = divided(added(above, top.get("sum")), added(rows, bottom.get("sum")), n)
    if metric.get("complement") and answer.value is not None:
        return Answer(1 - answer.value, answer.n)
    return answer


def _active(stock: Spec, asked: Asked) -> list[Row]:
    """What stood at the period's opening, and all that entered in it."""
    found = []
    for row in asked.mine(stock["table"], stock.get("where")):
        start, end = row.get(stock["start"]), row.get(stock["end"])
        if start is None or start > asked.until:
            continue
        if start >= asked.start or end is None or end >= asked.start:
            found.append(row)
    return found


def duration(metric: Spec, asked: Asked) -> Answer:
    so_far = metric.get("unfinished") == "age_so_far"
    spans = []
    for row in asked.flowing(metric):
        start, end = row.get(metric["start"]), row.get(metric["end"])
        if start is None or (end is None and not so_far) or (end is not None and end < start):
            continue
        if so_far:
            now = datetime.combine(asked.as_of + ONE_DAY, time())
            end = min(end or now, now)
        if end is not None:
            spans.append(_length(start, end, metric.get("unit", "days")))
    return statistic(spans, metric.get("statistic", "median"))


def _length(start: datetime, end: datetime, unit: str) -> Fraction:
    if unit == "hours":
        return Fraction(round((end - start).total_seconds()), 3600)
    return Fraction((end - start).days)


def cohort_conversion(metric: Spec, asked: Asked) -> Answer:
    cohort = asked.flowing({**metric, "date": metric["entered"]})
    limit = timedelta(days=metric["within_days"])
    converted = [
        row
        for row in cohort
        if row.get(metric["reached"]) is not None
        and row[metric["entered"]] <= row[metric["reached"]] <= row[metric["entered"]] + limit
    ]
    return divided(Fraction(len(converted)), Fraction(len(cohort)), len(cohort))


def stage_conversion(metric: Spec, asked: Asked) -> Answer:
    order = [*asked.company.stages, asked.company.won_stage]
    starting, reaching = (order[order.index(metric[name]) :] for name in ("from_stage", "to_stage"))
    entered = reached = went_on = 0
    deals: dict[str, list[Row]] = {}
    for row in asked.mine("stage_history"):
        deals.setdefault(row["opportunity_id"], []).append(row)
    for passed in deals.values():
        first = min((row["entered_on"] for row in passed if row["stage"] in starting), default=None)
        then = min((row["entered_on"] for row in passed if row["stage"] in reaching), default=None)
        entered += asked.happened(first)
        reached += asked.happened(then)
        if asked.happened(first) and then is not None and (then - first).days <= metric.get("within_days", 90):
            went_on += 1
    arrived = reached if metric.get("basis") == "same_period" else went_on
    return divided(Fraction(arrived), Fraction(entered), entered)


def stock(metric: Spec, asked: Asked) -> Answer:
    rows, column = asked.standing(metric["of"]), metric["of"].get("sum")
    return _sum_of(rows, column, metric)


def _sum_of(rows: list[Row], column: str | None, metric: Spec) -> Answer:
    n = len(filled(rows, column))
    if rows and not n:
        return Answer(None, 0, "no rows")
    return Answer(added(rows, column) / exactly(metric.get("divide_by", 1)), n)


def stage_age(metric: Spec, asked: Asked) -> Answer:
    stages = metric.get("stages") or asked.company.stages
    condition = {"column": "stage", "in": list(stages)}
    stood = asked.standing({"table": "stage_history", "start": "entered_on", "end": "left_on", "where": [condition]})
    return statistic(
        [Fraction((asked.end - row["entered_on"]).days) for row in stood], metric.get("statistic", "median")
    )


def coverage(metric: Spec, asked: Asked) -> Answer:
    pipeline, won = metric["pipeline"], metric["won"]
    quarter = asked.quarter_ahead(pipeline["horizon"]["quarters_ahead"])
    wanted = {"column": "metric", "is": metric.get("target_metric", "bookings")}
    targets = [
        row
        for row in asked.mine("targets", [wanted])
        if row.get("period_on") is not None and asked.quarter_of(row["period_on"]) == quarter
    ]
    target = added(targets, "amount")
    rows = asked.standing(pipeline)
    n = len(filled(rows, pipeline["sum"]))
    if target <= 0:
        return Answer(None, n, "no target")
    if metric.get("target", "remaining") == "remaining":
        done = [
            row
            for row in asked.mine(won["table"], won.get("where"))
            if row.get(won["date"]) is not None
            and row[won["date"]] <= asked.until
            and asked.quarter_of(row[won["date"]]) == quarter
        ]
        target -= added(done, won.get("sum") or "amount")
    if target <= 0:
        return Answer(None, n, "zero denominator")
    return Answer(added(rows, pipeline["sum"]) / target, n)
