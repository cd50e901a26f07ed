"""Every hygiene rule kind. The union is the registry: schema, validation and behaviour are the same lines."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .amount_note import AmountNote
from .commit_ready import CommitReady
from .loss_reason import LossReason
from .opened_ahead import OpenedAhead
from .renewal_exists import RenewalExists
from .stage_checklist import StageChecklist

AnyHygieneRule = AmountNote | CommitReady | LossReason | OpenedAhead | RenewalExists | StageChecklist
HygieneRule = Annotated[AnyHygieneRule, Field(discriminator="kind")]
