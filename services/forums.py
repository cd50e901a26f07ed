"""The forums: where decisions are made, how often, by whom, and along which agenda."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kpi_engine.contract import Cadence
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model

from .site import Site

Opens = Literal["actions", "exceptions", "deep_dives", "decide", "confirm", "notes"]
"""What a section of an agenda puts on the screen."""

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
_Text = Annotated[str, Field(min_length=1, max_length=300)]


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(_Spec):
    """A part of an agenda with the minutes planned for it."""

    name: _Text
    minutes: Annotated[int, Field(gt=0, le=240)]
    opens: Opens
    purpose: _Text


class Forum(_Spec):
    """One forum; `audience` are business titles, `dashboards` the ids of what it looks at beside the exceptions.

    From `first_meeting` on it meets at its cadence; its packet goes out `pre_read_days` before, at `pre_read_hour`
    of the company's day, so that owners can propose until then. Without a first meeting nothing goes out by itself.
    """

    id: _Id
    name: _Text
    cadence: Cadence
    purpose: _Text
    audience: Annotated[tuple[_Text, ...], Field(min_length=1)]
    agenda: Annotated[tuple[Section, ...], Field(min_length=1)]
    deep_dives: Annotated[int, Field(ge=0, le=5)] = 3
    dashboards: tuple[_Text, ...] = ()
    first_meeting: date | None = None
    pre_read_days: Annotated[int, Field(ge=0, le=14)] = 1
    pre_read_hour: Annotated[int, Field(ge=0, le=23)] = 0

    @property
    def minutes(self) -> int:
        """How long the agenda takes."""
        return sum(section.minutes for section in self.agenda)

    @model_validator(mode="after")
    def _ends_with_confirm(self) -> Forum:
        if [section.opens for section in self.agenda].count("confirm") != 1 or self.agenda[-1].opens != "confirm":
            raise ValueError("the last section of an agenda, and no other, opens confirm: there the memo is published")
        return self


class _Forums(_Spec):
    """`config/forums.yaml`, whole."""

    forums: tuple[Forum, ...]

    @model_validator(mode="after")
    def _told_apart(self) -> _Forums:
        doubled = [id_ for id_, count in Counter(forum.id for forum in self.forums).items() if count > 1]
        if doubled:
            raise ValueError(f"two forums share the id {doubled[0]!r}")
        return self


def load_forums(site: Site) -> tuple[tuple[Forum, ...], tuple[Problem, ...]]:
    """Every forum in the order of the file, or what to mend in it; without a file there are none."""
    if not site.forums.exists():
        return (), ()
    found, problems = load_model(site.forums, _Forums)
    return () if found is None else found.forums, tuple(problems)
