"""`assess`: the cards of a day, with everything a page shows."""

from __future__ import annotations

import argparse

from pydantic import TypeAdapter
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from ..card import Assessment, Card
from ..wording import change_in_words, in_words
from .setting import OUT, Setting, working

_COLOURS = {"red": "red", "yellow": "yellow", "green": "green", "not_evaluable": "grey50"}


def assess(arguments: argparse.Namespace) -> int:
    """Prints the exceptions, worst first, and what could not be judged."""
    setting = Setting.of(arguments)
    engine, snapshot = setting.engine(), setting.snapshot()
    with working("Assessing…"):
        assessment = engine.assess(snapshot, arguments.as_of or snapshot.data_on)
    if arguments.format == "json":
        print(TypeAdapter(Assessment).dump_json(assessment).decode())
        return 0
    OUT.print(_strip(assessment), markup=False)
    for card in assessment.cards:
        OUT.print(_panel(card))
    unknown = [check for check in assessment.checks if check.status == "not_evaluable"]
    for check in unknown:
        slice_ = "" if check.dimension == "total" else f" · {check.slice}"
        OUT.print(f"not evaluable: {check.name}{slice_}: {check.reason}", markup=False)
    return 0


def _strip(assessment: Assessment) -> str:
    count = {status: sum(check.status == status for check in assessment.checks) for status in _COLOURS}
    clear = "All clear. " if assessment.all_clear else ""
    return (
        f"{clear}{len(assessment.checks)} checked · {count['red']} red · {count['yellow']} yellow · "
        f"{count['not_evaluable']} not evaluable · {len(assessment.stale)} stale · as of {assessment.as_of} · "
        f"snapshot {assessment.snapshot[:12]}"
    )


def _panel(card: Card) -> Panel:
    slice_ = "" if card.dimension == "total" else f" · {card.slice}"
    value = in_words(card.value, card.unit, card.currency)
    lines = [
        f"{value}  ({card.limit_text})  n {card.n:,}  {card.period_start} – {card.period_end}",
        "  ".join(f"{change_in_words(change.relative)} vs {change.against}" for change in card.changes),
        f"in breach for {card.age_periods} period(s) since {card.since}"
        + (f", escalated to {card.escalation_audience}" if card.escalated else ""),
    ]
    if card.concentrates:
        shares = ", ".join(f"{one.slice} {(one.share or 0) * 100:.0f} %" for one in card.concentrates)
        lines.append(f"concentrates in {shares}")
    if card.money_at_risk is not None:
        lines.append(f"at risk: {in_words(card.money_at_risk, 'money', card.currency)}")
    lines += [f"{name}: {figure}" for name, figure in card.beside]
    lines += [line for line in (card.disagreement,) if line]
    lines += [f"known issue: {issue.note} ({issue.owner}, until {issue.until})" for issue in card.known_issues]
    lines.append(f"{card.action}: {card.action_text} (within {card.action_sla_hours} h)")
    lines.append(f"owner {', '.join(card.owners)} · decides {card.decision_owner} · {card.variant}")
    title = f"{card.status.upper()}  {card.name}{slice_}"
    return Panel(Group(*map(Text, lines)), title=Text(title), title_align="left", border_style=_COLOURS[card.status])
