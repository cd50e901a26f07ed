"""The records that break a check, by owner or team: to read, to take along, or to send to whom they concern."""

from collections.abc import Sequence
from uuid import uuid4

import pandas as pd
import streamlit as st

from services.data_health import Standing, began, offences
from services.people import allowed
from services.send_offences import narrowed, send_offences

from .address import chosen, write
from .gate import Visit
from .take_along import take_along
from .text import plain, safe

_EVERYBODY = "Everybody"
_SHOWN = 500
_COLUMNS = {
    "record": "Record",
    "name": "Name",
    "owner": "Owner",
    "team": "Team",
    "wrong": "What is wrong",
    "since": "Since",
}


def records_to_mend(checks: Sequence[Standing], visit: Visit) -> None:
    """One check's records, narrowed to an owner or a team."""
    broken = {one.outcome.id: one.outcome for one in checks if one.outcome.violations}
    if not broken:
        st.html('<p class="rcc quiet">Nothing to mend.</p>')
        return
    first, second, third = st.columns([2, 1, 1], vertical_alignment="bottom")
    check = chosen("check", list(broken))
    first.selectbox(
        "Check", broken, format_func=lambda key: f"{broken[key].name} · {broken[key].violations:,}", key="pick-check",
        on_change=write, args=("check",),
    )  # fmt: skip
    rows = offences(visit.site, visit.person, check)
    owner = _pick(second, "Owner", rows["owner"], check)
    team = _pick(third, "Team", rows["team"], check)
    kept = narrowed(rows, owner, team)
    _weeks(kept, checks, check)
    st.dataframe(kept.head(_SHOWN).rename(columns=_COLUMNS), hide_index=True, width="stretch", height=320)
    if len(kept) > _SHOWN:
        st.caption(f"The first {_SHOWN} of {len(kept):,}; the file has all that are named.")
    with st.container(horizontal=True, vertical_alignment="center"):
        take_along(kept, f"to-mend-{check}", "Download the list")
        if allowed(visit.person, "govern"):
            _send_button(check, owner, team, visit)


def _pick(column: "st.delta_generator.DeltaGenerator", label: str, values: pd.Series, check: str) -> str:
    """One of the owners or teams, the one with the most records first; an empty text for all."""
    counted = values[values != ""].value_counts()
    told = {_EVERYBODY: len(values), **counted.to_dict()}
    picked = column.selectbox(
        label, told, format_func=lambda key: f"{key} · {told[key]:,}", key=f"{label}-{check}",
    )  # fmt: skip
    return "" if picked == _EVERYBODY else picked


def _weeks(rows: pd.DataFrame, checks: Sequence[Standing], check: str) -> None:
    """When what is still wrong began, week by week."""
    standing = next(one for one in checks if one.outcome.id == check)
    weeks, earlier = began(rows, standing.trend[-1][0])
    if not weeks:
        return
    most = max(count for _, count in weeks) or 1
    bars = "".join(
        f'<span title="week of {week}: {count:,}" style="height:{2 + 38 * count / most:.0f}px"></span>'
        for week, count in weeks
    )
    said = ", ".join(f"week of {week}: {count:,}" for week, count in weeks)
    st.html(
        f'<div class="rcc"><p class="label">Began in the week of · {safe(weeks[0][0])} to {safe(weeks[-1][0])} · '
        f'{earlier:,} earlier</p><div class="bars" role="img" aria-label="{safe(said)}">{bars}</div></div>'
    )


def _send_button(check: str, owner: str, team: str, visit: Visit) -> None:
    key = f"send-{check}-{owner}-{team}"
    token = st.session_state.setdefault(f"{key}-token", uuid4().hex)
    whom = owner or team or "the owners of the check"
    if st.button(f"Send it to {plain(whom)}", key=key):
        to, problems = send_offences(
            visit.site, visit.person, check, owner=owner, team=team, idempotency_key=token, now=visit.now
        )
        if problems:
            st.error(plain(problems[0].message))
        else:
            st.success(f"Queued for {plain(', '.join(to))}")
