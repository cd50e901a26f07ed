"""What the people of the sample company did about its breaches, so that its clocks were not all missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from decision_log.episode import Episode
from decision_log.episode_events import ClockName, Opinion
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model

from .directory import load_directory
from .episodes import all_episodes
from .people import Person
from .site import Site
from .work_on_episode import give_feedback, meet_clock, tick_step

FILE = Path(__file__).parents[1] / "data" / "sample" / "deeds.yaml"


class Deed(BaseModel):
    """One thing done, `hours` after an episode's first red: a clock met, a step ticked off, or feedback."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kpi: str
    slice: str
    hours: Annotated[int, Field(ge=0)]
    by: str
    clock: ClockName | None = None
    step: int | None = None
    opinion: Opinion | None = None
    text: str = ""


class Deeds(BaseModel):
    """The file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deeds: tuple[Deed, ...]


def do_deeds(site: Site, since: datetime, until: datetime, file: Path = FILE) -> tuple[Problem, ...]:
    """Do what falls into the time, in its order; people whom the directory does not list do nothing."""
    told, problems = load_model(file, Deeds)
    if told is None:
        return tuple(problems)
    directory, _ = load_directory(site)
    due = []
    for deed in told.deeds:
        person, episode = directory.person(deed.by), _latest(site, deed)
        if person is not None and episode is not None and episode.clocks:
            # The first clock tells when the first red was recorded.
            at = episode.clocks[0].due_at + timedelta(hours=deed.hours - 24)
            if since <= at < until:
                due.append((at, deed, person, episode))
    for at, deed, person, episode in sorted(due, key=lambda one: one[0]):
        problems += _do(site, deed, person, episode, at)
    return tuple(problems)


def _latest(site: Site, deed: Deed) -> Episode | None:
    known = reversed(tuple(all_episodes(site).values()))
    return next((one for one in known if (one.opened.kpi, one.opened.slice) == (deed.kpi, deed.slice)), None)


def _do(site: Site, deed: Deed, person: Person, episode: Episode, at: datetime) -> tuple[Problem, ...]:
    if deed.step is not None:
        tick_step(site, person, episode.id, deed.step, True, at)
        return ()
    if deed.opinion is not None:
        key = f"sample/{episode.id}/{deed.by}/{deed.hours}"
        return give_feedback(site, person, episode.id, deed.opinion, deed.text, idempotency_key=key, now=at)
    assert deed.clock is not None, "a deed is a clock, a step or feedback"
    return meet_clock(site, person, episode.id, deed.clock, deed.text, at)
