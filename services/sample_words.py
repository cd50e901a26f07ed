"""What the people of the sample company say: assumptions they write down, narratives and wins; published as theirs."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from decision_log.assumption import AssumptionNoted
from decision_log.culture import Learning
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model

from .assume import Step, note_assumption
from .culture import note_learning
from .directory import load_directory
from .publish_report import publish_report
from .review_forum import narrate, publish_review, view
from .site import Site

FILE = Path(__file__).parents[1] / "data" / "sample" / "said.yaml"


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Assumed(_Spec):
    """An assumption of the quarterly plan."""

    text: str
    step: Step
    kpi: str
    dimension: str
    slice: str
    window: str
    expected: float
    by: date
    owner: str
    noted_by: str


class Won(_Spec):
    """A win."""

    by: str
    kpi: str
    title: str
    text: str


class Said(_Spec):
    """A narrative of a dashboard."""

    dashboard: str
    by: str
    text: str


class Words(_Spec):
    """The file."""

    assumptions: tuple[Assumed, ...]
    wins: tuple[Won, ...]
    narratives: tuple[Said, ...]


def assume_sample(site: Site, now: datetime, file: Path = FILE) -> tuple[Problem, ...]:
    """Write the assumptions down; people whom the directory does not list write none."""
    words, problems = load_model(file, Words)
    directory, _ = load_directory(site)
    for number, one in enumerate(words.assumptions if words else ()):
        person = directory.person(one.noted_by)
        if person is not None:
            told = one.model_dump(exclude={"noted_by"})
            noted = AssumptionNoted(forum="quarterly_strategy", start=None, noted_on=now.date(), **told)
            problems = [*problems, *note_assumption(site, person, noted, idempotency_key=f"sample/{number}", now=now)]
    return tuple(problems)


def speak_for_sample(site: Site, now: datetime, file: Path = FILE) -> tuple[Problem, ...]:
    """Share the wins, say the narratives for the day of the data, publish those reviews and the monthly report."""
    words, told = load_model(file, Words)
    problems = list(told)
    directory, _ = load_directory(site)
    for number, win in enumerate(words.wins if words else ()):
        person = directory.person(win.by)
        if person is not None:
            learning = Learning(sort="win", title=win.title, text=win.text, kpi=win.kpi)
            problems += note_learning(site, person, learning, key=f"sample/win/{number}", now=now)
    for said in words.narratives if words else ():
        person = directory.person(said.by)
        if person is None:
            continue
        for publish in (False, True):
            shown, found = view(site, person, said.dashboard)
            problems += found
            key = f"sample/{said.dashboard}/{'published' if publish else 'said'}"
            if shown is not None and publish:
                problems += publish_review(site, person, shown, idempotency_key=key, now=now)
            elif shown is not None:
                problems += narrate(site, person, shown, said.text, idempotency_key=key, now=now)
    facilitator = next((one.person for one in directory.people if "facilitator" in one.roles), None)
    if facilitator is not None:
        _, found = publish_report(
            site, facilitator, "monthly_review", as_of=None, idempotency_key="sample/report", now=now
        )
        problems += found
    return tuple(problems)
