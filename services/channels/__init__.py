"""The channels of the outbox, one module for each kind; `config/outbox.yaml` says which there are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .csv_file import CsvFile
from .smtp import Smtp
from .webhook import Slack, Webhook

AnyChannel = Annotated[Smtp | Webhook | Slack | CsvFile, Field(discriminator="kind")]


class OutboxSettings(BaseModel):
    """`config/outbox.yaml`, whole. A message is tried `max_attempts` times, and not at all once it is too old."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_attempts: Annotated[int, Field(ge=1, le=20)] = 6
    max_age_days: Annotated[int, Field(ge=1, le=365)] = 14
    channels: tuple[AnyChannel, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [channel.name for channel in self.channels]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two channels share the name {name!r}")
        return self

    def within(self, workspace: Path) -> Self:
        """The settings with the places of CSV files counted from the workspace."""
        channels = tuple(
            one.model_copy(update={"path": workspace / one.path}) if isinstance(one, CsvFile) else one
            for one in self.channels
        )
        return self.model_copy(update={"channels": channels})
