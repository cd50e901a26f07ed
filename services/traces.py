"""Traces: everything in the system that adoption is read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from decision_log.action import Action, actions
from decision_log.closeout import closeout_of
from decision_log.culture import Culture, culture
from decision_log.decision import Decision, decisions
from decision_log.entry import Entry
from decision_log.meeting import Meeting, meetings
from decision_log.memo import Memo, memos
from kpi_engine.contract import Contract

from .configuration import contracts
from .dashboards import load_dashboards
from .decision_inventory import Ranked, decision_inventory
from .directory import Directory, load_directory
from .forums import Forum, load_forums
from .people import Person, require
from .site import Site


@dataclass(frozen=True, slots=True)
class Traces:
    """What is configured and what was done.

    `started_on` is the day of the first thing that a person logged, `on_dashboards` the ids of the KPIs on the
    dashboards that a forum looks at, `checked` counts the decisions that data has given a verdict on.
    """

    started_on: date | None
    catalogue: Mapping[str, Contract]
    on_dashboards: frozenset[str]
    directory: Directory
    forums: tuple[Forum, ...]
    inventory: Ranked | None
    decided: tuple[Decision, ...]
    tasks: tuple[Action, ...]
    checked: int
    held: tuple[Meeting, ...]
    published: tuple[Memo, ...]
    notes: Culture

    @property
    def operating(self) -> list[Contract]:
        """The contracts that a forum reviews."""
        return [contract for contract in self.catalogue.values() if contract.role == "operating"]

    def forums_held(self, cadence: str) -> int:
        """Weeks in which a forum of the cadence met and published its memo."""
        ids = {forum.id for forum in self.forums if forum.cadence == cadence}
        days = (memo.published.held_on for memo in self.published if memo.published.forum in ids)
        return len({day.isocalendar()[:2] for day in days})


def traces(site: Site, person: Person) -> Traces:
    """What there is by now."""
    require(person, "view")
    log = site.log()
    decided = log.stream("decision")
    catalogue, forums = contracts(site, person)[0], load_forums(site)[0]
    closeouts = (closeout_of(lines) for lines in decided.values())
    return Traces(
        started_on=_started_on(site),
        catalogue=catalogue,
        on_dashboards=_on_dashboards(site, catalogue, forums),
        directory=load_directory(site)[0],
        forums=forums,
        inventory=decision_inventory(site, person)[0],
        decided=decisions(decided),
        tasks=actions(log.stream("action")),
        checked=sum(one is not None and one.verdict is not None for one in closeouts),
        held=tuple(meetings(log.stream("meeting"))),
        published=tuple(memos(log.stream("memo"))),
        notes=culture(log.stream("culture")),
    )


def _on_dashboards(site: Site, catalogue: Mapping[str, Contract], forums: Iterable[Forum]) -> frozenset[str]:
    looked_at = {name for forum in forums for name in forum.dashboards}
    found = load_dashboards(site, catalogue)[0]
    shown = (one for name, one in found.items() if name in looked_at)
    return frozenset(kpi for dashboard in shown for panel in dashboard.panels for kpi in panel.kpis)


def _started_on(site: Site) -> date | None:
    streams = ("decision", "meeting", "proposal", "packet")
    firsts = [_first(site.log().stream(name).values()) for name in streams]
    return min((day for day in firsts if day is not None), default=None)


def _first(lines: Iterable[tuple[Entry, ...]]) -> date | None:
    days: list[datetime] = [entry.at for subject in lines for entry in subject[:1]]
    return min(days).date() if days else None
