"""What is to mend in a proposal before it is filed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from decision_log.proposal import ProposalText
from kpi_engine.problem import Problem

from .measurable import measurable
from .people import Person
from .site import Site
from .written import is_drill_down, is_web_address, problems_of_text

FORM = "proposal form"
_CAUSES, _OPTIONS = 3, 2
_REQUIRED = {
    "narrative": "Say what happened, in two or three sentences.",
    "preferred_because": "Say why this option rather than another.",
    "forecast_implication": "Say what it means for the forecast, or that it changes nothing.",
}


def problems_of(site: Site, person: Person, kpi: str, text: ProposalText, today: date) -> tuple[Problem, ...]:
    """Everything to mend in a proposal on a KPI."""
    return (
        *problems_of_text(FORM, text.model_dump(), _REQUIRED),
        *_in_hypotheses(text),
        *_in_options(text),
        *_in_effect(site, person, kpi, text, today),
    )


def _in_hypotheses(text: ProposalText) -> Iterator[Problem]:
    if not text.hypotheses:
        yield Problem(FORM, "are missing", "Name at least one possible root cause.", column="hypotheses")
    elif len(text.hypotheses) < _CAUSES and not text.fewer_hypotheses.strip():
        remedy = f"Give {_CAUSES}, or say why there are fewer."
        yield Problem(FORM, f"are only {len(text.hypotheses)}", remedy, column="hypotheses")
    for number, one in enumerate(text.hypotheses):
        place = f"hypotheses.{number}."
        yield from problems_of_text(FORM, one.model_dump(), {"cause": "Say what the cause may be."}, place)
        if not one.evidence:
            remedy = "Add a web address, or the address of a drill-down."
            yield Problem(FORM, "is missing", remedy, column=f"{place}evidence")
        for address in one.evidence:
            if not (is_web_address(address) or is_drill_down(address)):
                remedy = "Start it with https:// or /drill_down?."
                yield Problem(FORM, "is not an address", remedy, column=f"{place}evidence", value=address)


def _in_options(text: ProposalText) -> Iterator[Problem]:
    if len(text.options) < _OPTIONS:
        remedy = "Give at least two, so that there is something to choose; doing nothing is one."
        yield Problem(FORM, f"are only {len(text.options)}", remedy, column="options")
    elif not 0 <= text.preferred < len(text.options):
        yield Problem(FORM, "is missing", "Say which option you prefer.", column="preferred")
    for number, one in enumerate(text.options):
        required = {"what": "Say what would be done.", "effect": "Say in a line what it costs and brings."}
        yield from problems_of_text(FORM, one.model_dump(), required, f"options.{number}.")


def _in_effect(site: Site, person: Person, kpi: str, text: ProposalText, today: date) -> Iterator[Problem]:
    effect = text.effect
    if effect.by <= today:
        yield Problem(FORM, "is not in the future", "Choose a later day.", column="effect.by")
    if effect.kpi == kpi:
        return
    measured = measurable(site, person, effect.kpi)
    if measured is None or (effect.dimension, effect.slice) not in measured.latest:
        remedy = "Choose a KPI and slice that the data knows."
        yield Problem(FORM, "has no readings", remedy, column="effect.kpi")
