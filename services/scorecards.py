"""Scorecards: for each executive their KPIs, objectives, open decisions, actions, and how decisions turned out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kpi_engine.contract import Contract
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model

from .act import Item, actions
from .close_out import Record, closeout_record
from .configuration import contracts
from .decision_inventory import Standing, standing
from .directory import Directory, load_directory
from .people import Person, require
from .publication import published
from .review_decisions import Entry, decisions
from .review_forum import ReadingsOf
from .site import Site

_Text = Annotated[str, Field(min_length=1, max_length=300)]
State = Literal["reached", "not yet", "missed", "not evaluable"]


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KeyResult(_Spec):
    """A KPI, of the whole company or of one slice, and the value it is to reach by a day."""

    kpi: _Text
    dimension: _Text = "total"
    slice: _Text = "(all)"
    target: Annotated[float, Field(allow_inf_nan=False)]
    by: date


class Objective(_Spec):
    """What a title wants to reach, and how one will know."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    objective: _Text
    owner: _Text
    key_results: Annotated[tuple[KeyResult, ...], Field(min_length=1)]


class _Okrs(_Spec):
    """`config/okrs.yaml`, whole."""

    objectives: tuple[Objective, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A key result on the data date: the latest final reading, and whether it is there yet."""

    result: KeyResult
    contract: Contract
    value: float | None
    n: int
    state: State


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What is one person's. `owned` are the operating KPIs with their colour (None: not checked today)."""

    person: Person
    owned: tuple[tuple[Contract, Standing | None], ...]
    decided: tuple[Contract, ...]
    objectives: tuple[tuple[Objective, tuple[Progress, ...]], ...]
    open_decisions: tuple[Entry, ...]
    actions: tuple[Item, ...]
    records: tuple[Record, ...]


def scorecards(site: Site, person: Person, today: date) -> tuple[tuple[Scorecard, ...], tuple[Problem, ...]]:
    """One for everybody whose title owns or decides something, in the directory's order; or what to mend."""
    require(person, "view")
    catalogue, problems = contracts(site, person)
    directory, more = load_directory(site)
    objectives, others = load_objectives(site, catalogue)
    if problems or more or others:
        return (), (*problems, *more, *others)
    operating = [contract for contract in catalogue.values() if contract.role == "operating"]
    colours = standing(site, person)
    publication, _ = published(site)
    readings_of = None if publication is None else publication.readings_of
    reached = {one.id: tuple(progress(each, catalogue, readings_of, today) for each in one.key_results)
               for one in objectives}  # fmt: skip
    waiting = [entry for entry in decisions(site, person, today) if entry.is_open]
    asked = [item for item in actions(site, person, today) if item.action.state in ("open", "done")]
    records = closeout_record(site, person)
    found = []
    for member in directory.people:
        holder = member.person
        owned = tuple((one, colours.get(one.id)) for one in operating if _holds(directory, holder, *one.owners))
        card = Scorecard(
            holder,
            owned,
            tuple(one for one in operating if _holds(directory, holder, one.decision_owner)),
            tuple((one, reached[one.id]) for one in objectives if _holds(directory, holder, one.owner)),
            tuple(e for e in waiting if _holds(directory, holder, e.decision.taken.decision_owner)),
            tuple(item for item in asked if item.action.created.assignee == holder.id),
            tuple(record for record in records if _holds(directory, holder, record.owner)),
        )
        if owned or card.decided or card.objectives:
            found.append(card)
    return tuple(found), ()


def _holds(directory: Directory, person: Person, *titles: str) -> bool:
    """Whether a title resolves to the person: as its holder, or as the nearest one above where nobody holds it."""
    return any(person.id == holder.id for holder in directory.holders(titles))


def load_objectives(site: Site, catalogue: Mapping[str, Contract]) -> tuple[tuple[Objective, ...], tuple[Problem, ...]]:
    """The objectives of `config/okrs.yaml`, or what is to mend in it; none without the file."""
    if not site.okrs.exists():
        return (), ()
    found, problems = load_model(site.okrs, _Okrs)
    if found is None:
        return (), tuple(problems)
    unknown = tuple(
        Problem(str(site.okrs), f"{one.id}: there is no KPI {each.kpi!r}", "Name a contract.", column="kpi")
        for one in found.objectives
        for each in one.key_results
        if each.kpi not in catalogue
    )
    return (() if unknown else found.objectives), unknown


def progress(
    result: KeyResult, catalogue: Mapping[str, Contract], readings_of: ReadingsOf | None, today: date
) -> Progress:
    """The latest final reading, in the window in which the KPI is judged, against the key result."""
    contract = catalogue[result.kpi]
    value, n = (None, 0) if readings_of is None else _latest(readings_of, contract, result)
    if value is None:
        return Progress(result, contract, None, n, "not evaluable")
    there = value >= result.target if contract.direction == "higher_is_better" else value <= result.target
    state: State = "reached" if there else "missed" if today > result.by else "not yet"
    return Progress(result, contract, value, n, state)


def _latest(readings_of: ReadingsOf, contract: Contract, result: KeyResult) -> tuple[float | None, int]:
    """The latest period that is not open. One without an answer is that answer, never the one before it."""
    readings = readings_of(contract.id, contract.judged_window)
    mine = readings[(readings["dimension"] == result.dimension) & (readings["slice"] == result.slice)]
    final = mine[mine["reason"] != "period still open"].sort_values("period_end").tail(1)
    if final.empty:
        return None, 0
    row = final.iloc[0]
    return (None if row["state"] == "not_evaluable" else float(row["value"])), int(row["n"])
