"""Indicators entered by hand: the moat scorecard, trust. Without a current entry they are not evaluable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from decision_log.entry import Addition
from decision_log.indicator import IndicatorEntered, Judgement, judgements, subject_of
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model

from .directory import load_directory
from .people import Person, allowed, require
from .site import Site
from .written import problems_of_text

_FORM = "indicator form"
_Text = Annotated[str, Field(min_length=1, max_length=300)]
_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Indicator(BaseModel):
    """What is judged, by whom (a title), on which scale, and for how many days an entry counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: _Id
    group: _Id
    name: _Text
    owner: _Text
    question: _Text
    lowest: float
    highest: float
    valid_days: Annotated[int, Field(ge=1, le=400)]

    @model_validator(mode="after")
    def _scale(self) -> Indicator:
        if self.lowest >= self.highest:
            raise ValueError("the scale needs lowest below highest")
        return self


class _Indicators(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    indicators: tuple[Indicator, ...]

    @model_validator(mode="after")
    def _told_apart(self) -> _Indicators:
        doubled = [id_ for id_, count in Counter(one.id for one in self.indicators).items() if count > 1]
        if doubled:
            raise ValueError(f"two indicators share the id {doubled[0]!r}")
        return self


@dataclass(frozen=True, slots=True)
class Standing:
    """An indicator on a day: its current entry, the one before, or why it is not evaluable."""

    indicator: Indicator
    current: Judgement | None
    before: Judgement | None
    reason: str
    entered_by: str
    may_enter: bool


def load_indicators(site: Site) -> tuple[tuple[Indicator, ...], tuple[Problem, ...]]:
    """The indicators of `config/indicators.yaml`, or what is to mend in it; none without the file."""
    file = site.config / "indicators.yaml"
    if not file.exists():
        return (), ()
    found, problems = load_model(file, _Indicators)
    return () if found is None else found.indicators, tuple(problems)


def scorecard(site: Site, person: Person, group: str, as_of: date) -> tuple[tuple[Standing, ...], tuple[Problem, ...]]:
    """The indicators of a group as they stand on a day; entries of later days are not looked at."""
    require(person, "view")
    found, problems = load_indicators(site)
    return tuple(_standing(site, person, one, as_of) for one in found if one.group == group), problems


def enter(
    site: Site, person: Person, indicator: Indicator, value: float, why: str, on: date, *, key: str, now: datetime
) -> tuple[Problem, ...]:
    """Put the owner's judgement on record."""
    require(person, "narrate", own=_owns(site, person, indicator))
    problems = [*problems_of_text(_FORM, {"why": why}, {"why": "Say what you judge it by."})]
    if not indicator.lowest <= value <= indicator.highest:
        scale = f"Choose {indicator.lowest:g} to {indicator.highest:g}."
        problems.append(Problem(_FORM, "is off the scale", scale, column="value", value=f"{value:g}"))
    if on > now.date():
        problems.append(Problem(_FORM, "lies in the future", "Choose a day up to today.", column="on"))
    if not problems:
        event = IndicatorEntered(value=value, why=why.strip(), on=on)
        site.log().add([Addition(subject_of(indicator.id), event, key)], person.id, now)
    return tuple(problems)


def _standing(site: Site, person: Person, indicator: Indicator, as_of: date) -> Standing:
    known = [one for one in judgements(site.log().of(subject_of(indicator.id))) if one.on <= as_of]
    latest, before = (known[-1] if known else None), (known[-2] if len(known) > 1 else None)
    reason = "no entry"
    if latest is not None:
        age = (as_of - latest.on).days
        reason = f"the entry is {age} days old" if age > indicator.valid_days else ""
    by = "" if latest is None else load_directory(site)[0].name_of(latest.by)
    may = allowed(person, "narrate", own=_owns(site, person, indicator))
    return Standing(indicator, None if reason else latest, before, reason, by, may)


def _owns(site: Site, person: Person, indicator: Indicator) -> bool:
    return load_directory(site)[0].stands_for(person, indicator.owner)
