"""The decision inventory: which recurring decisions there are, what each is worth, and which KPIs serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from kpi_engine.contract import Contract
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model

from .brief import brief
from .configuration import contracts
from .people import Person, require
from .site import Site

_Text = Annotated[str, Field(min_length=1, max_length=500)]
Standing = Literal["red", "yellow", "not_evaluable", "green"]
_WORST_FIRST: tuple[Standing, ...] = get_args(Standing)
_TIMES_A_YEAR = {"weekly": 52, "monthly": 12, "quarterly": 4}


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Impact(_Spec):
    """What taking the decision well is worth each time, in the reporting currency, and how one knows."""

    dollars: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    basis: _Text


class Input(_Spec):
    """Something the decision needs to know; without KPIs nobody measures it yet."""

    name: _Text
    kpis: tuple[str, ...] = ()


class RecurringDecision(_Spec):
    """One recurring decision: who takes it, how often, on what."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: _Text
    aliases: tuple[_Text, ...] = ()
    question: _Text
    cadence: Literal["weekly", "monthly", "quarterly"]
    owner: _Text
    with_: Annotated[tuple[_Text, ...], Field(alias="with")] = ()
    impact: Impact
    inputs: Annotated[tuple[Input, ...], Field(min_length=1)]

    @property
    def dollars_a_year(self) -> float:
        """Dollar impact × how often it is taken: what the rank is by."""
        return self.impact.dollars * _TIMES_A_YEAR[self.cadence]

    @property
    def kpis(self) -> tuple[str, ...]:
        """Every KPI among its inputs, each once."""
        return tuple(dict.fromkeys(kpi for one in self.inputs for kpi in one.kpis))

    def is_named(self, name: str) -> bool:
        """Whether a contract means this decision, whatever case it writes."""
        return name.casefold() in {self.name.casefold(), *(alias.casefold() for alias in self.aliases)}


class Inventory(_Spec):
    """`config/decision_inventory.yaml`, whole; the first `scope` by rank are the operating system's scope."""

    scope: Annotated[int, Field(ge=1)] = 5
    decisions: Annotated[tuple[RecurringDecision, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Ranked:
    """The inventory by dollar impact a year, with what does not fit together yet.

    `served` names the decisions of each KPI; `serving_none` are the KPIs without any; `unmeasured` the
    inputs of each decision that no KPI gives. `names` are the KPIs' names by id.
    """

    decisions: tuple[RecurringDecision, ...]
    scope: int
    names: Mapping[str, str]
    served: Mapping[str, tuple[RecurringDecision, ...]]
    serving_none: tuple[Contract, ...]
    unmeasured: Mapping[str, tuple[str, ...]]


def decision_inventory(site: Site, person: Person) -> tuple[Ranked | None, tuple[Problem, ...]]:
    """The ranked inventory, or what to mend in its file; neither where the company has none yet."""
    require(person, "view")
    if not site.decision_inventory.exists():
        return None, ()
    found, problems = load_model(site.decision_inventory, Inventory)
    known, more = contracts(site, person)
    problems = [*problems, *more]
    if found is None or problems:
        return None, tuple(problems)
    misfits = _misfits(found, known, site.decision_inventory)
    return (None, misfits) if misfits else (_ranked(found, known), ())


def standing(site: Site, person: Person) -> dict[str, Standing]:
    """The colour of each operating KPI on the data date: the worst of its slices."""
    found, _ = brief(site, person)
    worst: dict[str, Standing] = {}
    for check in found.assessment.checks if found else ():
        if check.kpi not in worst or _WORST_FIRST.index(check.status) < _WORST_FIRST.index(worst[check.kpi]):
            worst[check.kpi] = check.status
    return worst


def _ranked(inventory: Inventory, known: Mapping[str, Contract]) -> Ranked:
    served = {id_: _served(inventory, contract) for id_, contract in known.items()}
    return Ranked(
        tuple(sorted(inventory.decisions, key=lambda one: (-one.dollars_a_year, one.name))),
        inventory.scope,
        {id_: contract.name for id_, contract in known.items()},
        served,
        tuple(contract for id_, contract in known.items() if not served[id_]),
        {one.id: tuple(each.name for each in one.inputs if not each.kpis) for one in inventory.decisions},
    )


def _served(inventory: Inventory, contract: Contract) -> tuple[RecurringDecision, ...]:
    """The decisions that use the KPI: as an input, or because the contract says so."""
    said = (*contract.decisions_served, *contract.downstream_decisions)
    return tuple(
        one for one in inventory.decisions if contract.id in one.kpis or any(one.is_named(name) for name in said)
    )


def _misfits(inventory: Inventory, known: Mapping[str, Contract], file: Path) -> tuple[Problem, ...]:
    """Inputs that no contract has, decisions named by contracts that are not listed, ids used twice."""
    found = [
        Problem(str(file), f"{one.id}: there is no KPI {kpi!r}", "Name a contract of config/contracts.", column="kpis")
        for one in inventory.decisions
        for kpi in one.kpis
        if kpi not in known
    ]
    ids = [one.id for one in inventory.decisions]
    found += [
        Problem(str(file), f"two decisions share the id {id_!r}", "Give each its own.", column="id", value=id_)
        for at, id_ in enumerate(ids)
        if id_ in ids[:at]
    ]
    found += [
        Problem(
            str(file),
            f"{contract.id} serves {name!r}, which is not listed",
            "Add the decision here, or mend the contract.",
            column="name",
        )
        for contract in known.values()
        for name in (*contract.decisions_served, *contract.downstream_decisions)
        if not any(one.is_named(name) for one in inventory.decisions)
    ]
    return tuple(found)
