"""What the words of an export's column mean in ours: stages, statuses, yes and no."""

import streamlit as st

from kpi_engine.problem import Problem
from services.map_columns import choices_of, known_meanings, words_of
from services.staging import Staged

from .draft import Draft
from .gate import Visit
from .text import plain

KEEP, OPEN = "*", ""
_SHOWN = {KEEP: "keep the word", OPEN: "say what it means"}


def words(visit: Visit, file: Staged, draft: Draft, table: str, column: str, source: str) -> dict[str, str]:
    """Each word of the column with our word for it, or "" while nobody has said.

    Empty where the words are ours already, or any word will do.
    """
    ours = choices_of(visit.site, table, column)
    theirs = words_of(visit.person, file, source) if ours else ()
    free = column == "stage"
    if not theirs or ({word.casefold() for word in theirs} <= {word.casefold() for word in ours} and not free):
        return {}
    meanings = known_meanings(visit.site, column)
    options = [*ours, KEEP] if free else [OPEN, *ours]
    defaults = {
        word: _guess(word, ours) or meanings.get(word.casefold()) or (KEEP if free else OPEN) for word in theirs
    }
    found: dict[str, str] = {}
    asked = any(default in (KEEP, OPEN) for default in defaults.values())
    with st.expander(f"What the words of {plain(source)} mean for {column}", expanded=asked or not free):
        columns = st.columns(3)
        for number, (word, default) in enumerate(defaults.items()):
            found[word] = columns[number % 3].selectbox(
                plain(word), options, key=draft.key(f"{table}.{column}.{source}.{word}", default, options),
                format_func=lambda one: _SHOWN.get(one, one),
            )  # fmt: skip
    if not free:
        return found
    translated = {word: meaning for word, meaning in found.items() if meaning != KEEP}
    return {**translated, KEEP: KEEP} if any(word != meaning for word, meaning in translated.items()) else {}


def undecided(values: dict[str, dict[str, str]]) -> tuple[Problem, ...]:
    """The words nobody has given a meaning: a guess here would be a wrong number later."""
    return tuple(
        Problem(column, f"{word!r} has no meaning yet", "choose one of the list", column=column)
        for column, meanings in values.items()
        for word, meaning in meanings.items()
        if meaning == OPEN
    )


def _guess(word: str, ours: tuple[str, ...]) -> str:
    """Our word if it is the same or a part of theirs, such as won in Closed Won."""
    plainly = word.casefold()
    same = next((one for one in ours if one.casefold() == plainly), None)
    part = next((one for one in ours if one.casefold() in plainly.split()), None)
    return same or part or ""
