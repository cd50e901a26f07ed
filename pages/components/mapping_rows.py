"""Which rows of an export count, and what its numbers are multiplied by."""

import re
from collections.abc import Sequence

import streamlit as st

from kpi_engine.tables.schema import Column
from services.map_columns import words_of
from services.staging import Staged

from .draft import Draft
from .gate import Visit
from .text import plain

EVERY = ""
_TESTS = {"one_of": "is one of", "none_of": "is none of"}
_SCALES = {
    "money": {"": "as they stand", "1000": "thousands", "1000000": "millions", "0.01": "cents"},
    "number": {"": "as they stand", "0.01": "per cent"},
}
_THOUSANDS = re.compile(r"k€|k\$|\(k|\bt€|\bteur\b|\bkeur\b|\bkusd\b|thousands?|'000", re.IGNORECASE)


def only_rows(
    visit: Visit, file: Staged, draft: Draft, boxes: Sequence["st.delta_generator.DeltaGenerator"]
) -> tuple[str, str, tuple[str, ...]] | None:
    """The condition that rows must pass to count, with the words that the column really holds."""
    options = [EVERY, *dict.fromkeys(name for name in file.found.header if name)]
    left, middle, right = boxes[:3]
    column = left.selectbox(
        "Rows that count", options, key=draft.key("only/column", EVERY, options),
        format_func=lambda name: f"only where {name} …" if name else "every row",
    )  # fmt: skip
    if not column:
        return None
    test = middle.selectbox(
        "Its word", list(_TESTS), format_func=_TESTS.get, key=draft.key("only/test", "one_of", _TESTS)
    )
    theirs = words_of(visit.person, file, str(column))
    words = right.multiselect(
        "Words", theirs, key=draft.key(f"only/{column}/words", []), accept_new_options=True,
        format_func=plain, help="A word that is not listed can be typed in",
    )  # fmt: skip
    return (str(column), str(test), tuple(words)) if words else None


def scale(draft: Draft, table: str, column: Column, source: str) -> str:
    """What the column's numbers are multiplied by; an empty text leaves them as they stand."""
    scales = _SCALES.get(column.type)
    if scales is None:
        return ""
    guess = "1000" if column.type == "money" and _THOUSANDS.search(source) else ""
    guess = "0.01" if column.type == "number" and ("%" in source or "percent" in source.casefold()) else guess
    return str(
        st.selectbox(
            "Its numbers are", list(scales), format_func=scales.get,
            key=draft.key(f"{table}.{column.name}.{source}.scale", guess, scales),
        )
    )  # fmt: skip
