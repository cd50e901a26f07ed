"""Dashboards as data: which KPIs a forum looks at beside its exceptions, cut how, and drawn how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kpi_engine.contract import Contract, Identifier
from kpi_engine.period import WindowName
from kpi_engine.problem import Problem
from kpi_engine.yaml_strict import load_model, problem_at

from .site import Site

_Text = Annotated[str, Field(min_length=1, max_length=300)]
ChartKind = Literal["line", "bar", "table", "cohort"]
"""line: in time; bar: slices in the latest period; table: latest, before, change; cohort: periods against slices."""


Part = Literal["commit_deals", "quarter_plan", "assumptions"]
"""commit_deals: what to escalate and to de-risk by name; quarter_plan: targets, capacity, coverage and budget;
assumptions: what the plan builds on, and what reality said."""


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Panel(_Spec):
    """One chart: KPIs in a window, for the whole company or `by` a dimension, over the last so many `periods`."""

    title: _Text
    kpis: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=6)]
    by: str = ""
    window: WindowName
    chart: ChartKind
    periods: Annotated[int, Field(ge=2, le=104)] = 13
    note: str = ""

    @model_validator(mode="after")
    def _drawable(self) -> Panel:
        if self.chart in ("bar", "cohort") and (not self.by or len(self.kpis) > 1):
            raise ValueError(f"a {self.chart} chart draws one KPI by a dimension: name one KPI and `by`")
        if self.chart == "line" and self.by and len(self.kpis) > 1:
            raise ValueError("a line chart draws several KPIs, or one by a dimension, not both")
        return self


class Dashboard(_Spec):
    """A page of panels, `parts` that stand above them, and groups of `indicators` that are entered by hand.

    A `narrated` one cannot be published without what its owners say about it.
    """

    title: _Text
    purpose: _Text
    narrated: bool = True
    parts: tuple[Part, ...] = ()
    indicators: tuple[str, ...] = ()
    panels: Annotated[tuple[Panel, ...], Field(min_length=1, max_length=16)]


def load_dashboards(site: Site, contracts: Mapping[str, Contract]) -> tuple[dict[str, Dashboard], tuple[Problem, ...]]:
    """Every dashboard by the name of its file, held against the contracts, and what is to mend in the files."""
    found: dict[str, Dashboard] = {}
    problems: list[Problem] = []
    for path in sorted((site.config / "dashboards").glob("*.yaml")):
        dashboard, refused = load_model(path, Dashboard)
        problems += refused
        if dashboard is not None:
            problems += _misfits(path, dashboard, contracts)
            found[path.stem] = dashboard
    return found, tuple(problems)


def _misfits(path: Path, dashboard: Dashboard, contracts: Mapping[str, Contract]) -> Iterator[Problem]:
    for at, panel in enumerate(dashboard.panels):
        for number, kpi in enumerate(panel.kpis):
            contract = contracts.get(kpi)
            if contract is None:
                yield problem_at(path, ("panels", at, "kpis", number), f"there is no KPI {kpi!r}")
                continue
            if panel.chart == "line" and contract.unit != contracts.get(panel.kpis[0], contract).unit:
                yield problem_at(path, ("panels", at, "kpis", number), "lines of one chart need one unit")
            if panel.window not in contract.windows:
                yield problem_at(path, ("panels", at, "window"), f"{kpi} is not read by {panel.window!r}")
            if panel.by and panel.by not in {dimension.name for dimension in contract.dimensions}:
                yield problem_at(path, ("panels", at, "by"), f"{kpi} has no dimension {panel.by!r}")
