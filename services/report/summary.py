"""The executive summary: key wins, risks, and what was decided since the report before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from decision_log.closeout import DecisionClosed, closeout_of
from decision_log.culture import Learning
from decision_log.decision import decisions
from decision_log.entry import Entry
from decision_log.log import DecisionLog
from rendering.units import card_quantity, day, in_short, quantity, where

from ..brief import Item
from ..directory import Directory
from .content import Objective, Risk, Step, Win

_LINE, _TEXT = 160, 500
_MOST = 12
Subjects = Mapping[str, tuple[Entry, ...]]


def wins(
    log: DecisionLog, since: int, up_to: int, directory: Directory, objectives: Sequence[Objective]
) -> tuple[Win, ...]:
    """Wins noted and decisions whose metric was met after entry `since`, then key results that are reached."""
    noted = [*_noted(log.stream("culture", up_to), since, directory)]
    met = [*_met(log.stream("decision", up_to), since, directory)]
    reached = [
        Win("Key result reached", f"{result.name}: {result.shown}", f"{one.objective}: {result.target}", one.owner)
        for one in objectives
        for result in one.results
        if result.state == "reached"
    ]
    return tuple([*noted, *met, *reached][:_MOST])


def _noted(stream: Subjects, since: int, directory: Directory) -> Iterator[Win]:
    entries = sorted((one for lines in stream.values() for one in lines if one.seq > since), key=lambda one: -one.seq)
    for entry in entries:
        said = entry.event
        if isinstance(said, Learning) and said.sort == "win":
            yield Win("Win", in_short(said.title, _LINE), in_short(said.text, _TEXT), directory.name_of(entry.by))


def _met(stream: Subjects, since: int, directory: Directory) -> Iterator[Win]:
    for decision in decisions(dict(stream)):
        verdicts = (one for one in stream[decision.subject] if isinstance(one.event, DecisionClosed))
        latest = next((one for one in reversed(tuple(verdicts)) if one.seq > since), None)
        if latest is None or not isinstance(latest.event, DecisionClosed) or latest.event.outcome != "met":
            continue
        taken = decision.taken
        name = taken.facts.get("name", taken.kpi)
        text = f"Decision #{decision.number} on {name}, {where(taken.dimension, taken.slice)}: met by the data"
        yield Win(
            "Decision that worked", in_short(taken.action_text, _LINE), text, directory.name_of(decision.decided_by)
        )


def risks(red: Sequence[Item], directory: Directory) -> tuple[Risk, ...]:
    """Every red that no known issue explains, in the order of the cards."""
    return tuple(_risk(item, directory) for item in red)


def _risk(item: Item, directory: Directory) -> Risk:
    card = item.card
    cost = card.money_at_risk
    return Risk(
        name=card.name,
        where=where(card.dimension, card.slice),
        shown=card_quantity(card.value, card),
        n=card.n,
        limit_text=card.limit_text,
        age="new this period" if card.age_periods <= 1 else f"{card.age_periods} periods, since {day(card.since)}",
        at_risk="" if cost is None else f"{quantity(cost, 'money', card.currency)} at risk",
        owners=" + ".join(card.owners),
        standing=_standing(item, directory),
    )


def _standing(item: Item, directory: Directory) -> str:
    if item.decision is not None:
        who = directory.name_of(item.decision.decided_by)
        return f"Decided by {who}: {in_short(item.decision.taken.action_text, _LINE)}"
    return "Proposed, to be decided" if item.proposal is not None else "Open, no proposal"


def steps(stream: Subjects, since: int, directory: Directory) -> tuple[Step, ...]:
    """The decisions taken after entry `since`, newest first, with what their data said so far."""
    found = []
    for decision in decisions(dict(stream)):
        lines = stream[decision.subject]
        closeout = closeout_of(lines)
        if lines[0].seq <= since or closeout is None:
            continue
        taken = decision.taken
        name = taken.facts.get("name", taken.kpi)
        found.append(
            Step(
                in_short(taken.action_text, _LINE),
                f"#{decision.number} · {name} · {where(taken.dimension, taken.slice)}",
                directory.name_of(decision.decided_by),
                closeout.check_on,
                "to be checked" if closeout.verdict is None else closeout.verdict.outcome,
            )
        )
    return tuple(found)
