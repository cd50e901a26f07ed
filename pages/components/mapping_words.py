"""What the words of an export's column mean in ours: stages, statuses, yes and no."""

import streamlit as st

from services.map_columns import choices_of, words_of
from services.staging import Staged

from .draft import Draft
from .gate import Visit
from .text import plain

KEEP = "*"


def words(visit: Visit, file: Staged, draft: Draft, table: str, column: str, source: str) -> dict[str, str]:
    """Each word of the column with our word for it; empty where the words are ours already, or any word will do."""
    ours = choices_of(visit.site, table, column)
    theirs = words_of(visit.person, file, source) if ours else ()
    if not theirs or ({word.casefold() for word in theirs} <= {word.casefold() for word in ours} and column != "stage"):
        return {}
    free = column == "stage"
    options = [*ours, KEEP] if free else list(ours)
    found: dict[str, str] = {}
    with st.expander(f"What the words of {plain(source)} mean for {column}", expanded=not free):
        for word in theirs:
            default = _guess(word, ours, KEEP if free else ours[0])
            found[word] = st.selectbox(
                plain(word), options, key=draft.key(f"{table}.{column}.{source}.{word}", default, options),
                format_func=lambda one: "keep the word" if one == KEEP else one,
            )  # fmt: skip
    translated = {word: meaning for word, meaning in found.items() if meaning != KEEP}
    if free:
        return {**translated, KEEP: KEEP} if any(word != meaning for word, meaning in translated.items()) else {}
    return translated


def _guess(word: str, ours: tuple[str, ...], otherwise: str) -> str:
    """Our word if it is the same or a part of theirs, such as won in Closed Won."""
    plainly = word.casefold()
    same = next((one for one in ours if one.casefold() == plainly), None)
    part = next((one for one in ours if one.casefold() in plainly.split()), None)
    return same or part or otherwise
