"""The kinds made of other kinds; a part without a value leaves the whole without one, for its reason."""

from __future__ import annotations

from fractions import Fraction

from .asked import Answer, Asked, Spec, exactly
from .customers import movements, retention
from .formulas import (
    cohort_conversion,
    count,
    coverage,
    duration,
    mean,
    percentile_of,
    ratio,
    stage_age,
    stage_conversion,
    stock,
    total,
)
from .structure import tables_of

PARTS = {
    "cac_payback": ("spend", "new_mrr"),
    "growth": ("of",),
    "quick_ratio": ("gained", "lost"),
    "required_coverage": ("win_rate",),
    "sales_velocity": ("open_opportunities", "won_amount", "win_rate", "cycle_days"),
}


def answer(metric: Spec, asked: Asked) -> Answer:
    """A metric of any kind."""
    return KINDS[metric["kind"]](metric, asked)


def before(metric: Spec, asked: Asked, by: int) -> Answer:
    """A metric some whole windows earlier; unknown where that lies before the data."""
    if by and any(asked.earlier(by).begins_before_data(table) for table in tables_of(metric)):
        return Answer(None, answer(metric, asked).n, "no rows")
    return answer(metric, asked.earlier(by))


def whole(value: Fraction | None, n: int, *parts: Answer) -> Answer:
    """A value made of parts: none if a part has none, for the last such part's reason."""
    missing = [part.reason for part in parts if part.value is None]
    if missing:
        return Answer(None, n, missing[-1])
    return Answer(value, n, "" if value is not None else "zero denominator")


def cac_payback(metric: Spec, asked: Asked) -> Answer:
    spend = before(metric["spend"], asked, metric.get("spend_lag", 1))
    gained = answer(metric["new_mrr"], asked)
    margin = (gained.value or Fraction(0)) * exactly(metric["gross_margin"])
    return whole(_quotient(spend.value, margin), gained.n, spend, gained)


def growth(metric: Spec, asked: Asked) -> Answer:
    now, then = answer(metric["of"], asked), before(metric["of"], asked, metric.get("periods", 1))
    share = _quotient(now.value, then.value)
    return whole(None if share is None else share - 1, min(now.n, then.n), now, then)


def quick_ratio(metric: Spec, asked: Asked) -> Answer:
    gained, lost = answer(metric["gained"], asked), answer(metric["lost"], asked)
    if lost.value == 0:
        return Answer(None, gained.n + lost.n, "no losses")
    return whole(_quotient(gained.value, lost.value), gained.n + lost.n, gained, lost)


def required_coverage(metric: Spec, asked: Asked) -> Answer:
    rate = answer(metric["win_rate"], asked)
    return whole(_quotient(Fraction(1), rate.value), rate.n, rate)


def sales_velocity(metric: Spec, asked: Asked) -> Answer:
    parts = [answer(metric[name], asked) for name in PARTS["sales_velocity"]]
    opened, amount, rate, days = (part.value for part in parts)
    if None in (opened, amount, rate, days):
        return whole(None, parts[2].n, *parts)
    return whole(_quotient(opened * amount * rate, days), parts[2].n, *parts)


def score(metric: Spec, asked: Asked) -> Answer:
    answers = [answer(part["of"], asked) for part in metric["parts"]]
    points = weights = Fraction(0)
    for part, found in zip(metric["parts"], answers, strict=True):
        worst, best, weight = exactly(part["worst"]), exactly(part["best"]), exactly(part["weight"])
        place = ((found.value or Fraction(0)) - worst) / (best - worst)
        points += weight * min(max(place, Fraction(0)), Fraction(1))
        weights += weight
    return whole(100 * points / weights, min(found.n for found in answers), *answers)


def _quotient(top: Fraction | None, bottom: Fraction | None) -> Fraction | None:
    return None if top is None or not bottom else top / bottom


KINDS = {
    "cac_payback": cac_payback,
    "cohort_conversion": cohort_conversion,
    "count": count,
    "coverage": coverage,
    "duration": duration,
    "growth": growth,
    "mean": mean,
    "movements": movements,
    "percentile": percentile_of,
    "quick_ratio": quick_ratio,
    "ratio": ratio,
    "required_coverage": required_coverage,
    "retention": retention,
    "sales_velocity": sales_velocity,
    "score": score,
    "stage_age": stage_age,
    "stage_conversion": stage_conversion,
    "stock": stock,
    "sum": total,
}
