"""What spreadsheets and stray marks leave in the place of a text: errors, formulas, shortened identifiers."""

from __future__ import annotations

from collections.abc import Collection

from ..tables.schema import Column
from .cells import text

# `#REF!`; `####`; `="007"`, `=A1`, `=SUM(…)`; a whole cell in marks that are not CSV's.
_PATTERN = (
    r"#(REF!|VALUE!|NAME\?|DIV/0!|N/A|NUM!|NULL!|SPILL!|CALC!).*|#{3,}"
    r"""|="[^"]*"|=[-+(]*\$?[A-Za-z]{0,3}\$?\d.*|=[A-Za-z.]+\(.*|'.*'|`.*`"""
)
_SHORTENED = r"[-+]?\d([.,]\d+)?E\+?\d+"
_FIRST_SIGNS = "#='`"
# Words that often stand for an empty cell; taken as written unless the mapping says so under `missing`.
WORDS_FOR_NOTHING = (
    "N/A", "n/a", "NA", "#N/A N/A", "NULL", "Null", "null", "NaN", "nan", "nil", "-", "--", "?", "undefined", "(null)",
)  # fmt: skip


def artefact(column: Column, cell: str, signs: Collection[str]) -> str:
    """SQL that holds where the cell (SQL text) of a text column is no value of its own.

    Empty where none can be, because the file holds none of the `signs` for it.
    """
    found = []
    if first := ", ".join(str(ord(sign)) for sign in _FIRST_SIGNS if sign in signs):
        # Most cells are done with by their first character.
        found.append(f"CASE WHEN ascii({cell}) IN ({first}) THEN regexp_full_match({cell}, {text(_PATTERN)}, 's') END")
    if column.name.endswith("_id") and "E" in signs:
        found.append(f"CASE WHEN contains({cell}, 'E') THEN regexp_full_match({cell}, {text(_SHORTENED)}) END")
    if column.name.endswith("_id") and "'" in signs:
        found.append(f"starts_with({cell}, '''')")
    return " OR ".join(f"coalesce({one}, false)" for one in found)
