"""What people write into forms: how long it may be, what must not be empty, what counts as an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from kpi_engine.problem import Problem

LONGEST = 4000


def problems_of_text(
    form: str, values: Mapping[str, Any], required: Mapping[str, str], prefix: str = ""
) -> Iterator[Problem]:
    """Required texts that are empty, with their remedies, and texts that are too long."""
    for field, remedy in required.items():
        if not values[field].strip():
            yield Problem(form, "is empty", remedy, column=prefix + field)
    for field, value in values.items():
        texts = value if isinstance(value, tuple) else (value,)
        if any(isinstance(text, str) and len(text) > LONGEST for text in texts):
            yield Problem(form, "is too long", f"Keep it under {LONGEST} characters.", column=prefix + field)


def unfit(form: str, field: str, text: str, remedy: str = "") -> tuple[Problem, ...]:
    """Why one text cannot be taken: it is too long or, where a remedy says what to write, empty."""
    required = {field: remedy} if remedy else {}
    return tuple(problems_of_text(form, {field: text}, required))[:1]


def is_web_address(text: str) -> bool:
    """Whether the text is an http(s) address that a browser would follow."""
    if any(character.isspace() or not character.isprintable() for character in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_drill_down(text: str) -> bool:
    """Whether the text is the address of a view in this app: "/drill_down?kpi=…"."""
    printable = not any(character.isspace() or not character.isprintable() for character in text)
    return printable and text.startswith("/drill_down?")
