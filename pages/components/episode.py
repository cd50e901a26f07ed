"""The episode on its card: how far it has come, its clocks, who was told, and what went before."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from decision_log.episode import Clock, Episode
from services.brief import Item
from services.directory import Directory
from services.watch_clocks import CLOCKS

from .gate import Visit
from .text import safe
from .units import day, where

OPINIONS = {"real": "Real", "expected": "Expected", "false_alarm": "False alarm", "new_normal": "New normal"}
_PHASES = {
    "open": "Open", "proposed": "Proposed", "decided": "Decided", "recovering": "Recovering", "closed": "Closed",
}  # fmt: skip


def episode(item: Item, visit: Visit) -> str:
    """Everything about the episode that a card shows, in our own HTML."""
    life = item.life
    if life is None:
        return "<div class='rcc'><p class='label'>Not yet recorded: the next tick opens the episode.</p></div>"
    directory = visit.directory
    facts = [_told(life, directory, visit.now), _feedback(life, directory), _earlier(life)]
    lines = "".join(f"<p class='label'>{line}</p>" for line in facts if line)
    return f"<div class='rcc episode'>{_phase(item, visit.now)}{_clocks_in_short(life, visit.now)}{lines}</div>"


def clocks(life: Episode, directory: Directory, now: datetime) -> str:
    """The clocks, one a line; empty where no red has started them."""
    lines = "".join(_clock(clock, directory, now, running=life.closed is None) for clock in life.clocks)
    return f"<table class='clocks'>{lines}</table>" if lines else ""


def _clocks_in_short(life: Episode, now: datetime) -> str:
    """The clocks in a row; who met them and when they are due stands in the runbook."""
    cells = []
    for clock in life.clocks:
        status, said = _standing(clock, now, running=life.closed is None)
        name = CLOCKS[clock.name].partition(",")[0]
        cells.append(f"<div><dt class='label'>{name}</dt><dd><span class='status {status}'>{said}</span></dd></div>")
    return f"<dl class='clock-row'>{''.join(cells)}</dl>" if cells else ""


def quiet_episodes(lives: Sequence[Episode], visit: Visit) -> None:
    """The running episodes without a breach now, collapsed: what recovers, and what could not be judged of late."""
    if not lives:
        return
    catalogue = visit.contracts
    playbooks = {kpi: contract.playbook.green for kpi, contract in catalogue.items()}
    rows = "".join(
        f"<tr><td>{safe(life.opened.name)}</td><td>{safe(where(life.opened.dimension, life.opened.slice))}</td>"
        f"<td>{_quiet_since(life)}</td><td>{safe(playbooks.get(life.opened.kpi, ''))}</td>"
        f"<td class='number'>since {day(life.opened_at.astimezone(visit.now.tzinfo))}</td></tr>"
        for life in lives
    )
    noun = "episode runs" if len(lives) == 1 else "episodes run"
    with st.expander(f"{len(lives)} more {noun} without a breach now"):
        st.html(f'<div class="rcc"><table>{rows}</table></div>')


def _quiet_since(life: Episode) -> str:
    if not life.good_periods:
        return "no answer since its last breach"
    return f"recovering: {life.good_periods} of {life.opened.recover_after} good periods"


def duration(length: timedelta) -> str:
    """A length of time in one unit: 40 min, 17 h, 3 days."""
    minutes = abs(length) / timedelta(minutes=1)
    if minutes < 60:
        return f"{minutes:.0f}\u00a0min"
    hours = minutes / 60
    return f"{hours:.0f}\u00a0h" if hours < 72 else f"{hours / 24:.0f}\u00a0days"


def _phase(item: Item, now: datetime) -> str:
    life = item.life
    assert life is not None
    good = f", {life.good_periods} of {life.opened.recover_after} good periods" if life.phase == "recovering" else ""
    return (
        f"<p><span class='do'>{_PHASES[item.phase]}{good}</span> "
        f"<span class='label'>· recorded {day(life.opened_at.astimezone(now.tzinfo))}{_steps_done(life)}</span></p>"
    )


def _clock(clock: Clock, directory: Directory, now: datetime, *, running: bool) -> str:
    status, said = _standing(clock, now, running=running)
    if clock.met is not None:
        note = safe(directory.name_of(clock.met.by))
    else:
        note = f"due {clock.due_at.astimezone(now.tzinfo):%-d %b}" if running else "closed before"
    return (
        f"<tr><td>{CLOCKS[clock.name].partition(',')[0]}</td><td><span class='status {status}'>{said}</span></td>"
        f"<td class='number quiet'>{note}</td></tr>"
    )


def _standing(clock: Clock, now: datetime, *, running: bool) -> tuple[str, str]:
    """The clock's status and what is said of it."""
    left = clock.left(now)
    late = left < timedelta(0)
    if clock.met is not None:
        return ("yellow", f"met {duration(left)} late") if late else ("green", "met in time")
    if not running:
        return "open", "not met"
    return ("red", _over(left)) if late else ("open", f"{duration(left)} left")


def _over(left: timedelta) -> str:
    return f"{duration(left)} over" if left > timedelta(days=-3) else "missed"


def _told(life: Episode, directory: Directory, now: datetime) -> str:
    if life.escalated is None or life.escalated_at is None:
        return ""
    names = ", ".join(directory.name_of(id_) for id_ in life.escalated.told)
    told = names or f"{', '.join(life.escalated.audience)} (nobody holds these titles)"
    return f"Escalated {day(life.escalated_at.astimezone(now.tzinfo))} to {safe(told)}"


def _steps_done(life: Episode) -> str:
    done = sum(mark is not None for mark in life.steps)
    return f" · runbook {done} of {len(life.steps)}" if life.steps else ""


def _feedback(life: Episode, directory: Directory) -> str:
    if not life.feedback:
        return ""
    newest = life.feedback[-1]
    return f"{OPINIONS[newest.opinion]}, says {safe(directory.name_of(newest.by))}: {safe(newest.reason)}"


def _earlier(life: Episode) -> str:
    """The id of an episode ends on the day of the period that opened it."""
    if not life.opened.earlier:
        return ""
    return f"Opened again after the episode of {safe(life.opened.earlier.rpartition(' ')[2])}"
