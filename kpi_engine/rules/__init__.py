"""Every rule kind. The union is the registry: schema, validation and behaviour are the same lines."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .amount import Amount
from .bands import Bands
from .change import Change
from .control_limits import ControlLimits
from .run import Run
from .stale_source import StaleSource

Rule = Annotated[Amount | Bands | Change | ControlLimits | Run | StaleSource, Field(discriminator="kind")]
