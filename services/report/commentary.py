"""Drill-downs with what their owners say: the forum's dashboards, and comments on single KPIs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from decision_log.culture import Retrospective
from decision_log.episode import Episode
from decision_log.log import DecisionLog
from decision_log.review import review_of, subject_of
from kpi_engine.contract import Contract
from kpi_engine.engine import Engine
from rendering.reasons import value_or_reason
from rendering.units import WINDOWS, change, contract_quantity, day, in_short, where

from ..brief import Item
from ..dashboards import load_dashboards
from ..directory import Directory
from ..forums import Forum
from ..review_forum import Drawn, Line, ReadingsOf, draw
from ..site import Site
from .content import Chapter, Comment, DrillDown, Figure

_TEXT = 900
_MOST_FIGURES = 8
_CLOCKS = {"root_cause": "Root cause", "corrective_plan": "Corrective plan", "intervention": "Intervention"}


def chapters(
    site: Site, engine: Engine, readings_of: ReadingsOf, forum: Forum, as_of: date, directory: Directory, up_to: int
) -> tuple[Chapter, ...]:
    """The forum's dashboards in its order, with the narratives that were in force at that size of the log."""
    found, _ = load_dashboards(site, engine.contracts)
    stream = site.log().stream("review", up_to)
    told = []
    for name in forum.dashboards:
        said = review_of(stream.get(subject_of(name, as_of), ())).narrative
        panels = (draw(readings_of, engine, panel) for panel in found[name].panels)
        told.append(
            Chapter(
                found[name].title,
                "" if said is None else said.text,
                "" if said is None else directory.name_of(said.by),
                None if said is None else said.at.date(),
                tuple(_drill_down(one, engine.company.currency) for one in panels),
            )
        )
    return tuple(told)


def _drill_down(drawn: Drawn, currency: str) -> DrillDown:
    known = [line for line in drawn.lines if line.period_end is not None]
    ends = [line.period_end for line in known if line.period_end]
    by = f" by {drawn.panel.by.replace('_', ' ')}" if drawn.panel.by else ""
    until = f" to {day(max(ends))}" if ends else ""
    several = len(drawn.panel.kpis) > 1 and bool(drawn.panel.by)
    figures = (_figure(line, currency, several) for line in known[:_MOST_FIGURES])
    what = (
        f"{', '.join(dict.fromkeys(line.contract.name for line in known))}{by} · {WINDOWS[drawn.panel.window]}{until}"
    )
    return DrillDown(drawn.panel.title, what, tuple(figures), max(0, len(known) - _MOST_FIGURES), drawn.panel.note)


def _figure(line: Line, currency: str, several: bool) -> Figure:
    moved = None if line.value is None or not line.before else (line.value - line.before) / abs(line.before)
    return Figure(
        f"{line.contract.name} · {line.name}" if several else line.name,
        value_or_reason(line.value, line.reason, line.contract, currency),
        contract_quantity(line.before, line.contract, currency),
        change(moved).lstrip("▲▼→\u00a0"),
        line.n,
    )


def comments(
    log: DecisionLog,
    items: Sequence[Item],
    since: int,
    up_to: int,
    directory: Directory,
    contracts: Mapping[str, Contract],
) -> tuple[Comment, ...]:
    """What owners wrote on the breaches that stand, then the retrospectives after entry `since`."""
    on_breaches = [comment for item in items for comment in _on_breach(item, directory)]
    entries = (entry for lines in log.stream("culture", up_to).values() for entry in lines if entry.seq > since)
    back = (
        Comment(
            contracts[said.kpi].name if said.kpi in contracts else said.kpi,
            f"{day(said.first)} to {day(said.last)}",
            "Looking back",
            in_short(f"{said.what_happened} {said.what_we_learned}", _TEXT),
            directory.name_of(entry.by),
        )
        for entry in sorted(entries, key=lambda entry: -entry.seq)
        if isinstance(said := entry.event, Retrospective)
    )
    return (*on_breaches, *back)


def _on_breach(item: Item, directory: Directory) -> Iterator[Comment]:
    name, place = item.card.name, where(item.card.dimension, item.card.slice)
    if item.proposal is not None:
        current = item.proposal.current
        yield Comment(
            name, place, "What happened", in_short(current.filed.narrative, _TEXT), directory.name_of(current.by)
        )
    if item.life is not None:
        yield from _on_clocks(item.life, name, place, directory)


def _on_clocks(episode: Episode, name: str, place: str, directory: Directory) -> Iterator[Comment]:
    for clock in episode.clocks:
        if clock.met is not None:
            said = in_short(clock.met.note, _TEXT)
            yield Comment(name, place, _CLOCKS[clock.name], said, directory.name_of(clock.met.by))
