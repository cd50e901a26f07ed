"""The content with its small charts drawn and its dates in words: what both templates are given."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from rendering.sparkline import ROW, sparkline
from rendering.units import day

from ..packet.drawn import footer
from .content import Content

_CONTENT = TypeAdapter(Content)


def drawn(content: Content, theme: str = "light") -> dict[str, Any]:
    """Plain values only."""
    found: dict[str, Any] = _CONTENT.dump_python(content, mode="json")
    for area, shown in zip(content.areas, found["areas"], strict=True):
        for row, one in zip(area.rows, shown["rows"], strict=True):
            one["svg"] = sparkline(row.points, row.status, limit=None, theme=theme, frame=ROW)
            one["alt"] = f"{row.name}{f', {row.where}' if row.where else ''} in time, now {row.shown}"
    for field in ("as_of", "data_on"):
        found[field] = day(getattr(content, field))
    for field, when in (("tasks", "due_on"), ("checks", "check_on"), ("steps", "check_on"), ("changes", "effective")):
        for line, one in zip(getattr(content, field), found[field], strict=True):
            one[when] = day(getattr(line, when))
    for chapter, one in zip(content.chapters, found["chapters"], strict=True):
        one["said_on"] = day(chapter.said_on)
    for objective, told in zip(content.objectives, found["objectives"], strict=True):
        for result, one in zip(objective.results, told["results"], strict=True):
            one["by"] = day(result.by)
    found["title"] = f"{content.forum}: report on data as of {day(content.data_on)}"
    found["footer"] = footer(content.id, content.provenance)
    return found
