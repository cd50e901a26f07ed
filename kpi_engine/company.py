"""The company: its name, reporting currency, calendar and stage list (`config/company.yaml`)."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@cache
def _known_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no such time zone: {name}; use a name such as Europe/Berlin or UTC")
    return name


class Company(BaseModel):
    """What the engine must know of the company beside its data.

    `stages` are the open stages in selling order; a deal in `won_stage` has passed all of them, one in
    `lost_stage` none. Weeks, months and quarters follow `time_zone`, `week_start` and
    `fiscal_year_start_month`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    time_zone: Annotated[str, AfterValidator(_known_time_zone)] = "UTC"
    week_start: Weekday = "monday"
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    stages: tuple[str, ...] = ()
    won_stage: str = "Closed Won"
    lost_stage: str = "Closed Lost"
