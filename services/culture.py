"""What a data-aware team does besides deciding: asks, answers, looks back, learns, sets goals, takes turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from statistics import median

from decision_log.culture import (
    AnyCultureEvent,
    Culture,
    GoalSet,
    Learning,
    MetricChosen,
    OwnerRotated,
    QuestionAnswered,
    QuestionAsked,
    Retrospective,
    culture,
)
from decision_log.entry import Addition
from kpi_engine.contract import Contract
from kpi_engine.period import Calendar
from kpi_engine.problem import Problem
from kpi_engine.snapshot_store import current_snapshot

from .configuration import contracts, load_engine
from .directory import load_directory
from .people import Denied, Person, allowed, require
from .publication import published
from .site import Site
from .written import unfit

_FORM = "note"
_QUARTERS = 5


@dataclass(frozen=True, slots=True)
class GoalSuggestion:
    """A goal for the coming quarter, read from the last final ones: where it starts, where it could go, and why."""

    kpi: str
    start: float
    target: float
    because: str


def read_culture(site: Site, person: Person) -> Culture:
    """Everything noted so far."""
    require(person, "view")
    return culture(site.log().stream("culture"))


def choose_metric(
    site: Site, person: Person, week: date, kpi: str, why: str, *, key: str, now: datetime
) -> tuple[Problem, ...]:
    """Choose what the meeting of a week opens with."""
    require(person, "facilitate")
    monday = week - timedelta(days=week.weekday())
    return _note(site, person, f"culture/week/{monday}", MetricChosen(week=monday, kpi=kpi, why=why.strip()), key, now)


def look_back(site: Site, person: Person, note: Retrospective, *, key: str, now: datetime) -> tuple[Problem, ...]:
    """Add a retrospective on a KPI."""
    require(person, "comment")
    if note.last < note.first:
        return (Problem(_FORM, "ends before it begins", "Choose a later last day.", column="last"),)
    return _note(site, person, f"culture/kpi/{note.kpi}", note, key, now)


def ask(site: Site, person: Person, question: QuestionAsked, *, key: str, now: datetime) -> tuple[Problem, ...]:
    """Ask about a KPI, or challenge its number. Whoever may comment may ask."""
    require(person, "comment")
    return _note(site, person, f"culture/question/{sha256(key.encode()).hexdigest()[:16]}", question, key, now)


def has_turn(site: Site, person: Person, kpi: str, day: date) -> bool:
    """Whether the KPI is the person's by rotation on a day."""
    turn = culture(site.log().stream("culture")).owner_of(kpi, day)
    return turn is not None and turn.owner == person.id


def may_answer(site: Site, person: Person, contract: Contract, today: date) -> bool:
    """Whether the person answers for the KPI: by title, as its steward, or by rotation."""
    directory, _ = load_directory(site)
    titled = any(directory.stands_for(person, title) for title in (*contract.owners, contract.steward))
    return allowed(person, "answer", own=titled or has_turn(site, person, contract.id, today))


def answer(
    site: Site, person: Person, subject: str, answered: QuestionAnswered, *, key: str, now: datetime
) -> tuple[Problem, ...]:
    """Answer a question as the KPI's owner.

    Raises:
        Denied: the KPI is not the person's to answer for.
    """
    require(person, "answer")
    question = next((one for one in read_culture(site, person).questions if one.subject == subject), None)
    if question is None:
        return (Problem(_FORM, "there is no such question", "Open the page again."),)
    contract = contracts(site, person)[0].get(question.asked.kpi)
    if contract is None or not may_answer(site, person, contract, now.date()):
        raise Denied(f"{person.name} does not answer for {question.asked.kpi}")
    return _note(site, person, subject, answered, key, now)


def note_learning(site: Site, person: Person, learning: Learning, *, key: str, now: datetime) -> tuple[Problem, ...]:
    """Share a learning or a win."""
    require(person, "comment")
    return _note(site, person, "culture/learnings", learning, key, now)


def set_goal(site: Site, person: Person, goal: GoalSet, *, key: str, now: datetime) -> tuple[Problem, ...]:
    """Set a KPI's goal for a quarter. It is the owner's to set, or of those above.

    Raises:
        Denied: the KPI is not the person's.
    """
    directory, _ = load_directory(site)
    contract = contracts(site, person)[0].get(goal.kpi)
    titles = () if contract is None else contract.owners  # a KPI that is not there is refused below
    require(person, "narrate", own=not titles or any(directory.stands_for(person, title) for title in titles))
    return _note(site, person, f"culture/goal/{goal.kpi}/{goal.quarter}", goal, key, now)


def rotate_owner(site: Site, person: Person, turn: OwnerRotated, *, key: str, now: datetime) -> tuple[Problem, ...]:
    """Hand a KPI to somebody for a span of days."""
    require(person, "govern")
    directory, _ = load_directory(site)
    if directory.person(turn.owner) is None:
        return (Problem(_FORM, "nobody has this id", "Choose somebody of the directory.", column="owner"),)
    if turn.until is not None and turn.until <= turn.since:
        return (Problem(_FORM, "ends before it begins", "Choose a later day.", column="until"),)
    return _note(site, person, f"culture/owner/{turn.kpi}", turn, key, now)


def next_quarter(site: Site, today: date) -> date:
    """First day of the company's fiscal quarter after the one that holds the data date (without data: today)."""
    engine, _ = load_engine(site)
    snapshot = current_snapshot(site.workspace)
    day = today if snapshot is None else snapshot.data_on
    if engine is None:
        return day
    calendar = Calendar.of(engine.company)
    return calendar.quarter_span(calendar.quarter(day) + 1)[0]


def suggested_goals(site: Site, person: Person) -> tuple[GoalSuggestion, ...]:
    """Goals for the coming quarter, of the operating KPIs with at least three final quarters."""
    require(person, "view")
    publication, _ = published(site)
    if publication is None:
        return ()
    found = []
    for contract in contracts(site, person)[0].values():
        if contract.role != "operating" or "quarter" not in contract.windows:
            continue
        readings = publication.readings_of(contract.id, "quarter")
        total = readings[(readings["dimension"] == "total") & (readings["state"] != "not_evaluable")]
        values = [float(value) for value in total.sort_values("period_end")["value"].tail(_QUARTERS)]
        suggestion = suggest(contract, values)
        if suggestion is not None:
            found.append(suggestion)
    return tuple(found)


def suggest(contract: Contract, quarters: list[float]) -> GoalSuggestion | None:
    """A goal from the last final quarters, oldest first: regain what was lost, else go on as before.

    Below the best of them, the best is the goal. At the best, the median step from quarter to quarter is
    added once more, if it is an improvement; else the level is to be held.
    """
    if len(quarters) < 3:
        return None
    better = max if contract.direction == "higher_is_better" else min
    latest, best = quarters[-1], better(quarters)
    if best != latest:
        return GoalSuggestion(contract.id, latest, best, f"regain the best of the last {len(quarters)} quarters")
    step = median(after - before for before, after in pairwise(quarters))
    if better(step, 0.0) == step and step != 0:
        return GoalSuggestion(contract.id, latest, latest + step, "go on by the usual step of a quarter")
    return GoalSuggestion(contract.id, latest, latest, f"hold the best of the last {len(quarters)} quarters")


def owners_now(culture_: Culture, catalogue: Mapping[str, Contract], day: date) -> dict[str, OwnerRotated]:
    """KPIs that somebody owns by rotation today."""
    found = {kpi: culture_.owner_of(kpi, day) for kpi in catalogue}
    return {kpi: turn for kpi, turn in found.items() if turn is not None}


def _note(
    site: Site, person: Person, subject: str, event: AnyCultureEvent, key: str, now: datetime
) -> tuple[Problem, ...]:
    problems = _problems(site, person, event)
    if not problems:
        site.log().add([Addition(subject, event, key)], person.id, now)
    return problems


def _problems(site: Site, person: Person, event: AnyCultureEvent) -> tuple[Problem, ...]:
    """A KPI that is there, texts that say something and are not endless."""
    found = []
    kpi = getattr(event, "kpi", None)
    catalogue, problems = contracts(site, person)
    if problems:
        return problems
    if kpi and kpi not in catalogue:
        found.append(Problem(_FORM, "is no KPI of the contracts", "Choose one of the list.", column="kpi", value=kpi))
    for name, value in event.model_dump().items():
        if name in ("kind", "kpi", "sort", "because", "owner") or not isinstance(value, str):
            continue
        found += unfit(_FORM, name, value, "Say it in a sentence.")
    return tuple(found)
