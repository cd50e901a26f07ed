"""What n counts, in words: a number beside a value says nothing until one knows of what."""

from __future__ import annotations

from .measure import Measure, Stock
from .metrics import Metric
from .metrics.cohort_conversion import CohortConversion
from .metrics.composed.cac_payback import CacPayback
from .metrics.composed.growth import Growth
from .metrics.composed.quick_ratio import QuickRatio
from .metrics.composed.required_coverage import RequiredCoverage
from .metrics.composed.sales_velocity import SalesVelocity
from .metrics.composed.score import Score
from .metrics.count import Count
from .metrics.coverage import Coverage
from .metrics.duration import Duration
from .metrics.mean import Mean
from .metrics.movements import Movements
from .metrics.percentile import Percentile
from .metrics.ratio import Ratio
from .metrics.retention import Retention
from .metrics.snapshot_difference import SnapshotDifference
from .metrics.stage_age import StageAge
from .metrics.stage_conversion import StageConversion
from .metrics.stock import PointInTime
from .metrics.sum import Sum


def counted_in_words(metric: Metric) -> str:
    """What the n of a metric's readings counts."""
    match metric:
        case Growth(of=part):
            return f"{counted_in_words(part)}; of the two periods the fewer"
        case SalesVelocity(win_rate=part) | RequiredCoverage(win_rate=part):
            return counted_in_words(part)
        case Score(parts=parts):
            return "the smallest of: " + "; ".join(counted_in_words(part.of) for part in parts)
        case CacPayback():
            return "new customers"
        case Retention():
            return f"customers {metric.horizon_months} months earlier"
        case Movements(over=None) | QuickRatio():
            return "movements: a customer who moves in two months counts twice"
        case Movements():
            return "customers at the opening"
        case StageAge() | StageConversion() | Coverage() | SnapshotDifference():
            return _deals(metric)
        case _:
            return _of_table(metric)


def _deals(metric: StageAge | StageConversion | Coverage | SnapshotDifference) -> str:
    match metric:
        case StageConversion():
            return f"deals that came to {metric.from_stage} or beyond"
        case Coverage():
            return "open deals due in that quarter"
        case SnapshotDifference():
            return "deals at the start"
        case StageAge():
            return "open deals"


def _of_table(metric: Count | Sum | Mean | Percentile | PointInTime | Ratio | Duration | CohortConversion) -> str:
    match metric:
        case Ratio():
            below = metric.denominator
            active = isinstance(below, Stock)
            return f"rows of {below.table} active in the period" if active else f"{_rows(below)} (the denominator)"
        case Duration():
            ended = ", ended or not" if metric.unfinished == "age_so_far" else f" and {metric.end} in order"
            return f"rows of {metric.table} by {metric.date} with {metric.start}{ended}"
        case CohortConversion():
            return f"rows of {metric.table} by {metric.entered}"
        case _:
            return _rows(metric.of)


def _rows(of: Measure | Stock) -> str:
    """The rows of a measure or stock; where a column is added up, those that have it."""
    when = f"by {of.date}" if isinstance(of, Measure) else "that stand at the period's end"
    return f"rows of {of.table} {when}" + (f" with {of.sum}" if of.sum else "")
