"""One person's scorecard."""

from collections.abc import Iterator

import streamlit as st

from services.close_out import Record
from services.scorecards import Progress, Scorecard

from .inventory import SHAPE, WORD
from .text import safe
from .units import contract_quantity, day, where

_PROGRESS = {"reached": "green", "not yet": "yellow", "missed": "red", "not evaluable": "open"}


def scorecard(card: Scorecard, currency: str) -> None:
    """KPIs with their colour, objectives, what is open, and the closeout record."""
    titles = ", ".join(sorted(card.person.titles))
    parts = [
        f'<div><h2>{safe(card.person.name)}</h2><p class="quiet">{safe(titles)}</p></div>',
        _kpis(card),
        *(_objective(objective.objective, progress, currency) for objective, progress in card.objectives),
        _happened(card),
    ]
    st.html(f'<div class="rcc stack">{"".join(parts)}</div>')


def is_calm(card: Scorecard) -> bool:
    """Whether there is nothing to talk about: every KPI green, no objective, nothing decided or asked."""
    return not (
        any(colour != "green" for _, colour in card.owned)
        or card.objectives or card.open_decisions or card.actions or card.records
    )  # fmt: skip


def _kpis(card: Scorecard) -> str:
    rows = "".join(
        f"<tr><td>{safe(contract.name)}</td><td class='number'>"
        f"<span class='status {SHAPE[colour or 'not_evaluable']}'>{WORD[colour] if colour else 'not checked'}</span>"
        "</td></tr>"
        for contract, colour in card.owned
    )
    decides = len(card.decided)
    said = f"decides on {decides} {'KPI' if decides == 1 else 'KPIs'}" if decides else "decides on none"
    return f"<div><p class='label'>Owns {len(card.owned)} · {said}</p><table>{rows}</table></div>"


def _objective(text: str, progress: tuple[Progress, ...], currency: str) -> str:
    rows = "".join(
        f"<tr><td>{safe(one.contract.name)}{_slice(one)}<br><span class='label'>{safe(_reads(one, currency))} → "
        f"{safe(contract_quantity(one.result.target, one.contract, currency))} by {day(one.result.by)}</span></td>"
        f"<td class='number'><span class='status {_PROGRESS[one.state]}'>{one.state}</span></td></tr>"
        for one in progress
    )
    return f"<div><p class='label'>Objective</p><p class='do'>{safe(text)}</p><table>{rows}</table></div>"


def _slice(one: Progress) -> str:
    return "" if one.result.dimension == "total" else f", {safe(where(one.result.dimension, one.result.slice))}"


def _reads(one: Progress, currency: str) -> str:
    if one.value is None:
        return "–"
    return f"{contract_quantity(one.value, one.contract, currency)} (n = {one.n:,})"


def _happened(card: Scorecard) -> str:
    """What is open and how it turned out; one line where nothing was decided or asked."""
    parts = [*_decisions(card), *_actions(card), *_record(card.records)]
    return "".join(parts) or "<p class='label'>No open decision or action, nothing checked yet</p>"


def _decisions(card: Scorecard) -> Iterator[str]:
    rows = "".join(
        f"<tr><td>No. {entry.decision.number} {safe(entry.decision.taken.action_text)}</td>"
        f"<td class='number quiet'>check {day(entry.closeout.check_on)}</td></tr>"
        for entry in card.open_decisions
    )
    if rows:
        yield _table(len(card.open_decisions), "open decision", rows)


def _actions(card: Scorecard) -> Iterator[str]:
    rows = "".join(
        f"<tr><td>{safe(item.action.created.text)}</td><td class='number'>"
        f"<span class='status {'red' if item.is_overdue else 'open'}'>"
        f"{'overdue, ' if item.is_overdue else ''}due {day(item.action.due_on)}</span></td></tr>"
        for item in card.actions
    )
    if rows:
        yield _table(len(card.actions), "open action", rows)


def _record(records: tuple[Record, ...]) -> Iterator[str]:
    counts = {
        "met": sum(one.met for one in records),
        "not met": sum(one.not_met for one in records),
        "not evaluable": sum(one.not_evaluable for one in records),
        "waiting": sum(one.waiting for one in records),
    }
    if any(counts.values()):
        said = " · ".join(f"<b>{count}</b> {name}" for name, count in counts.items() if count)
        yield f"<p class='label'>Closeouts: {said}</p>"


def _table(count: int, noun: str, rows: str) -> str:
    return f"<div><p class='label'>{count} {noun}{'' if count == 1 else 's'}</p><table>{rows}</table></div>"
