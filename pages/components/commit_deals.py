"""Behind the committed number: the deals to escalate and those to de-risk, by name and with the reason."""

from collections.abc import Sequence

import streamlit as st

from services.commit_deals import Commit, Deal, commit_deals

from .gate import Visit
from .text import safe
from .units import day, quantity

_MOST = 12


def commit_part(visit: Visit) -> None:
    """What stands in commit, and what of it cannot be relied on."""
    found = commit_deals(visit.site, visit.person, visit.as_of)
    if found is None:
        return
    count, issues = found.deals, len(found.at_issue)
    at_issue = quantity(sum(one.amount or 0 for one in found.at_issue), "money", found.currency)
    told = (
        f"{issues} of {count} deals in commit, {at_issue}, cannot be relied on"
        if issues
        else "Nothing speaks against it"
    )
    whole = quantity(found.amount, "money", found.currency)
    with st.container(border=True, key="card-panel-commit", gap="small"):
        st.html(
            f'<div class="rcc"><h3>{told}</h3><p class="quiet">In commit: {whole}, n = {count:,} · quarter ends '
            f"{day(found.quarter_ends)} · as of {day(found.as_of)}</p></div>"
        )
        with st.grid(2, min_column_width=440, gap="medium"):
            _list("To escalate", "Past its close date, due after the quarter, or slipped.", found.to_escalate, found)
            _list("To de-risk", "Due in the quarter, but without a next step or an amount.", found.to_de_risk, found)


def _list(title: str, what: str, deals: Sequence[Deal], found: Commit) -> None:
    rows = "".join(_row(deal, found) for deal in deals[:_MOST])
    more = f"<p class='label'>{len(deals) - _MOST} smaller ones more</p>" if len(deals) > _MOST else ""
    table = f"<table>{rows}</table>{more}" if deals else '<p class="quiet">None.</p>'
    st.html(f'<div class="rcc"><h4>{title} · {len(deals)}</h4><p class="label">{what}</p>{table}</div>')


def _row(deal: Deal, found: Commit) -> str:
    named = " · ".join(text for text in (deal.owner, deal.segment, deal.stage) if text)
    due = f"due {day(deal.close_on)}" if deal.close_on else ""
    return (
        f"<tr><td>{safe(deal.name or deal.id)}<br><span class='label'>{safe(named)}</span></td>"
        f"<td class='number'>{quantity(deal.amount, 'money', found.currency)}<br><span class='label'>{due}</span></td>"
        f"<td style='padding-left:1.25rem'>{safe(', '.join(deal.reasons))}</td></tr>"
    )
