"""Every metric kind. The union is the registry: schema, validation and behaviour are the same lines."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .composed.cac_payback import CacPayback
from .composed.growth import Growth
from .composed.quick_ratio import QuickRatio
from .composed.required_coverage import RequiredCoverage
from .composed.sales_velocity import SalesVelocity
from .composed.score import Score
from .count import Count
from .coverage import Coverage
from .movements import Movements
from .simple import SimpleMetric
from .stage_age import StageAge
from .stock import PointInTime
from .sum import Sum

Metric = Annotated[
    SimpleMetric | CacPayback | Growth | QuickRatio | RequiredCoverage | SalesVelocity | Score,
    Field(discriminator="kind"),
]


def is_level(metric: Metric) -> bool:
    """Whether the metric stands at a point in time, so that a longer window reads the same."""
    return isinstance(metric, Coverage | PointInTime | StageAge)


def adds_up(metric: Metric) -> bool:
    """Whether a longer window reads more: a count or a sum, not a rate, a level or a typical value."""
    return isinstance(metric, Count | Sum) or (isinstance(metric, Movements) and metric.over is None)
