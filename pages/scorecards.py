"""Scorecards: what each executive owns, what they decide, and how it turned out."""

from collections.abc import Sequence

import streamlit as st

from pages.components.gate import enter
from pages.components.scorecard import is_calm, scorecard
from pages.components.states import to_mend
from services.scorecards import Scorecard, scorecards

visit = enter("Scorecards")
found, problems = scorecards(visit.site, visit.person, visit.today)
if problems:
    to_mend(problems)
    st.stop()
if not found:
    st.html(
        '<div class="rcc calm"><h1>Nobody owns a KPI yet</h1><p class="lead">Give the titles of the contracts '
        "to people in config/people.yaml.</p></div>"
    )
    st.stop()

late = sum(item.is_overdue for card in found for item in card.actions)
title = f"{late} overdue {'action' if late == 1 else 'actions'}" if late else "Nothing is overdue"
st.html(f'<div class="rcc"><h1>{title}</h1><p class="quiet">{len(found)} people own or decide a KPI</p></div>')
own = [card for card in found if card.person.id == visit.person.id]
others = [card for card in found if card not in own]
calm = [card for card in others if is_calm(card)]


def _grid(cards: Sequence[Scorecard]) -> None:
    with st.grid(2, min_column_width=480, gap="medium"):
        for card in cards:
            with st.container(border=True, height="stretch", key=f"card-score-{card.person.id}"):
                scorecard(card, visit.currency)


_grid([*own, *(card for card in others if card not in calm)])
if calm:
    noun = "person" if len(calm) == 1 else "people"
    with st.expander(f"{len(calm)} {noun} with nothing to talk about: every KPI green, nothing decided or asked"):
        _grid(calm)
