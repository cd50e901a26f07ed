"""Every control kind. The union is the registry: schema, validation and behaviour are the same lines."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .approved_formulas import ApprovedFormulas
from .fresh_stage import FreshStage
from .required_fields import RequiredFields
from .stage_matches_history import StageMatchesHistory

RowControl = FreshStage | RequiredFields | StageMatchesHistory
Control = Annotated[ApprovedFormulas | RowControl, Field(discriminator="kind")]
