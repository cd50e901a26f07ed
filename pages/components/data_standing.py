"""Controls and hygiene rules as they stand: what each found, whose it is, until when, and how it went."""

from collections.abc import Sequence

import streamlit as st

from services.data_health import Standing

from .gate import Visit
from .text import safe
from .units import day, hours

_STATES = {"passed": ("green", "Holds"), "open": ("red", "Open"), "not_evaluable": ("open", "Not\u00a0evaluable")}
_TIERS = {1: "Tier 1 · makes KPIs wrong", 2: "Tier 2 · coach", 3: "Tier 3 · nice to have"}


def standing(checks: Sequence[Standing], visit: Visit) -> None:
    """Each check in a frame, open ones first."""
    if not checks:
        st.html('<p class="rcc quiet">None is set up. Checks are files in config/controls and config/hygiene.</p>')
        return
    order = ("open", "not_evaluable", "passed")
    with st.grid(4, min_column_width=280, gap="small"):
        for one in sorted(checks, key=lambda one: order.index(one.outcome.state)):
            with st.container(border=True, height="stretch", key=f"card-check-{one.outcome.id}"):
                st.html(_one(one, visit))


def _one(one: Standing, visit: Visit) -> str:
    found = one.outcome
    colour, word = _STATES[found.state]
    # A rule that coaches is never red: it does not stand in anybody's way.
    if colour == "red" and found.tier > 1:
        colour = "yellow"
    things = f"{found.checked:,} {_thing(found.table)}"
    counted = f"{found.violations:,} of {things} break it" if found.violations else f"all {things}"
    said = found.reason or counted
    note = f'<p class="label note">{safe(found.note)}</p>' if found.violations else ""
    return f"""<div class="rcc stack"><div>
      <div class="row"><span class="status {colour}">{word}</span><span class="label">{_TIERS[found.tier]}</span></div>
      <p class="do">{safe(found.name)}</p><p>{safe(said)}</p>
      <p class="quiet">{safe(found.rule)}</p></div>{note}
      <dl class="facts"><dt>Owner</dt><dd>{safe(" + ".join(found.owners))}</dd>
      <dt>Mend within</dt><dd>{hours(found.sla_hours)}{_due(one, visit)}</dd>
      {_trend(one)}</dl>{_explained(one)}</div>"""


def _thing(table: str) -> str:
    return table.replace("_", " ") or "contracts"


def _due(one: Standing, visit: Visit) -> str:
    if one.due is None or one.explained is not None:
        return ""
    late = one.due <= visit.now
    said = f"{'overdue since' if late else 'until'} {day(one.due.date())}"
    return f' · <span class="{"red do" if late else "quiet"}">{said}</span>'


def _trend(one: Standing) -> str:
    """The last loads' violations, oldest first."""
    told = ["–" if count is None else f"{count:,}" for _, count in one.trend[-8:]]
    return f"<dt>By load</dt><dd>{' → '.join(told)}</dd>" if len(told) > 1 else ""


def _explained(one: Standing) -> str:
    if one.explained is None:
        return ""
    return (
        f"<div class='note'><p class='label'>Known issue, until {day(one.explained.until)} · "
        f"{safe(one.explained.owner)}</p><p>{safe(one.explained.note)}</p></div>"
    )
