"""What spreadsheets and stray marks leave in the place of a text: errors, formulas, shortened identifiers."""

from __future__ import annotations

from ..tables.schema import Column
from .cells import text

# `#REF!`; `####`; `="007"`, `=A1`, `=SUM(…)`; a whole cell in marks that are not CSV's.
_PATTERN = (
    r"#(REF!|VALUE!|NAME\?|DIV/0!|N/A|NUM!|NULL!|SPILL!|CALC!).*|#{3,}"
    r"""|="[^"]*"|=[-+(]*\$?[A-Za-z]{0,3}\$?\d.*|=[A-Za-z.]+\(.*|'.*'|`.*`"""
)
_SHORTENED = r"[-+]?\d([.,]\d+)?E\+?\d+"
_FIRST_SIGNS = tuple(map(ord, "#='`"))
# Words that often stand for an empty cell; taken as written unless the mapping says so under `missing`.
WORDS_FOR_NOTHING = (
    "N/A", "n/a", "NA", "#N/A N/A", "NULL", "Null", "null", "NaN", "nan", "nil", "-", "--", "?", "undefined", "(null)",
)  # fmt: skip


def artefact(column: Column, cell: str) -> str:
    """SQL that holds where the cell (SQL text) of a text column is no value of its own."""
    # Most cells are done with by their first character.
    suspect = f"ascii({cell}) IN {_FIRST_SIGNS}"
    found = f"CASE WHEN {suspect} THEN regexp_full_match({cell}, {text(_PATTERN)}, 's') END"
    if column.name.endswith("_id"):
        short = f"CASE WHEN contains({cell}, 'E') THEN regexp_full_match({cell}, {text(_SHORTENED)}) END"
        return f"coalesce({found}, false) OR coalesce({short}, false) OR starts_with({cell}, '''')"
    return found
