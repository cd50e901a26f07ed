"""One row for every column that fits a pattern, such as HubSpot's `Date entered "Demo (Sales Pipeline)"`."""

from __future__ import annotations

import re

from .cells import name, text
from .header import Header, normal


def spread(raw: str, header: Header, pattern: str) -> str:
    """The records of `raw` once per fitting column with a filled cell, with the pattern's parts beside."""
    shape = _shape(pattern)
    parts = list(shape.groupindex)
    selects = []
    for position, column in enumerate(header.names):
        if found := shape.fullmatch(" ".join(column.split())):
            named = ", ".join(f"{text(found[part])} AS {name('{' + part + '}')}" for part in parts)
            cell = f"c{position} AS {name('{cell}')}"
            selects.append(
                f"SELECT *, {', '.join(filter(None, [named, cell]))} FROM {raw} WHERE c{position} IS NOT NULL"
            )
    if not selects:
        named = ", ".join(f"CAST(NULL AS VARCHAR) AS {name('{' + part + '}')}" for part in [*parts, "cell"])
        return f"(SELECT *, {named} FROM {raw} WHERE false)"
    return f"({' UNION ALL '.join(selects)})"


def fits_any(header: Header, pattern: str) -> bool:
    """Whether any column of the header fits the pattern."""
    return any(_shape(pattern).fullmatch(normal(column)) for column in header.names)


def _shape(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", pattern)
    shape = "".join(f"(?P<{piece}>.+)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
    return re.compile(shape, re.I)
