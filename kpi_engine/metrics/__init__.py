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
from .simple import SimpleMetric

Metric = Annotated[
    SimpleMetric | CacPayback | Growth | QuickRatio | RequiredCoverage | SalesVelocity | Score,
    Field(discriminator="kind"),
]
