"""The metric kinds that stand on rows of a table. A new kind is one module and its line here."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .cohort_conversion import CohortConversion
from .count import Count
from .coverage import Coverage
from .duration import Duration
from .mean import Mean
from .movements import Movements
from .percentile import Percentile
from .ratio import Ratio
from .retention import Retention
from .snapshot_difference import SnapshotDifference
from .stage_age import StageAge
from .stage_conversion import StageConversion
from .stock import PointInTime
from .sum import Sum

SimpleMetric = Annotated[
    CohortConversion
    | Count
    | Coverage
    | Duration
    | Mean
    | Movements
    | Percentile
    | PointInTime
    | Ratio
    | Retention
    | SnapshotDifference
    | StageAge
    | StageConversion
    | Sum,
    Field(discriminator="kind"),
]
