"""A proposal as people read it: in two lines on a card or form, or whole with versions and readers."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from decision_log.proposal import ExpectedEffect, Hypothesis, Option, Proposal, ProposalFiled, Version
from kpi_engine.card import Card
from services.directory import Directory
from services.propose import not_read_by

from .gate import Visit
from .text import safe
from .units import WINDOWS, contract_quantity, day, where

_FIELDS = {
    "narrative": "Narrative",
    "hypotheses": "Root causes",
    "fewer_hypotheses": "Fewer than three causes because",
    "options": "Options",
    "preferred": "Preferred option",
    "preferred_because": "Preferred because",
    "effect": "Expected effect",
    "forecast_implication": "Forecast implication",
}


def proposal_in_short(proposal: Proposal, visit: Visit) -> None:
    """Who proposes what, in a note."""
    directory = visit.directory
    current = proposal.current
    filed = current.filed
    st.html(
        f"<div class='rcc note'><p class='label'>{safe(directory.name_of(current.by))} proposes{_late(current)}</p>"
        f"<p><span class='do'>{safe(filed.options[filed.preferred].what)}</span> · {safe(filed.preferred_because)}</p>"
        f"<p class='quiet'>{safe(effect_in_words(filed.effect, visit))}</p></div>"
    )


def proposal_view(proposal: Proposal, card: Card | None, visit: Visit) -> None:
    """The proposal whole: narrative, causes with their evidence, options, effect, readers, versions."""
    directory = visit.directory
    current = proposal.current
    filed = current.filed
    causes = "".join(f"<li>{safe(one.cause)}{_links(one.evidence)}</li>" for one in filed.hypotheses)
    fewer = f"<p class='quiet'>Fewer than three: {safe(filed.fewer_hypotheses)}</p>" if filed.fewer_hypotheses else ""
    st.html(
        f"<div class='rcc stack proposal'><p class='label'>Version {current.number} · "
        f"{safe(directory.name_of(current.by))}, {current.at.astimezone(visit.now.tzinfo):%-d %b %Y %H:%M}"
        f"{_late(current)}</p>"
        f"<p>{safe(filed.narrative)}</p>"
        f"<div><h3>Possible root causes</h3><ol>{causes}</ol>{fewer}</div>"
        f"<div><h3>Options</h3>{_options(filed)}</div>"
        f"<dl class='facts'><dt>Preferred because</dt><dd>{safe(filed.preferred_because)}</dd>"
        f"<dt>Expected effect</dt><dd>{safe(effect_in_words(filed.effect, visit))}</dd>"
        f"<dt>Forecast</dt><dd>{safe(filed.forecast_implication)}</dd>"
        f"<dt>Read by</dt><dd>{_readers(proposal, directory)}</dd>{_unread(proposal, card, visit)}</dl></div>"
    )
    if len(proposal.versions) > 1:
        with st.expander(f"{len(proposal.versions)} versions: what changed"):
            st.html(f"<div class='rcc stack'>{''.join(_versions(proposal, directory, visit))}</div>")


def effect_in_words(effect: ExpectedEffect, visit: Visit) -> str:
    """The KPI of the slice, from, to and by when."""
    contract = visit.contracts.get(effect.kpi)
    place = where(effect.dimension, effect.slice)
    if contract is None:
        return f"{effect.kpi}, {place}: from {effect.start} to {effect.to} by {day(effect.by)}"
    money = visit.currency
    start, to = (contract_quantity(value, contract, money) for value in (effect.start, effect.to))
    window = WINDOWS.get(effect.window, effect.window)
    return f"{contract.name}, {place}, {window}: from {start} to {to} by {day(effect.by)}"


def _late(version: Version) -> str:
    return f" · <span class='status yellow'>Late: {safe(version.filed.late)}</span>" if version.filed.late else ""


def _links(addresses: Iterable[str]) -> str:
    """The evidence as links; the addresses were checked when they were filed."""
    return "".join(
        f" · <a href='{safe(address)}' target='_blank' rel='noopener noreferrer'>{safe(_short(address))}</a>"
        for address in addresses
    )


def _short(address: str) -> str:
    if address.startswith("/drill_down?"):
        return "drill-down"
    return address.split("//", 1)[-1].split("/", 1)[0]


def _options(filed: ProposalFiled) -> str:
    rows = "".join(
        f"<tr><td>{'<span class=tag>Preferred</span> ' if number == filed.preferred else ''}"
        f"<span class='do'>{safe(option.what)}</span></td><td>{safe(option.effect)}</td></tr>"
        for number, option in enumerate(filed.options)
    )
    return f"<table>{rows}</table>"


def _readers(proposal: Proposal, directory: Directory) -> str:
    readers = [directory.name_of(one.person) for one in proposal.readers]
    earlier = {one.person for one in proposal.receipts} - {one.person for one in proposal.readers}
    older = [f"{directory.name_of(id_)} (an earlier version)" for id_ in sorted(earlier)]
    return safe(", ".join((*readers, *older)) or "nobody yet")


def _unread(proposal: Proposal, card: Card | None, visit: Visit) -> str:
    """Who of the forum has not read it; of no interest once the breach is over."""
    if card is None:
        return ""
    names = ", ".join(person.name for person in not_read_by(visit.site, visit.person, card, proposal))
    return f"<dt>Not yet read by</dt><dd>{safe(names)}</dd>" if names else ""


def _versions(proposal: Proposal, directory: Directory, visit: Visit) -> Iterable[str]:
    for version in reversed(proposal.versions):
        rows = "".join(
            f"<dt>{_FIELDS[one.field]}</dt>"
            f"<dd>{safe(_said(one.before, visit))} <b>→</b> {safe(_said(one.after, visit))}</dd>"
            for one in version.changed
        )
        nothing = "First version" if version.number == 1 else "Nothing changed"
        said = f"<dl class='facts'>{rows}</dl>" if rows else f"<p class='quiet'>{nothing}</p>"
        yield (
            f"<div class='note'><p class='label'>Version {version.number} · {safe(directory.name_of(version.by))}, "
            f"{version.at.astimezone(visit.now.tzinfo):%-d %b %Y %H:%M}{_late(version)}</p>{said}</div>"
        )


def _said(content: Any, visit: Visit) -> str:
    """A field of a proposal as text."""
    if isinstance(content, ExpectedEffect):
        return effect_in_words(content, visit)
    if isinstance(content, int):
        return f"option {content + 1}"
    if isinstance(content, tuple):
        return "; ".join(_in_line(one) for one in content)
    return str(content) or "–"


def _in_line(part: Hypothesis | Option) -> str:
    if isinstance(part, Option):
        return f"{part.what} ({part.effect})"
    return f"{part.cause} ({', '.join(part.evidence)})"
